import Foundation
import TestSupport
import Testing

/// An export says the same whether it is one file or several, packed or not, and in which encoding (interface, "A
/// pipeline").
@Suite(.overBothStores) struct SourceFormTests {
  private let pipeline: SmallPipeline
  private let companies: String
  /// What the run changes when both exports are plain UTF-8 files.
  private let expected: [String]

  init() throws {
    pipeline = try SmallPipeline("forms")
    try pipeline.write(
      companies: [
        "101,Café Zürich,one.example,,Zürich,,\(SalesforceIDs.account(1)),2026-11-01T08:00:00Z",
        "102,Prix 5 €,two.example,,Besançon,,\(SalesforceIDs.account(2)),2026-11-01T08:00:00Z",
      ],
      accounts: [
        "\(SalesforceIDs.account(1)),Café Zürich,one.example,,Genève,,,2026-11-01T08:00:00Z",
        "\(SalesforceIDs.account(2)),Prix 6 €,two.example,,Besançon,,,2026-11-01T08:00:00Z",
      ])
    companies = try pipeline.sandbox.text("companies.csv")
    try pipeline.complete("plain")
    expected = try pipeline.changes("plain")
    try pipeline.sandbox.remove("companies.csv")
  }

  /// Puts another source in the place of the file of companies, and expects the same of a run.
  private func expectSame(_ source: String, _ sourceLocation: SourceLocation = #_sourceLocation) throws {
    try pipeline.sandbox.change("pipeline.yaml", "{csv: companies.csv,", to: "{\(source),")
    let outcome = try pipeline.run("other")
    #expect(outcome.exitCode == 0, "\(outcome.messages)", sourceLocation: sourceLocation)
    #expect(try pipeline.changes("other") == expected, sourceLocation: sourceLocation)
    #expect(expected.count == 2, sourceLocation: sourceLocation)
  }

  private var halves: [String] {
    let lines = companies.split(separator: "\n")
    return [1, 2].map { "\(lines[0])\n\(lines[$0])\n" }
  }

  @Test func `several files, by name`() throws {
    for (number, half) in halves.enumerated() { try pipeline.sandbox.write("part-\(number).csv", half) }
    try expectSame("csv: [part-0.csv, part-1.csv]")
  }

  @Test func `several files, by a pattern`() throws {
    for (number, half) in halves.enumerated() { try pipeline.sandbox.write("day/part-\(number).csv", half) }
    try expectSame(#"csv: "day/part-*.csv""#)
  }

  @Test(arguments: ["companies.csv.gz", "COMPANIES.CSV.GZ"])
  func `packed with gzip`(name: String) throws {
    try pipeline.sandbox.write(name, Packing.gzip(Data(companies.utf8)))
    try expectSame("csv: \(name)")
  }

  @Test(arguments: ["companies.csv", "Firmen für Zürich.csv", "会社.csv"])
  func `packed with zip, whatever the name of the entry`(entry: String) throws {
    try pipeline.sandbox.write(
      "export.ZIP", Packing.zip([("readme.txt", Data("no rows".utf8)), (entry, Data(companies.utf8))]))
    try expectSame("csv: export.ZIP")
  }

  @Test func `a zip of several files`() throws {
    let files = halves.enumerated().map { ("part-\($0).csv", Data($1.utf8)) }
    try pipeline.sandbox.write("export.zip", Packing.zip(files))
    try expectSame("csv: export.zip")
  }

  @Test(arguments: ["utf-16", "utf-16le", "utf-16be", "windows-1252", "iso-8859-15"])
  func `in another encoding`(encoding: String) throws {
    try pipeline.sandbox.write("encoded.csv", try Self.encoded(companies, encoding))
    try expectSame("csv: encoded.csv, encoding: \(encoding)")
  }

  @Test func `in another encoding, and packed`() throws {
    try pipeline.sandbox.write("encoded.csv.gz", Packing.gzip(try Self.encoded(companies, "utf-16")))
    try expectSame("csv: encoded.csv.gz, encoding: utf-16")
  }

  private static func encoded(_ text: String, _ encoding: String) throws -> Data {
    func wide(littleEndian: Bool) -> Data {
      Data(
        text.utf16.flatMap { unit in
          let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
          return littleEndian ? bytes : bytes.reversed()
        })
    }
    switch encoding {
    case "utf-16": return Data([0xFF, 0xFE]) + wide(littleEndian: true)
    case "utf-16le": return wide(littleEndian: true)
    case "utf-16be": return wide(littleEndian: false)
    default:
      let euro: UInt8 = encoding == "windows-1252" ? 0x80 : 0xA4
      return Data(
        try text.unicodeScalars.map { scalar in
          if scalar == "€" { return euro }
          return try #require(UInt8(exactly: scalar.value), "\(scalar)")
        })
    }
  }

  @Test func `what macOS packs beside a file is no file of the export`() throws {
    try pipeline.sandbox.write(
      "mac.zip",
      Packing.zip([("companies.csv", Data(companies.utf8)), ("__MACOSX/._companies.csv", Data([0, 5, 22, 7, 0, 2]))]))
    try expectSame("csv: mac.zip")
  }

  @Test(arguments: [
    ("semicolons", "declare `delimiter: \";\"`"), ("UTF-16", "seems to be UTF-16"), ("gzip", "ends in .gz"),
    ("zip", "ends in .zip"), ("a web page", "seems to be a web page"), ("another export", "export it too"),
  ])
  func `a file that is not what it is declared to be is refused with what it seems to be`(
    form: String, words: String
  ) throws {
    let data: Data =
      switch form {
      case "semicolons": Data(companies.replacingOccurrences(of: ",", with: ";").utf8)
      case "UTF-16": Data(companies.utf8.flatMap { [$0, 0] })
      case "gzip": Packing.gzip(Data(companies.utf8))
      case "zip": Packing.zip([("companies.csv", Data(companies.utf8))])
      case "a web page": Data("<!DOCTYPE html>\n<html><body>Please log in</body></html>\n".utf8)
      default: Data("a,b\n1,2\n".utf8)
      }
    try pipeline.sandbox.write("companies.csv", data)
    let outcome = try pipeline.run("other")
    #expect(outcome.exitCode == 1, "\(outcome.messages)")
    #expect(outcome.messages.contains("companies.csv") && outcome.messages.contains(words), "\(outcome.messages)")
  }
}
