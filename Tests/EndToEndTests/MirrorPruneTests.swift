import Foundation
import TestSupport
import Testing

/// `resync runs prune` where a mirror takes the runs: its ledger forgets them, and its tables keep what was loaded.
@Suite(.enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"), .overBothStores)
struct MirrorPruneTests {
  private let server: PostgresServer
  private let url: String
  private let tables: MirrorTables
  private let pipeline: SmallPipeline

  /// Two nights that are loaded; of the first the mirror has refused a value.
  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
    tables = try MirrorTables(server, url)
    try server.query(url, "ALTER TABLE crm.\"Account\" ADD CONSTRAINT no_city CHECK (\"BillingCity\" <> 'Nowhere')")
    pipeline = try SmallPipeline("mirror-prune", "max_creates: 100", "chunk_size: 30")
    try pipeline.sandbox.change(
      "pipeline.yaml", "  files: out\n",
      to: "  files: out\n  postgres: {url: \"\(url)\", schema: crm, ledger: ledger}\n")
    for night in 1...2 {
      let exports = GeneratedExports(50, night: night, seed: 6)
      let nowhere = "999,Nowhere Ltd,nowhere.example,,Nowhere,,,2026-11-01T08:00:00Z"
      try pipeline.write(companies: exports.companies + [nowhere], accounts: exports.accounts)
      try pipeline.complete("n\(night)")
    }
    try #require(try ledger("refused", of: "n1") > 0 && ledger("created", of: "n1") > 0)
  }

  /// How many rows of a run a table of the ledger holds.
  private func ledger(_ part: String, of run: String) throws -> Int {
    let count = try server.query(url, "SELECT count(*) FROM ledger.mirror_\(part) WHERE run = '\(run)'")
    return try #require(Int(count))
  }

  private func rows() throws -> [[String]] { try ["companies", "Account"].map { try tables.rows($0) } }

  private func prune(_ options: String...) throws -> Outcome {
    try Program.run("resync", ["runs", "prune", pipeline.file, "--keep", "1"] + options)
  }

  @Test func `a run that is pruned goes from the ledger, and from nothing else`() throws {
    let (before, chunks) = (try rows(), try ledger("chunks", of: "n2"))
    #expect(try prune("--dry-run").exitCode == 0)
    #expect(try ledger("chunks", of: "n1") > 0)
    #expect(try prune().output == "n1: its staging is removed\n")
    for part in ["chunks", "created", "refused"] { #expect(try ledger(part, of: "n1") == 0, "\(part)") }
    #expect(try ledger("chunks", of: "n2") == chunks)
    #expect(try rows() == before)
    // It cannot be loaded again, so nothing is created twice; the run that stays still is not.
    #expect(try Program.run("resync", ["load", pipeline.file, "--run", "n1"]).exitCode == 2)
    try pipeline.complete("n2", stage: "load")
    #expect(try rows() == before)
  }

  @Test func `a run whose values are purged leaves no value and no id in the ledger, and its counts`() throws {
    let (before, chunks) = (try rows(), try ledger("chunks", of: "n1"))
    #expect(try prune("--purge-values").exitCode == 0)
    #expect(try ledger("refused", of: "n1") == 0 && ledger("created", of: "n1") == 0)
    #expect(try ledger("chunks", of: "n1") == chunks)
    let again = try Program.run("resync", ["load", pipeline.file, "--run", "n1"])
    #expect(again.exitCode != 0, "\(again.output)")
    #expect(try rows() == before)
  }

  @Test func `a run that was loaded in part keeps its rows, since it may begin anew under its name`() throws {
    try pipeline.complete("n3", "--create-anyway", "--retry-creates", "--to", "conflict-resolve")
    try pipeline.complete("n3", "--chunks", "0", stage: "load")
    let chunks = try ledger("chunks", of: "n3")
    try #require(chunks > 0)
    try pipeline.complete("n4")
    let outcome = try prune()
    #expect(outcome.output.contains("n3: its staging is removed"), "\(outcome.output)")
    #expect(try ledger("chunks", of: "n3") == chunks)
  }

  @Test(.overFilesOnly("no staging is touched, and to find that out takes six seconds"))
  func `no run is pruned while the mirror cannot be reached`() throws {
    try pipeline.sandbox.change("pipeline.yaml", "postgres: {url: \"\(url)\", schema: crm", to: Self.nowhere)
    let outcome = try prune()
    #expect(outcome.exitCode == 1 && outcome.messages.contains("load.postgres"), "\(outcome.messages)")
    let list = try Program.run("resync", ["runs", "list", pipeline.file])
    #expect(list.output.contains("n1"), "\(list.output)")
  }

  private static let nowhere = "postgres: {url: \"postgresql://resync@/nowhere?host=/nowhere\", schema: crm"
}
