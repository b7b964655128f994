import Foundation
import TestSupport
import Testing

/// The worker or the server dies in each of the five stages, in the middle of a transaction; the same command goes on, and
/// everything is loaded exactly once.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresFaultTests {
  typealias Direction = ActivityPipeline.Direction

  /// The stages before load: a chunk's table is written, but not yet its row in `tables`, which says that it is there.
  private static let stages = ["extract", "normalize", "map", "conflict-resolve"].map {
    (stage: $0, tables: ["tables"])
  }

  /// A server that may die is the test's own.
  private func server(for victim: SteeredFaults.Victim) throws -> PostgresServer {
    victim == .server ? try PostgresServer.own() : try #require(PostgresServer.shared)
  }

  /// Of load of records: the mirror has the rows, but not yet the ledger's · the mirror is committed · the baseline is not
  /// moved.
  private static let ofRecords = stages + [("load", ["mirror_chunks", "tables", "baseline"])]

  @Test(arguments: SteeredFaults.Victim.allCases)
  func `records are loaded once, whatever dies in the middle of each stage`(victim: SteeredFaults.Victim) throws {
    let server = try server(for: victim)
    defer { if victim == .server { server.stop() } }
    let url = try server.makeDatabase()
    let night = try MirroredPipeline("fault", server, url)
    try night.write(1)
    try night.pipeline.complete("n1")
    try night.write(2)
    try SteeredFaults(night.pipeline, server, url, Self.ofRecords).disturb("n2", Self.ofRecords, killing: victim)
    try night.expectUndisturbed("\(victim)")
    try expectVerified(night.pipeline)
  }

  /// Of load of activities: the chunk's rows are in the ledger, but not yet its entry · they are committed, and the run does
  /// not know it yet.
  private static func moments(_ direction: Direction) -> SteeredFaults.Moments {
    // What is only written again has its digest there alone.
    let rows = direction == .salesforceToHubSpot ? ["ledger_digests", "ledger"] : ["ledger"]
    return stages + [("load", rows + ["ledger_chunks", "chunks"])]
  }

  /// A first night that is loaded, and the exports of a second one.
  private func activities(
    _ direction: Direction, in store: Store, on server: PostgresServer? = nil
  ) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(direction, "fault", in: store, on: server)
    func write(_ night: Int) throws {
      switch direction {
      case .salesforceToHubSpot: try GeneratedActivities.importPipeline(tasks: 500, night: night, into: pipeline)
      case .hubSpotToSalesforce: try GeneratedActivities.syncPipeline(rows: 150 * night, into: pipeline)
      }
    }
    try write(1)
    let isImport = direction == .salesforceToHubSpot
    // In either direction the third chunk has something that the second night creates.
    try pipeline.save(
      activities: isImport ? ["updates: true"] : [], settings: ["chunk_size: \(isImport ? 200 : 60)"])
    try pipeline.complete("n1")
    try write(2)
    return pipeline
  }

  /// Both directions go through the same transactions, so the server dies in one of them.
  @Test(arguments: [
    (Direction.salesforceToHubSpot, SteeredFaults.Victim.worker), (.salesforceToHubSpot, .server),
    (.hubSpotToSalesforce, .worker),
  ])
  func `activities are loaded once, whatever dies in the middle of each stage`(
    direction: Direction, victim: SteeredFaults.Victim
  ) throws {
    let server = try server(for: victim)
    defer { if victim == .server { server.stop() } }
    let pipeline = try activities(direction, in: .postgres, on: server)
    let moments = Self.moments(direction)
    try SteeredFaults(pipeline, server, try #require(pipeline.database), moments)
      .disturb("n2", moments, killing: victim)

    let undisturbed = try activities(direction, in: .files)
    try undisturbed.complete("n2")
    let loaded = try undisturbed.sandbox.contents(under: "out")
    try #require(loaded.keys.contains { $0.hasPrefix("n2/hubspot/") || $0.hasPrefix("n2/salesforce/") })
    let found = try pipeline.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
    let changed = differences(loaded, found)
    #expect(changed.isEmpty, "\(changed)")
    for run in ["n1", "n2"] { #expect(try pipeline.ledger(run) == undisturbed.ledger(run), "\(run)") }
    #expect(try pipeline.balances())
    try expectVerified(pipeline)
  }

  /// `resync verify` finds the second night as it was left.
  private func expectVerified(_ pipeline: any TestPipeline) throws {
    let outcome = try Program.run("resync", ["verify", pipeline.file, "--run", "n2"])
    #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.messages)")
  }
}
