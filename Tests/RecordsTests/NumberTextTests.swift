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
