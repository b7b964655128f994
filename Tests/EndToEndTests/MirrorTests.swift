import Foundation
import TestSupport
import Testing

/// `load.postgres`: the tables of a CRM mirror take what the load files hold, each chunk exactly once (requirement P3).
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct MirrorTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  /// A pipeline whose chunks are small, with a mirror.
  private func pipeline(_ purpose: String, _ options: String = "") throws -> SmallPipeline {
    let pipeline = try SmallPipeline(purpose, "chunk_size: 300", "max_creates: 1000")
    try pipeline.sandbox.change(
      "pipeline.yaml", "  files: out\n",
      to: "  files: out\n  postgres: {url: \"\(url)\", schema: crm, ledger: ledger\(options)}\n")
    return pipeline
  }

  private func write(_ night: Int, of pipeline: SmallPipeline, count: Int = 2000) throws {
    let exports = GeneratedExports(count, night: night, seed: 11)
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
  }

  private func loaded(_ pipeline: SmallPipeline, _ run: String) throws -> [RecordWrite] {
    try RecordWrite.readLoadFiles(
      try pipeline.sandbox.contents(under: "out/\(run)"), hubspotIDField: "HubSpot_Id__c")
  }

  /// The tables hold what the load files of the runs make of them, no more and no less.
  private func expectTables(_ tables: MirrorTables, _ pipeline: SmallPipeline, after runs: [String]) throws {
    let writes = try runs.map { try loaded(pipeline, $0) }
    for table in ["companies", "Account"] {
      let expected = MirrorTables.expected(table, after: writes)
      #expect(!expected.isEmpty)
      #expect(try tables.rows(table) == expected, "\(table)")
    }
  }

  @Test func `the tables hold what the load files of two nights say`() throws {
    let tables = try MirrorTables(server, url)
    let pipeline = try pipeline("mirror")
    for night in 1...2 {
      try write(night, of: pipeline)
      try pipeline.complete("n\(night)")
    }
    try expectTables(tables, pipeline, after: ["n1", "n2"])
    #expect(try server.query(url, "SELECT count(*) > 8 FROM ledger.mirror_chunks") == "t")
  }

  @Test func `killed at any moment, the same command loads each record once`() throws {
    var random = SeededRandom.announced("kill -9 while the mirror is written")
    let tables = try MirrorTables(server, url)
    let pipeline = try pipeline("mirror-kill")
    try write(1, of: pipeline)
    try pipeline.complete("n1", "--to", "conflict-resolve")
    var killed = 0
    for attempt in 1...10 {
      let program = try Program("resync", ["run", pipeline.file, "--run", "n1"])
      usleep(UInt32.random(in: 5_000..<UInt32(30_000 * attempt), using: &random))
      program.send(SIGKILL)
      if try program.wait().exitCode == 128 + SIGKILL { killed += 1 }
    }
    try pipeline.complete("n1")
    #expect(killed > 0, "seed \(random.seed)")
    try expectTables(tables, pipeline, after: ["n1"])
  }

  @Test func `a chunk that is there is not written again, and what others changed since stays`() throws {
    let tables = try MirrorTables(server, url)
    let pipeline = try pipeline("mirror-again")
    try write(1, of: pipeline, count: 300)
    try pipeline.complete("n1")
    try server.query(url, "UPDATE crm.companies SET phone = 'theirs'")
    let before = try tables.rows("companies")
    try pipeline.complete("n1", stage: "load")
    #expect(try tables.rows("companies") == before)
  }

  @Test func `staging in the same database keeps its ledger beside the runs`() throws {
    let tables = try MirrorTables(server, url)
    let pipeline = try pipeline("mirror-staging")
    try pipeline.sandbox.change("pipeline.yaml", ", ledger: ledger", to: "")
    try pipeline.sandbox.change(
      "pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(url)\", schema: staging}\n")
    try write(1, of: pipeline)
    try pipeline.complete("n1")
    try expectTables(tables, pipeline, after: ["n1"])
    #expect(try server.query(url, "SELECT count(*) > 4 FROM staging.mirror_chunks WHERE run = 'n1'") == "t")
    #expect(try server.query(url, "SELECT bool_and(holds) FROM staging.balance") == "t")
  }

  // MARK: What a table does not take

  @Test func `a value that its column cannot take is rejected with row and value, and the rest is loaded`() throws {
    let tables = try MirrorTables(server, url)
    let pipeline = try pipeline("mirror-bad")
    try server.query(
      url,
      "ALTER TABLE crm.companies ADD CONSTRAINT short CHECK (city <> 'City 7'), ALTER phone TYPE varchar(12), "
        + "ALTER numberofemployees TYPE smallint")
    // Links are written to the companies that a key finds, and phones and cities to those that lack them.
    let account = SalesforceIDs.account
    try pipeline.write(
      companies: (1...60).map { "\($0),Company \($0),c\($0).example,,,,\(account($0)),2026-11-01T08:00:00Z" },
      accounts: (1...60).map { number in
        let phone = number == 5 ? "+47 5555555555555" : "+47 555"
        let city = number == 7 ? "City 7" : "City"
        let employees = number == 9 ? "40000" : "12"
        return "\(account(number)),Company \(number),c\(number).example,\(phone),\(city),\(employees),\(number),"
          + "2026-11-02T08:00:00Z"
      })
    try pipeline.complete("n1")
    let refused = try pipeline.lines("n1", "rejects", "side", "record_id", "field", "value", "code")
    #expect(
      refused == [
        "hubspot 5 phone '+47 5555555555555 target_refused", "hubspot 7   target_refused",
        "hubspot 9 numberofemployees 40000 target_refused",
      ])
    let messages = try pipeline.lines("n1", "rejects", "message")
    #expect(messages.contains { $0.contains("constraint short") }, "\(messages)")
    let rows = try tables.rows("companies")
    #expect(rows.count == 57 && rows.contains("8||| +47 555|".replacingOccurrences(of: " +", with: "+") + "City|12|"))
    // What was refused is known after the chunk was loaded, too.
    try pipeline.complete("n1", stage: "load")
    #expect(try pipeline.lines("n1", "rejects", "side", "record_id", "field", "value", "code") == refused)
  }

  @Test func `a table that refuses everything stops the load, and keeps nothing of the chunk`() throws {
    let tables = try MirrorTables(server, url)
    let pipeline = try pipeline("mirror-none")
    try server.query(url, "ALTER TABLE crm.companies ADD CONSTRAINT never CHECK (false)")
    let account = SalesforceIDs.account
    try pipeline.sandbox.change("pipeline.yaml", "chunk_size: 300", to: "chunk_size: 2000")
    try pipeline.write(
      companies: (1...1200).map { "\($0),Company \($0),c\($0).example,,,,\(account($0)),2026-11-01T08:00:00Z" },
      accounts: (1...1200).map {
        "\(account($0)),Company \($0),c\($0).example,+47 555,,,\($0),2026-11-02T08:00:00Z"
      })
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("refuses more than 1000 rows"), "\(outcome.messages)")
    #expect(try tables.rows("companies").isEmpty)
    try server.query(url, "ALTER TABLE crm.companies DROP CONSTRAINT never")
    try pipeline.complete("n1")
    #expect(try tables.rows("companies").count == 1200)
  }

  @Test(arguments: [
    ("ALTER TABLE crm.companies DROP COLUMN city", "crm.companies has no column for city"),
    ("ALTER TABLE crm.companies DROP CONSTRAINT companies_hs_object_id_key", "needs a unique index"),
    ("ALTER TABLE crm.companies ALTER hs_object_id SET NOT NULL", "a record that is created has no id yet"),
    ("DROP TABLE crm.\"Account\"", "there is no table crm.Account"),
  ]) func `a table that cannot take the records is refused before anything is read`(
    change: String, message: String
  ) throws {
    _ = try MirrorTables(server, url)
    let pipeline = try pipeline("mirror-refused")
    try write(1, of: pipeline, count: 20)
    try server.query(url, change)
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 2 && outcome.messages.contains(message), "\(outcome.messages)")
    #expect(try pipeline.sandbox.names(under: "out").isEmpty)
  }

  // MARK: Names and rights

  @Test func `tables and columns of other names are found by the pipeline and as warehouses call them`() throws {
    _ = try MirrorTables(server, url)
    try server.query(
      url,
      "ALTER TABLE crm.\"Account\" RENAME TO sf_account; ALTER TABLE crm.sf_account RENAME \"Id\" TO sfid; "
        + "ALTER TABLE crm.sf_account RENAME \"BillingCity\" TO billing_city; "
        + "ALTER TABLE crm.sf_account RENAME \"NumberOfEmployees\" TO staff")
    let pipeline = try pipeline(
      "mirror-names", ", tables: {Account: {table: sf_account, columns: {NumberOfEmployees: staff}}}")
    try write(1, of: pipeline, count: 300)
    try pipeline.complete("n1")
    let updates = try loaded(pipeline, "n1").filter { $0.side == .salesforce && !$0.isCreate }.count
    #expect(updates > 0)
    #expect(try server.query(url, "SELECT count(*) FROM crm.sf_account WHERE sfid IS NOT NULL") == "\(updates)")
    // Objects that `tables` does not name are not mirrored.
    #expect(try server.query(url, "SELECT count(*) FROM crm.companies") == "0")
  }

  @Test func `a role that may write the tables and create in the ledger's schema is enough`() throws {
    let tables = try MirrorTables(server, url)
    let role = "m\(getpid())"
    try server.query(
      url,
      "CREATE ROLE \(role) LOGIN; CREATE SCHEMA ledger AUTHORIZATION \(role); GRANT USAGE ON SCHEMA crm TO \(role); "
        + "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA crm TO \(role); "
        + "GRANT USAGE ON ALL SEQUENCES IN SCHEMA crm TO \(role)")
    let pipeline = try pipeline("mirror-role")
    try pipeline.sandbox.change("pipeline.yaml", "//resync@", to: "//\(role)@")
    try write(1, of: pipeline, count: 300)
    try pipeline.complete("n1")
    try expectTables(tables, pipeline, after: ["n1"])
  }
}
