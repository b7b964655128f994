import Foundation
import TestSupport
import Testing

/// Staging in PostgreSQL gives the same as staging in files, byte for byte (requirement P3, semantics 6).
///
/// The tests start a server of their own; where PostgreSQL is not installed they are skipped, and say so.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresStagingTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  /// The sample nights with their staging in the database.
  private func sampleNights() throws -> SampleNights {
    let nights = try SampleNights(chunkSize: Reference.chunkSize)
    for pipeline in SampleNights.pipelines {
      let text = try nights.sandbox.text(pipeline)
      try nights.sandbox.write(pipeline, Store.staged(text, in: url))
    }
    return nights
  }

  private func smallPipeline(_ purpose: String) throws -> SmallPipeline {
    let pipeline = try SmallPipeline(purpose, "chunk_size: 300", "max_creates: 1000")
    try stage(pipeline, in: url)
    return pipeline
  }

  private func stage(_ pipeline: SmallPipeline, in url: String) throws {
    try pipeline.sandbox.change(
      "pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(url)\", schema: staging}\n")
  }

  private func write(_ night: Int, of pipeline: SmallPipeline) throws {
    let exports = GeneratedExports(2000, night: night, seed: 11)
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
  }

  private func complete(_ pipeline: SmallPipeline, _ run: String) throws {
    let outcome = try pipeline.run(run)
    try #require(outcome.exitCode == 0, "\(outcome.messages)")
  }

  /// The load files and reports of both nights when nothing disturbs them and staging is in files.
  static let undisturbed = Result {
    let pipeline = try SmallPipeline("files", "chunk_size: 300", "max_creates: 1000", in: .files)
    for night in 1...2 {
      let exports = GeneratedExports(2000, night: night, seed: 11)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
      let outcome = try pipeline.run("n\(night)")
      guard outcome.exitCode == 0 else { throw HelperError(outcome.messages) }
    }
    return try pipeline.sandbox.contents(under: "out")
  }

  private func loaded(_ pipeline: SmallPipeline) throws -> [String: Data] {
    try pipeline.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
  }

  /// The rows balance in every run, and the views say so.
  private func expectBalance() throws {
    #expect(try server.query(url, "SELECT count(*) > 0 AND bool_and(holds) FROM staging.balance") == "t")
  }

  @Test func `two nights of the sample data leave the bytes that staging in files leaves`() throws {
    let nights = try sampleNights()
    for night in 1...2 { try nights.complete(night) }
    let found = try nights.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
    let changed = differences(try Reference.files().under("out"), found)
    #expect(changed.isEmpty, "\(changed)")
    try expectBalance()
    #expect(try server.query(url, "SELECT run || ' ' || state FROM staging.last_run") == "n2 loaded")
  }

  @Test func `stage by stage gives the same as at once`() throws {
    let pipeline = try smallPipeline("stages")
    for night in 1...2 {
      try write(night, of: pipeline)
      for stage in ["extract", "normalize", "map", "conflict-resolve", "load"] {
        let outcome = try Program.run("resync", [stage, pipeline.file, "--run", "n\(night)"])
        try #require(outcome.exitCode == 0, "\(stage): \(outcome.messages)")
      }
    }
    let changed = differences(try Self.undisturbed.get(), try loaded(pipeline))
    #expect(changed.isEmpty, "\(changed)")
  }

  @Test func `bytes that a database text cannot hold come through`() throws {
    func exports(_ pipeline: SmallPipeline) throws {
      let id = SalesforceIDs.account(1)
      // NUL, invalid UTF-8, a private-use code point that escapes use, `\.` on a line of its own, blank and absent.
      var company = Data("1,\"A\0".utf8)
      company += [0xFF, 0xF4, 0x8F, 0xB8, 0x81]
      company += Data("\n\\.\nB\",a.example,\"\",,7,\(id),2026-01-02T00:00:00Z\n".utf8)
      try pipeline.sandbox.write("companies.csv", Data((SmallPipeline.companyColumns + "\n").utf8) + company)
      var account = Data("\(id),Old,,+1 \u{10FE41},\"Mü\"\"nchen\",,1,2026-01-01T00:00:00Z\n".utf8)
      account = Data((SmallPipeline.accountColumns + "\n").utf8) + account
      try pipeline.sandbox.write("Account.csv", account)
    }
    let inFiles = try SmallPipeline("bytes", "max_rejects: 5")
    let inDatabase = try SmallPipeline("bytes", "max_rejects: 5")
    try stage(inDatabase, in: url)
    for pipeline in [inFiles, inDatabase] {
      try exports(pipeline)
      try complete(pipeline, "n1")
    }
    let changed = differences(try inFiles.sandbox.contents(under: "out"), try loaded(inDatabase))
    #expect(changed.isEmpty, "\(changed)")
  }

  @Test func `killed at any moment, the same command leaves the same bytes`() throws {
    var random = SeededRandom.announced("kill -9 with staging in PostgreSQL")
    let pipeline = try smallPipeline("kill")
    try write(1, of: pipeline)
    try complete(pipeline, "n1")
    try write(2, of: pipeline)
    var killed = 0
    for attempt in 1...12 {
      let program = try Program("resync", ["run", pipeline.file, "--run", "n2"])
      // What is done stays done, so the first attempts are short: else the run has ended before it is hit at all.
      usleep(UInt32.random(in: 2_000..<UInt32(20_000 * attempt), using: &random))
      program.send(SIGKILL)
      if try program.wait().exitCode == 128 + SIGKILL { killed += 1 }
    }
    try complete(pipeline, "n2")
    #expect(killed > 0, "seed \(random.seed)")
    let changed = differences(try Self.undisturbed.get(), try loaded(pipeline))
    #expect(changed.isEmpty, "seed \(random.seed): \(changed)")
    try expectBalance()
  }

  @Test func `a server that crashes and comes back is waited for, and nothing is loaded twice`() throws {
    var random = SeededRandom.announced("crashes of the server")
    let server = try PostgresServer.own()
    defer { server.stop() }
    let url = try server.makeDatabase()
    let pipeline = try SmallPipeline("crash", "chunk_size: 300", "max_creates: 1000")
    try stage(pipeline, in: url)
    try write(1, of: pipeline)
    try complete(pipeline, "n1")
    try write(2, of: pipeline)
    for _ in 0..<3 {
      let program = try Program("resync", ["run", pipeline.file, "--run", "n2"])
      usleep(UInt32.random(in: 50_000..<600_000, using: &random))
      try server.crash()
      try server.start()
      let outcome = try program.wait()
      #expect([0, 1].contains(outcome.exitCode), "seed \(random.seed): \(outcome.messages)")
    }
    try complete(pipeline, "n2")
    let changed = differences(try Self.undisturbed.get(), try loaded(pipeline))
    #expect(changed.isEmpty, "seed \(random.seed): \(changed)")
    #expect(try server.query(url, "SELECT bool_and(holds) FROM staging.balance") == "t")
  }

  @Test func `a second run of the pipeline is refused with exit 4`() throws {
    let pipeline = try smallPipeline("lock")
    try write(1, of: pipeline)
    try complete(pipeline, "n1")
    let first = try Program("resync", ["run", pipeline.file, "--run", "n2"])
    // The lock comes before the run's row, so whoever has written that holds it.
    try server.wait(url, until: "SELECT EXISTS (SELECT FROM staging.runs WHERE run = 'n2')")
    first.send(SIGSTOP)
    let second = try pipeline.run("n2")
    first.send(SIGCONT)
    #expect(second.exitCode == 4, "\(second.messages)")
    #expect(try first.wait().exitCode == 0)
  }

  @Test func `a newer schema, and that of another pipeline, are refused`() throws {
    let pipeline = try smallPipeline("schema")
    try write(1, of: pipeline)
    try complete(pipeline, "n1")
    try server.query(url, "UPDATE staging.resync SET pipeline = 'other'")
    let other = try pipeline.run("n2")
    #expect(other.exitCode != 0 && other.messages.contains("holds the pipeline other"), "\(other.messages)")
    try server.query(url, "UPDATE staging.resync SET version = 99")
    let newer = try pipeline.run("n2")
    #expect(newer.exitCode != 0 && newer.messages.contains("version 99"), "\(newer.messages)")
  }

  @Test func `no message shows a password`() throws {
    let pipeline = try smallPipeline("password")
    try write(1, of: pipeline)
    for wrong in ["postgresql://u:tops3cret@/nowhere?host=/nonexistent", "postgresql://u:tops3cret@[bad"] {
      let text = try pipeline.sandbox.text("pipeline.yaml")
      let broken = text.replacingOccurrences(of: url, with: wrong)
      try pipeline.sandbox.write("broken.yaml", broken)
      let outcome = try Program.run("resync", ["run", pipeline.sandbox.file("broken.yaml"), "--run", "n1"])
      #expect(outcome.exitCode == 1)
      #expect(!outcome.messages.contains("tops3cret"), "\(outcome.messages)")
    }
  }

  @Test func `a role that may only create in its own schema can run`() throws {
    let pipeline = try smallPipeline("role")
    try write(1, of: pipeline)
    try server.query(url, "CREATE ROLE r\(getpid()) LOGIN; CREATE SCHEMA staging AUTHORIZATION r\(getpid())")
    try pipeline.sandbox.change("pipeline.yaml", "//resync@", to: "//r\(getpid())@")
    try complete(pipeline, "n1")
  }

  @Test func `a run whose rows do not add up does not end well`() throws {
    let pipeline = try smallPipeline("balance")
    try write(1, of: pipeline)
    let resolved = try Program.run("resync", ["run", pipeline.file, "--run", "n1", "--to", "conflict-resolve"])
    try #require(resolved.exitCode == 0, "\(resolved.messages)")
    try server.query(
      url, "UPDATE staging.tables SET rows = rows - 1 WHERE stage = 'map' AND part = 'hubspot' AND chunk = 1")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("companies, chunk 1, map, hubspot"), "\(outcome.messages)")
    #expect(try server.query(url, "SELECT state FROM staging.last_run") == "running")
  }

  @Test func `a row that was deleted from a staged table is missed`() throws {
    let pipeline = try smallPipeline("deleted")
    try write(1, of: pipeline)
    let mapped = try Program.run("resync", ["run", pipeline.file, "--run", "n1", "--to", "map"])
    try #require(mapped.exitCode == 0, "\(mapped.messages)")
    try server.query(url, "DELETE FROM staging.map_companies_hubspot WHERE _chunk = 0 AND _row = 5")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("is damaged"), "\(outcome.messages)")
  }

  @Test func `the reports are views, with the rows of the files`() throws {
    let nights = try sampleNights()
    try nights.complete(1)
    for report in ["changes", "conflicts", "rejects", "unmatched"] {
      guard let file = try nights.sandbox.contents(under: "out")["n1/\(report).csv"] else { continue }
      let rows = CSVDocument(file).rows.count
      #expect(try server.query(url, "SELECT count(*) FROM staging.\(report)") == "\(rows)", "\(report)")
    }
    #expect(
      try server.query(url, "SELECT sum(issues) = (SELECT count(*) FROM staging.rejects) FROM staging.top_issues")
        == "t")
  }

  @Test func `an older schema is brought up to date`() throws {
    let pipeline = try smallPipeline("older")
    try write(1, of: pipeline)
    try complete(pipeline, "n1")
    try server.query(
      url,
      "DROP TABLE staging.shared_work, staging.contributions, staging.ledger, staging.ledger_chunks, "
        + "staging.ledger_digests; UPDATE staging.resync SET version = 1")
    try write(2, of: pipeline)
    try complete(pipeline, "n2")
    #expect(
      try server.query(
        url,
        "SELECT version, to_regclass('staging.contributions') IS NOT NULL AND to_regclass('staging.ledger') IS NOT NULL "
          + "FROM staging.resync") == "3|t")
    let changed = differences(try Self.undisturbed.get(), try loaded(pipeline))
    #expect(changed.isEmpty, "\(changed)")
  }

  @Test func `the difference of mappings counts on the baseline in the database`() throws {
    let pipeline = try smallPipeline("diff")
    try write(1, of: pipeline)
    try complete(pipeline, "n1")
    try write(2, of: pipeline)
    try pipeline.sandbox.change("mappings.csv", "phone,Phone,two_way", to: "phone,Phone,always_salesforce")
    let outcome = try Program.run("resync", ["mappings", "diff", pipeline.file])
    #expect(outcome.output.contains("phone ↔ Phone: rule two_way → always_salesforce"), "\(outcome)")
    #expect(outcome.output.contains("the next run would write"), "\(outcome)")
    // It leaves no run, and changes nothing.
    #expect(try server.query(url, "SELECT count(*) FROM staging.runs") == "1")
  }
}
