import Postgres
import Records
import TestSupport
import Testing

/// The binary format of COPY (PostgreSQL's manual, COPY, "Binary Format").
@Suite struct `Rows of a COPY` {
  private static let signature: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)

  /// What a row of a text and an array becomes.
  private static func sent(_ text: String?, _ cells: [String?]) -> [UInt8] {
    var encoder = CopyEncoder()
    encoder.beginRow(columns: 2)
    if let text { withBytes(text) { encoder.append(text: $0) } } else { encoder.append(text: nil) }
    let store = TextTable(cells.map { $0 ?? "" })
    encoder.append(textArray: cells.count) { cells[$0] == nil ? nil : store[$0] }
    return Array(encoder.out.bytes)
  }

  @Test func `begin with the signature, and end with a count of -1`() {
    var encoder = CopyEncoder()
    encoder.finish()
    #expect(Array(encoder.out.bytes) == Self.signature + [0xFF, 0xFF])
  }

  @Test func `have numbers, texts and arrays as the manual says`() {
    var encoder = CopyEncoder()
    encoder.beginRow(columns: 3)
    encoder.append(integer: -2)
    encoder.append(bigint: 1 << 33)
    encoder.append(text: nil)
    let row: [UInt8] = [
      0, 3, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
    ]
    #expect(Array(encoder.out.bytes) == Self.signature + row)
    let text: [UInt8] = [0, 2, 0, 0, 0, 1, 0x61]
    // Its length; one dimension, NULLs, oid 25; two elements from 1 on: `b`, NULL.
    let array: [UInt8] = [
      0, 0, 0, 29, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x62, 0xFF, 0xFF, 0xFF,
      0xFF,
    ]
    #expect(Self.sent("a", ["b", nil]) == Self.signature + text + array)
    #expect(Self.sent("a", []) == Self.signature + text + [0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25])
  }

  @Test(
    arguments: [
      (nil, []), ("", [nil]), ("a", ["", nil, "b"]),
      ("Média\u{0}", ["\u{10FE00}", "a text of more than sixteen bytes"]),
      ("x", (0..<300).map { $0 % 3 == 0 ? nil : String(repeating: "é", count: $0) }),
    ] as [(String?, [String?])])
  func `are read as they were sent`(_ text: String?, _ cells: [String?]) throws {
    let bytes = Self.sent(text, cells)
    try bytes.withUnsafeBufferPointer { piece in
      var row = try #require(CopyRow(piece, isFirst: true))
      func plain(_ value: Bytes?) -> String? {
        guard let value else { return nil }
        var out = ByteBuffer()
        TextEscapes.decode(value, into: &out)
        if !row.mayHoldEscapes { #expect(out.bytes.text == value.text) }
        return out.bytes.text
      }
      let first = try row.next()
      #expect(plain(first) == text)
      var found: [String?] = []
      try row.nextArray { value in found.append(value.map { $0.text }) }
      let expected = cells.map { cell in cell.map { cell in withBytes(cell) { Self.escaped($0) } } }
      #expect(found == expected)
    }
  }

  private static func escaped(_ value: Bytes) -> String {
    var out = ByteBuffer()
    TextEscapes.encode(value, into: &out)
    return out.bytes.text
  }

  @Test func `that end too early are refused`() throws {
    let bytes = Self.sent("some text", ["a", "b"])
    for count in (Self.signature.count + 2)..<bytes.count {
      try bytes[..<count].withUnsafeBufferPointer { piece in
        var row = try #require(CopyRow(piece, isFirst: true))
        #expect(throws: DatabaseError.self) {
          _ = try row.next()
          try row.nextArray { _ in }
        }
      }
    }
  }
}
