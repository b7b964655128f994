import Foundation
import Testing

/// Faults in the middle of transactions that a test chooses, in a run that stages in PostgreSQL.
///
/// The moment is not left to chance: a trigger stops the program in the third chunk of a stage, where it writes to a table.
public struct SteeredFaults {
  /// What dies.
  public enum Victim: CaseIterable, Sendable { case worker, server }
  /// The stages of a run, with the tables of the staging, in the order in which a chunk comes to them.
  public typealias Moments = [(stage: String, tables: [String])]

  private let pipeline: any TestPipeline
  private let server: PostgresServer
  private let url: String

  /// Faults for the next run of a pipeline, whose schema `staging` is there already.
  public init(_ pipeline: any TestPipeline, _ server: PostgresServer, _ url: String, _ moments: Moments) throws {
    (self.pipeline, self.server, self.url) = (pipeline, server, url)
    let triggers = Set(moments.flatMap(\.tables)).map {
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

  /// Goes through the stages of a run: the worker or the server dies at each moment, and then the stage is done by the same
  /// command.
  public func disturb(_ run: String, _ moments: Moments, killing victim: Victim) throws {
    for (stage, tables) in moments {
      for table in tables {
        try arm(stage, table)
        let program = try Program("resync", [stage, pipeline.file, "--run", run])
        do { try waitForPrey() } catch { throw HelperError("\(stage), \(table): \(error)\(try program.wait())") }
        switch victim {
        case .worker:
          program.send(SIGKILL)
          #expect(try program.wait().exitCode == 128 + SIGKILL, "\(stage), \(table)")
          try clear()
        case .server:
          try server.crash()
          try server.start()
          // It may wait for the server long enough to end well.
          let outcome = try program.wait()
          #expect([0, 1].contains(outcome.exitCode), "\(stage), \(table): \(outcome.messages)")
        }
      }
      try pipeline.complete(run, stage: stage)
    }
  }

  /// Lets the next program stop in a stage where it writes to a table.
  private func arm(_ stage: String, _ table: String) throws {
    try server.query(url, "INSERT INTO trap.armed VALUES ('\(table)', '\(stage)')")
  }

  private static let prey = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"

  /// Waits until a program has stopped, and lets no other do so.
  private func waitForPrey() throws {
    try server.wait(url, until: "SELECT EXISTS (SELECT \(Self.prey))")
    try server.query(url, "DELETE FROM trap.armed")
  }

  /// Ends the sessions that a killed program has left: the server has not noticed yet.
  private func clear() throws { try server.query(url, "SELECT pg_terminate_backend(pid) \(Self.prey)") }
}
