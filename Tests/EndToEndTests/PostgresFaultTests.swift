import Foundation
import TestSupport
import Testing

/// The worker or the server dies in each of the five stages, in the middle of a transaction; the same command goes on, and
/// everything is loaded exactly once.
///
/// The moment is not left to chance: a trigger stops the program where it writes to a table that each stage must write to.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresFaultTests {
  /// Where a stage is stopped: the tables in the order in which it comes to them.
  fileprivate static let moments: [(stage: String, tables: [String])] = [
    ("extract", ["tables"]), ("normalize", ["tables"]), ("map", ["tables"]), ("conflict-resolve", ["tables"]),
    // The mirror has the rows, but not yet the ledger's · the mirror is committed · the baseline is not moved.
    ("load", ["mirror_chunks", "tables", "baseline"]),
  ]

  private func night(_ purpose: String, _ server: PostgresServer, _ url: String) throws -> MirroredPipeline {
    let night = try MirroredPipeline(purpose, server, url)
    try night.write(1)
    try night.pipeline.complete("n1")
    try night.write(2)
    return night
  }

  private func start(_ stage: String, _ night: MirroredPipeline) throws -> Program {
    try Program("resync", [stage, night.pipeline.file, "--run", "n2"])
  }

  @Test func `killed in the middle of each stage, the same command loads everything once`() throws {
    let server = try #require(PostgresServer.shared)
    let url = try server.makeDatabase()
    let night = try night("fault-worker", server, url)
    let trap = try Trap(server, url)
    for (stage, tables) in Self.moments {
      for table in tables {
        try trap.arm(stage, table)
        let program = try start(stage, night)
        try trap.waitForPrey()
        program.send(SIGKILL)
        #expect(try program.wait().exitCode == 128 + SIGKILL, "\(stage), \(table)")
        try trap.clear()
      }
      try night.pipeline.complete("n2", stage: stage)
    }
    try night.expectUndisturbed()
  }

  @Test func `the server dies in the middle of each stage, and everything is loaded once`() throws {
    let server = try PostgresServer.own()
    defer { server.stop() }
    let url = try server.makeDatabase()
    let night = try night("fault-server", server, url)
    let trap = try Trap(server, url)
    for (stage, tables) in Self.moments {
      for table in tables {
        try trap.arm(stage, table)
        let program = try start(stage, night)
        try trap.waitForPrey()
        try server.crash()
        try server.start()
        // It may wait for the server long enough to end well.
        let outcome = try program.wait()
        #expect([0, 1].contains(outcome.exitCode), "\(stage), \(table): \(outcome.messages)")
      }
      try night.pipeline.complete("n2", stage: stage)
    }
    try night.expectUndisturbed()
  }
}

/// Triggers that stop the program in the middle of a transaction: in the third chunk of a stage, where it writes to a table.
private struct Trap {
  private let server: PostgresServer
  private let url: String

  init(_ server: PostgresServer, _ url: String) throws {
    self.server = server
    self.url = url
    let triggers = Set(PostgresFaultTests.moments.flatMap(\.tables)).map {
      "CREATE TRIGGER trap BEFORE INSERT ON staging.\($0) FOR EACH ROW EXECUTE FUNCTION trap.spring();"
    }
    try server.query(
      url,
      """
      CREATE SCHEMA trap;
      CREATE TABLE trap.armed (place text, stage text);
      CREATE FUNCTION trap.spring() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE entry jsonb := to_jsonb(NEW);
      BEGIN
        IF coalesce(entry->>'chunk', entry->>'_chunk') = '2' AND EXISTS (SELECT FROM trap.armed
          WHERE place = TG_TABLE_NAME AND stage = coalesce(entry->>'stage', stage)) THEN PERFORM pg_sleep(60); END IF;
        RETURN NEW;
      END $$;
      \(triggers.joined())
      """)
  }

  /// Lets the next program stop in a stage where it writes to a table.
  func arm(_ stage: String, _ table: String) throws {
    try server.query(url, "INSERT INTO trap.armed VALUES ('\(table)', '\(stage)')")
  }

  /// Waits until a program has stopped, and lets no other do so.
  func waitForPrey() throws {
    try server.wait(
      url,
      until: "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
        + "AND wait_event = 'PgSleep')")
    try server.query(url, "DELETE FROM trap.armed")
  }

  /// Ends the sessions that a killed program has left: the server has not noticed yet.
  func clear() throws {
    try server.query(
      url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        + "AND wait_event = 'PgSleep'")
  }
}
