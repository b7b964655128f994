import Records
import TestSupport
import Testing

/// Numbers as bytes: what is written is read again, and nothing else is a number.
@Suite struct NumberTextTests {
  @Test(arguments: [0, 7, -1, 10, 99, 100, 1_000_000, Int.max, Int.min])
  func `a decimal that is written is read again`(value: Int) {
    var buffer = ByteBuffer(capacity: 1)
    buffer.append(decimal: value)
    #expect(buffer.bytes.text == String(value))
    #expect(Int(decimal: buffer.bytes) == value)
  }

  /// The halves, pairs and digits of a number are made by products: exact for each of them.
  @Test func `every number of up to four digits, and numbers of every length, are written and read`() {
    var random = SeededRandom.announced("numbers in decimal")
    let seed = random.seed
    let powers = (0...18).map { power in (0..<power).reduce(1) { product, _ in product * 10 } }
    let borders = powers.flatMap { [$0 - 1, $0, $0 + 1, -$0] }
    let any = (0..<20_000).map { _ in Int(truncatingIfNeeded: random.next() >> (random.next() % 64)) }
    let doubled = (0..<10_000).map { $0 * 10_001 }
    for value in Array(0..<10_000) + doubled + borders + any {
      var buffer = ByteBuffer(capacity: 1)
      buffer.append(decimal: value)
      #expect(buffer.bytes.text == String(value), "seed \(seed)")
      #expect(Int(decimal: buffer.bytes) == value, "seed \(seed)")
      if value >= 0 { #expect(UInt64(digits: buffer.bytes) == UInt64(value), "seed \(seed)") }
    }
  }

  @Test(arguments: 1...19)
  func `one byte that is no digit makes a number none, wherever it stands`(_ count: Int) {
    for place in 0..<count {
      for byte in UInt8.min...UInt8.max where !(48...57).contains(byte) {
        var text = [UInt8](repeating: UInt8(ascii: "7"), count: count)
        text[place] = byte
        text.withUnsafeBufferPointer {
          let isSigned = place == 0 && count > 1 && (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+"))
          #expect((Int(decimal: $0) != nil) == isSigned, "\(byte) at \(place)")
          #expect(UInt64(digits: $0) == nil, "\(byte) at \(place)")
        }
      }
    }
  }

  @Test func `zeros before a number do not count`() {
    #expect(withBytes("000000000000000007") { Int(decimal: $0) } == 7)
    #expect(withBytes("00012345") { UInt64(digits: $0) } == 12_345)
  }

  @Test func `digits in a form are read in pairs`() throws {
    func pairs(_ text: String) -> EightBytes.DigitPairs? {
      withBytes(text) { $0.baseAddress.flatMap { EightBytes(at: $0).digitPairs(of: "00-0?:00") } }
    }
    let found = try #require(pairs("12-3x:45"))
    #expect([found[0], found[6]] == [12, 45])
    // Every byte at every place, but what the form allows there.
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        var text = Array("12-3x:45".utf8)
        text[place] = byte
        let isAllowed =
          switch place {
          case 2: byte == UInt8(ascii: "-")
          case 4: true
          case 5: byte == UInt8(ascii: ":")
          default: (48...57).contains(byte)
          }
        let isRead = text.withUnsafeBufferPointer { bytes in
          bytes.baseAddress.flatMap { EightBytes(at: $0).digitPairs(of: "00-0?:00") } != nil
        }
        #expect(isRead == isAllowed, "\(byte) at \(place)")
      }
    }
  }

  @Test(arguments: ["", "-", "+", "1x", " 1", "9223372036854775808", "99999999999999999999999"])
  func `what is no number is none`(text: String) {
    #expect(withBytes(text) { Int(decimal: $0) } == nil)
  }

  @Test func `a HubSpot id uses all 64 bits`() {
    #expect(withBytes("18446744073709551615") { UInt64(digits: $0) } == UInt64.max)
    #expect(withBytes("18446744073709551616") { UInt64(digits: $0) } == nil)
    #expect(withBytes("-1") { UInt64(digits: $0) } == nil)
  }

  @Test(arguments: 0...40)
  func `short and long cells are copied to the byte`(length: Int) {
    let text = String("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP".prefix(length))
    var buffer = ByteBuffer(capacity: 1)
    buffer.append("<")
    withBytes(text) { buffer.append($0) }
    buffer.append(">")
    #expect(buffer.bytes.text == "<\(text)>")
  }
}
