import CSV
import Records
import TestSupport
import Testing

@Suite struct `Writing cells` {
  @Test(arguments: [
    ("", ""), ("a", "a"), (" a ", " a "), ("é", "é"), ("a;b", "a;b"), ("abcdefgh", "abcdefgh"),
    ("a,b", "\"a,b\""), ("\"", "\"\"\"\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
    ("a\rb", "\"a\rb\""), ("a longer text, with one comma", "\"a longer text, with one comma\""),
  ])
  func `a cell is quoted only if it needs it`(_ cell: String, _ expected: String) {
    var buffer = ByteBuffer()
    buffer.appendCSV(cell)
    #expect(buffer.bytes.text == expected)
  }

  @Test(arguments: [("", "\"\""), ("a", "\"a\""), ("a\"b", "\"a\"\"b\"")])
  func `a cell can be quoted always`(_ cell: String, _ expected: String) {
    var buffer = ByteBuffer()
    withBytes(cell) { buffer.appendCSVQuoted($0) }
    #expect(buffer.bytes.text == expected)
  }

  @Test(arguments: ["", "a", "a,b", "\"", "say \"hi\"", "a\nb", "é", "a text of more than sixteen bytes, with a comma"])
  func `a cell of a first byte and further ones is written as the whole of them is`(_ rest: String) {
    var parts = ByteBuffer()
    var whole = ByteBuffer()
    withBytes(rest) { parts.appendCSV(UInt8(ascii: ":"), then: $0) }
    whole.appendCSV(":" + rest)
    #expect(parts.bytes.text == whole.bytes.text)
  }

  @Test(arguments: [[], ["a"], ["", "\"", "b"], ["say \"hi\"", ", ", "\"\""]])
  func `a quoted cell can be written in parts`(_ parts: [String]) {
    var pieces = ByteBuffer()
    var whole = ByteBuffer()
    pieces.append(UInt8(ascii: "\""))
    for part in parts { withBytes(part) { pieces.appendQuotesDoubled($0) } }
    pieces.append(UInt8(ascii: "\""))
    withBytes(parts.joined()) { whole.appendCSVQuoted($0) }
    #expect(pieces.bytes.text == whole.bytes.text)
  }

  @Test func `a special byte is found at every place of a cell of every length`() {
    for length in 1...40 {
      for place in 0..<length {
        for special in [",", "\"", "\n", "\r"] {
          let after = String(repeating: "y", count: length - place - 1)
          let cell = String(repeating: "x", count: place) + special + after
          var buffer = ByteBuffer()
          buffer.appendCSV(cell)
          #expect(buffer.bytes.text == "\"" + cell.replacing("\"", with: "\"\"") + "\"")
        }
      }
    }
  }

  @Test(arguments: [",", ";", "\t", "|", "^", "`"], Path.allCases)
  func `what is written is read back`(_ delimiter: String, _ path: Path) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed of the round trip: \(seed)")
    var random = SplitMix64(state: seed)
    let byte = try #require(delimiter.utf8.first)
    let rows = (0..<300).map { _ in (0..<3).map { _ in Self.cell(&random, byte) } }
    var buffer = ByteBuffer()
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column > 0 { buffer.append(byte) }
        guard let cell else { continue }
        cell.withUnsafeBufferPointer {
          if $0.isEmpty { buffer.appendCSVQuoted($0) } else { buffer.appendCSV($0, delimiter: byte) }
        }
      }
      buffer.append("\r\n")
    }
    let outcome = path.read(Array(buffer.bytes), delimiter: byte)
    #expect(outcome.error == nil, "seed \(seed)")
    #expect(outcome.rows.map(\.cells) == rows, "seed \(seed)")
  }

  /// A random cell: absent, blank, or a few bytes of every kind.
  private static func cell(_ random: inout SplitMix64, _ delimiter: UInt8) -> [UInt8]? {
    let bytes: [UInt8] = [delimiter, 34, 10, 13, 32, 0, 97, 98, 99, 0xc3, 0xa9]
    let length = Int(random.next() % 30)
    if length == 0 { return nil }
    return (1..<length).map { _ in bytes[Int(random.next() % UInt64(bytes.count))] }
  }
}
