import Foundation
import TestSupport
import Testing

/// The server takes nothing more: its disk is full, the database is read-only, the role has no rights. Each stage says so,
/// and the same command goes on when that is mended.
@Suite(.serialized, .enabled(if: PostgresServer.shared != nil, "PostgreSQL is not installed"))
struct PostgresRefusalTests {
  private static let kinds: [DisturbedNight.Kind] = [.recordsInPostgres, .activitiesInPostgres]

  private func night(_ kind: DisturbedNight.Kind) throws -> (DisturbedNight, DatabaseStaging) {
    let night = try DisturbedNight("refusal", kind, rows: 300, chunkSize: 150)
    return (night, try #require(night.staging as? DatabaseStaging))
  }

  /// What a stage says that the server has refused.
  private func expectRefused(_ outcome: Outcome, _ parts: String..., in stage: String) {
    #expect(outcome.exitCode == 1, "\(stage): \(outcome.messages)")
    for part in ["the staging database"] + parts + ["run the same command again"] {
      #expect(outcome.messages.contains(part), "\(stage): \(outcome.messages)")
    }
  }

  @Test(arguments: kinds)
  func `a database that has become read-only: each stage says so, and goes on when it is not`(
    kind: DisturbedNight.Kind
  ) throws {
    let (night, staging) = try night(kind)
    try night.takeBack()
    try night.completeStages("read-only, \(kind)") { stage in
      let setting = "ALTER DATABASE \(staging.name)"
      try staging.server.query("postgres", "\(setting) SET default_transaction_read_only = on")
      expectRefused(try night.start(stage).wait(), "read-only transaction", "let the database be written to", in: stage)
      try staging.server.query("postgres", "\(setting) RESET default_transaction_read_only")
    }
  }

  @Test(arguments: kinds)
  func `a role without rights: each stage says so, and goes on with one that has them`(
    kind: DisturbedNight.Kind
  ) throws {
    let (night, staging) = try night(kind)
    try night.takeBack()
    let role = "r\(staging.name)"
    try staging.server.query("postgres", "CREATE ROLE \(role)")
    defer { _ = try? staging.server.query("postgres", "DROP ROLE \(role)") }
    try night.completeStages("without rights, \(kind)") { stage in
      let outcome = try night.start(stage, under: "export PGOPTIONS='-c role=\(role)'").wait()
      expectRefused(outcome, "permission denied for schema staging", "give the role its rights", in: stage)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small disk"), arguments: kinds)
  func `a server whose disk is full: each stage says so, and goes on when there is room`(
    kind: DisturbedNight.Kind
  ) throws {
    var random = SeededRandom.announced("the server's disk is full, \(kind)")
    let (night, staging) = try night(kind)
    try night.takeBack()
    let disk = try SmallDisk(staging.server.folder + "/" + staging.name)
    let (space, server) = ("s\(staging.name)", staging.server)
    try server.query("postgres", "CREATE TABLESPACE \(space) LOCATION '\(staging.server.folder)/\(staging.name)'")
    try server.query("postgres", "ALTER DATABASE \(staging.name) SET TABLESPACE \(space)")
    var refused = 0
    try night.completeStages("the server's disk is full, \(kind), seed \(random.seed)") { stage in
      for room in [0, Int.random(in: 0...1000, using: &random)] {
        try disk.leave(kilobytes: room)
        let outcome = try night.start(stage).wait()
        try disk.grow()
        // There may be room in the tables' last blocks for what load writes.
        guard outcome.exitCode != 0 else { continue }
        refused += 1
        // Where there is no room at all, a connection is refused as well.
        let isConnected = !outcome.messages.contains("could not write init file")
        expectRefused(outcome, isConnected ? "free some space on the server's disk" : "check it", in: stage)
      }
    }
    print("the server's disk is full, \(kind): \(refused) stages refused, and survived")
    #expect(refused >= 4)
    try server.query("postgres", "ALTER DATABASE \(staging.name) SET TABLESPACE pg_default")
    try server.query("postgres", "DROP TABLESPACE \(space)")
    disk.remove()
  }
}
