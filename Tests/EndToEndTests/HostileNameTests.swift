import Foundation
import TestSupport
import Testing

/// Headers, cells, and names of schemas and tables are text to a database, whatever SQL they look like.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct HostileNameTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  private static let schema = "st'ag\\\"ing; DROP TABLE x--"
  private static let header = "ci'ty\"); DROP TABLE runs; --"
  private static let cells = [
    "'); DROP TABLE runs; --", "\\.", "E'\\\\'", "${HOME}", "$1", "\",\"", "{a,NULL,\"b\"}", "NULL", "\\N",
  ]

  /// A pipeline whose second-to-last property has a hostile name, with hostile cells.
  private func pipeline(_ purpose: String) throws -> SmallPipeline {
    let pipeline = try SmallPipeline(purpose, "max_creates: 100")
    let quotedHeader = Self.quoted(Self.header)
    try pipeline.sandbox.change("mappings.csv", "city,", to: "\(quotedHeader),")
    let json = Self.header.replacingOccurrences(of: "\"", with: "\\\"")
    try pipeline.sandbox.change("companies.properties.json", "\"name\": \"city\"", to: "\"name\": \"\(json)\"")
    let companies = Self.cells.enumerated().map { place, cell in
      "\(100 + place),\(Self.quoted(cell)),d\(place).example,,\(Self.quoted(cell)),,,2026-11-01T08:00:00Z"
    }
    let columns = SmallPipeline.companyColumns.replacingOccurrences(of: "city", with: quotedHeader)
    try pipeline.write(
      companies: companies, accounts: ["\(SalesforceIDs.account(1)),A,d0.example,,x,,,2026-11-01T08:00:00Z"])
    let text = try pipeline.sandbox.text("companies.csv")
    try pipeline.sandbox.write(
      "companies.csv", text.replacingOccurrences(of: SmallPipeline.companyColumns, with: columns))
    return pipeline
  }

  private static func quoted(_ cell: String) -> String {
    "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  @Test func `staging in a schema with such names gives what files give`() throws {
    let (files, database) = (try pipeline("files"), try pipeline("database"))
    let name = Self.schema.replacingOccurrences(of: "\\\"", with: "\"")
    try database.sandbox.change(
      "pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(url)\", schema: \"\(Self.schema)\"}\n")
    for pipeline in [files, database] {
      for run in ["n1", "n2"] { try pipeline.complete(run) }
    }
    let found = try database.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
    #expect(differences(try files.sandbox.contents(under: "out"), found) == [])
    let changes = try files.sandbox.text("out/n1/changes.csv")
    for cell in Self.cells { #expect(changes.contains(cell.replacingOccurrences(of: "\"", with: "\"\"")), "\(cell)") }
    let json = try files.sandbox.contents(under: "out/n1/hubspot").values.flatMap { $0.split(separator: 10) }
    for line in json { #expect(try JSONSerialization.jsonObject(with: Data(line)) is [String: Any]) }
    let schemas = try server.query(url, "SELECT string_agg(nspname, '|') FROM pg_namespace WHERE nspname LIKE 'st%'")
    #expect(schemas == name)
    #expect(try Program.run("resync", ["verify", database.file]).exitCode == 0)
  }

  @Test func `a source table with such a name, in such a schema, is read`() throws {
    let (files, database) = (try pipeline("files"), try pipeline("database"))
    let table = "\"we\"\"ird; x\".\"comp'any\"\"\""
    let columns = SmallPipeline.companyColumns.replacingOccurrences(of: "city", with: Self.quoted(Self.header))
    let names = columns.split(separator: ",").map { $0.hasPrefix("\"") ? "\($0) text" : "\"\($0)\" text" }
    try server.query(url, "CREATE SCHEMA \"we\"\"ird; x\"; CREATE TABLE \(table) (\(names.joined(separator: ", ")))")
    try server.query(url, "\\copy \(table) FROM '\(database.sandbox.file("companies.csv"))' (FORMAT csv, HEADER)")
    try database.sandbox.change(
      "pipeline.yaml", "csv: companies.csv",
      to: "postgres: {url: \"\(url)\", table: '\(table.replacingOccurrences(of: "'", with: "''"))'}")
    for pipeline in [files, database] { try pipeline.complete("n1") }
    #expect(
      differences(try files.sandbox.contents(under: "out"), try database.sandbox.contents(under: "out")) == [])
  }
}
