import Foundation
import TestSupport
import Testing

/// The same export in every encoding that a source can declare is the same export (interface, "A pipeline").
@Suite(.overBothStores) struct EncodingTests {
  private static let text = "id,name\r\n1,Tromsø\r\n2,\"Ålesund; \"\"øst\"\"\"\r\n3,Besançon\r\n"

  /// The bytes of the text in an encoding of one byte a character, all of which stand where Latin-1 has them.
  private static func latin(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  private static func utf16(_ text: String, isLittle: Bool) -> [UInt8] {
    text.utf16.flatMap { unit -> [UInt8] in
      let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8))
      return isLittle ? [low, high] : [high, low]
    }
  }

  /// What extract kept of the export: the values, normalized.
  private static func values(_ bytes: [UInt8], _ options: String) throws -> String {
    let pipeline = try ForeignPipeline(id: "id", name: "name", options: options)
    try pipeline.sandbox.write("export.csv", Data(bytes))
    #expect(try pipeline.readAndRejected("n1").rejects == [])
    return try pipeline.sandbox.text("staging/companies/runs/n1/normalize/companies/hubspot/0000.csv")
  }

  private static let mark = "\u{FEFF}"

  @Test(
    .overFilesOnly("it looks into a staged table"),
    arguments: [
      ("", Array((mark + text).utf8)), ("encoding: utf-8", Array(text.utf8)),
      ("encoding: utf-16", utf16(mark + text, isLittle: true)),
      ("encoding: utf-16", utf16(mark + text, isLittle: false)),
      ("encoding: utf-16le", utf16(text, isLittle: true)), ("encoding: utf-16be", utf16(text, isLittle: false)),
      ("encoding: utf-16le", utf16(mark + text, isLittle: true)), ("encoding: windows-1252", latin(text)),
      ("encoding: iso-8859-1", latin(text)), ("encoding: iso-8859-15", latin(text)),
    ])
  func `every encoding gives the same values`(options: String, bytes: [UInt8]) throws {
    let plain = try Self.values(Array(Self.text.utf8), "")
    #expect(plain.contains("Tromsø") && plain.contains("\"Ålesund; \"\"øst\"\"\""))
    #expect(try Self.values(bytes, options) == plain)
  }

  @Test func `half a surrogate, or half a unit, refuses the file with line and byte`() throws {
    // The second row: an emoji without its second half, then a file that ends inside a character.
    let half = Self.utf16("id,name\n1,", isLittle: true) + [0x3D, 0xD8] + Self.utf16(",\n2,Moss\n", isLittle: true)
    let cut = Self.utf16("id,name\n1,Oslo\n", isLittle: true) + [0x32]
    for (bytes, place, byte) in [(half, 2, 20), (cut, 3, 30)] {
      let pipeline = try ForeignPipeline(id: "id", name: "name", options: "encoding: utf-16le")
      try pipeline.sandbox.write("export.csv", Data(bytes))
      let outcome = try pipeline.run("n1")
      #expect(outcome.exitCode == 1)
      #expect(outcome.messages.contains("export.csv:\(place): "), "\(outcome.messages)")
      #expect(outcome.messages.contains("impossible in utf-16le"), "\(outcome.messages)")
      #expect(outcome.messages.contains("(byte \(byte))"), "\(outcome.messages)")
      #expect(!pipeline.sandbox.has("out/n1"))
    }
  }

  @Test func `a mark of UTF-16 in what should be UTF-8 refuses the file`() throws {
    let pipeline = try ForeignPipeline(id: "id", name: "name")
    try pipeline.sandbox.write("export.csv", Data(Self.utf16(Self.mark + Self.text, isLittle: false)))
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("export.csv:1: begins with the mark of UTF-16"), "\(outcome.messages)")
  }
}
