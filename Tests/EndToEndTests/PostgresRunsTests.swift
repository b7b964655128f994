import Foundation
import TestSupport
import Testing

/// `resync verify` and `resync runs` where staging is in PostgreSQL.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresRunsTests {
  private let server: PostgresServer
  private let url: String
  private let pipeline: SmallPipeline

  /// Two nights that are loaded.
  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
    pipeline = try SmallPipeline("runs", "chunk_size: 30", "max_creates: 1000")
    try pipeline.sandbox.change(
      "pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(url)\", schema: staging}\n")
    for night in 1...2 {
      let exports = GeneratedExports(50, night: night, seed: 6)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
      try pipeline.complete("n\(night)")
    }
  }

  private func resync(_ command: String, _ options: String...) throws -> Outcome {
    try Program.run("resync", command.split(separator: " ").map(String.init) + [pipeline.file] + options)
  }

  private func expectDamage(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let outcome = try resync("verify", "--without-exports")
    #expect(outcome.exitCode == 1, "\(outcome.output)", sourceLocation: sourceLocation)
    #expect(outcome.messages.contains(words), "\(outcome.messages)", sourceLocation: sourceLocation)
  }

  @Test func `a run is as it was left, until a row is gone from a table`() throws {
    let sound = try resync("verify")
    #expect(sound.exitCode == 0 && sound.output.contains("as they were left"), "\(sound.messages)")
    try server.query(
      url,
      "DELETE FROM staging.map_companies_hubspot WHERE _run = 'n2' AND _chunk = 1 AND _row = (SELECT max(_row) "
        + "FROM staging.map_companies_hubspot WHERE _run = 'n2' AND _chunk = 1)")
    try expectDamage("map of companies, chunk 1")
  }

  @Test func `a byte that flips in a load file is found`() throws {
    let name = try #require(try pipeline.sandbox.names(under: "out/n2").first { $0.hasSuffix(".csv") })
    var data = try pipeline.sandbox.data("out/n2/\(name)")
    data[data.count - 2] ^= 1
    try data.write(to: URL(fileURLWithPath: pipeline.sandbox.file("out/n2/\(name)")))
    try expectDamage("out/n2/\(name) does not hold the bytes that were written")
  }

  @Test func `pruned, the tables of the run are gone and the next night is what it would have been`() throws {
    #expect(try resync("runs list").output.contains("the baseline stands on it"))
    #expect(try resync("runs prune", "--keep", "1").output == "n1: its staging is removed\n")
    #expect(try server.query(url, "SELECT string_agg(run, ',') FROM staging.runs") == "n2")
    #expect(try server.query(url, "SELECT count(*) FROM staging.map_companies_hubspot WHERE _run = 'n1'") == "0")
    let kept = try resync("runs prune", "--keep", "1")
    #expect(kept.output == "nothing to prune\n")
    try pipeline.complete("n3")
    let summary = try pipeline.sandbox.text("out/n3/accounting.json")
    #expect(summary.contains("\"read\""))
    #expect(try resync("verify").exitCode == 0)
  }

  @Test func `purged, no value of the run is left in the schema, and its counts are`() throws {
    #expect(
      try resync("runs prune", "--keep", "1", "--purge-values").output.hasPrefix("n1: its values are purged"))
    let dump =
      try server.query(
        url, "SELECT string_agg(t::text, '') FROM staging.runs t WHERE run = 'n1'")
      + server.query(url, "SELECT count(*) FROM staging.tables WHERE _run = 'n1'")
    for value in ["company-", "+47", "City 1"] { #expect(!dump.contains(value), "\(value)") }
    #expect(try server.query(url, "SELECT count(*) FROM staging.tables WHERE _run = 'n1'") == "0")
    #expect(try server.query(url, "SELECT count(*) > 0 FROM staging.chunks WHERE _run = 'n1'") == "t")
    #expect(try pipeline.sandbox.names(under: "out/n1") == ["accounting.json"])
    let verified = try resync("verify", "--run", "n1")
    #expect(verified.exitCode == 0 && verified.output.contains("its values were purged"), "\(verified.messages)")
    #expect(try resync("verify").exitCode == 0)
  }
}
