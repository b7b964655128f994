import Foundation
import TestSupport
import Testing

/// Owners, users and field histories in a database give what the same rows give as CSV.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresPeopleTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  /// The sample data without the rows that no table can hold.
  private func sample() throws -> NightlySample {
    let sample = try NightlySample(chunkSize: 50)
    for name in try sample.sandbox.names(under: "sample-data") where name.hasSuffix(".csv") {
      guard name.hasPrefix("hubspot/") || name.hasPrefix("salesforce/") else { continue }
      var document = CSVDocument(try sample.sandbox.data("sample-data/\(name)"))
      let fits = document.rows.filter { row in
        document.isReadable(row)
          && row.cells.allSatisfy { cell in
            String(validating: cell, as: UTF8.self) != nil && !cell.contains(0)
          }
      }
      document.rows = fits
      try sample.sandbox.write("sample-data/\(name)", document.data)
    }
    return sample
  }

  /// Puts every CSV that the pipeline names into a table of texts, and names that instead.
  private func moveSources(_ sample: NightlySample) throws -> Int {
    let file = "pipelines/nightly-resync.yaml"
    var tables = 0
    let lines = try sample.sandbox.text(file).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let words = line.split(separator: " ")
      guard words.count == 2, ["csv:", "history:"].contains(words[0]), words[1].hasSuffix(".csv") else {
        return String(line)
      }
      let path = sample.sandbox.file(String(words[1].dropFirst(3)))
      let table = "t\(tables)"
      tables += 1
      let columns = CSVDocument(try Data(contentsOf: URL(fileURLWithPath: path))).header
      try server.query(url, "CREATE TABLE \(table) (\(columns.map { "\"\($0)\" text" }.joined(separator: ", ")))")
      try server.query(url, "\\copy \(table) FROM '\(path)' (FORMAT csv, HEADER)")
      let place = "postgres: {url: \"\(url)\", table: \(table)}"
      let indent = line.prefix { $0 == " " }
      return words[0] == "csv:" ? indent + place : indent + "history: {\(place)}"
    }
    try sample.sandbox.write(file, lines.joined(separator: "\n"))
    return tables
  }

  /// All that a run leaves, but for the file and line of a reject.
  private func results(_ sample: NightlySample) throws -> [String: Data] {
    var files = try sample.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync") }
    for (name, data) in files where name.hasSuffix("rejects.csv") {
      let rejects = CSVDocument(data)
      files[name] = Data(
        rejects.rows.map { row in
          ["object", "side", "record_id", "field", "value", "code"].map { rejects.text(row, $0) }.joined(separator: ",")
        }.joined(separator: "\n").utf8)
    }
    return files
  }

  @Test func `the night of all objects is the same with every export in a table`() throws {
    let inFiles = try sample()
    let inTables = try sample()
    #expect(try moveSources(inTables) == 13)
    for sample in [inFiles, inTables] { try sample.complete("n1") }
    let found = try results(inFiles)
    #expect(found.count > 10)
    let changed = differences(found, try results(inTables))
    #expect(changed.isEmpty, "\(changed)")
  }

  @Test func `a history as a warehouse calls it, and one that is none`() throws {
    let contact = SalesforceIDs.contact(1)
    try server.query(
      url,
      """
      CREATE TABLE contact_property_history AS SELECT 101::bigint AS contact_id, 'phone' AS name, '111' AS value,
        '2026-11-09 08:00+00'::timestamptz AS timestamp, 'CRM_UI' AS source;
      CREATE TABLE contact_history AS SELECT '\(contact)' AS contact_id, 'Phone' AS field,
        '005000000000001AAA' AS created_by_id, '2026-11-08 09:00+00'::timestamptz AS created_date
      """)
    func history(_ table: String) -> String { "history: {postgres: {url: \"\(url)\", table: \(table)}}" }
    let sources = ["contacts": history("contact_property_history"), "Contact": history("contact_history")]
    let pipeline = try PeoplePipeline("pg-history", sources: sources)
    try pipeline.write(
      "contacts", [["hs_object_id": "101", "lastname": "Berg", "phone": "111", "salesforcecontactid": contact]])
    try pipeline.write("Contact", [["Id": contact, "LastName": "Berg", "Phone": "222"]])
    try pipeline.complete("n1")
    #expect(
      try pipeline.lines("n1", "conflicts", "winner", "reason", "hubspot_time", "salesforce_time") == [
        "hubspot newer_field 2026-11-09T08:00:00.000Z 2026-11-08T09:00:00.000Z"
      ])
    // A changed history is other data: without a name, a new run is begun.
    try server.query(url, "ALTER TABLE contact_history RENAME created_by_id TO author; DELETE FROM contact_history")
    let outcome = try Program.run("resync", ["run", pipeline.file])
    #expect(
      outcome.exitCode == 1 && outcome.messages.contains("it has no column createdbyid"), "\(outcome.messages)")
  }

  @Test func `owners in a table without a column that is needed fail the night`() throws {
    let sample = try NightlySample()
    try server.query(url, "CREATE TABLE people AS SELECT 7 AS id, 'a@b.example' AS email")
    try sample.sandbox.change(
      "pipelines/nightly-resync.yaml", "csv: ../sample-data/hubspot/owners.csv",
      to: "postgres: {url: \"\(url)\", table: people}")
    let outcome = try sample.run("n1")
    #expect(
      outcome.exitCode == 1 && outcome.messages.contains("the column archived is missing"), "\(outcome.messages)")
  }
}
