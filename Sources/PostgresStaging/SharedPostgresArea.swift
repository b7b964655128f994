import Foundation
import Postgres
import Staging

/// Staging in a schema that several processes work on at once (`share: true`).
///
/// A chunk is claimed by an advisory lock of an open transaction: it goes with the process, and with the server.
public final class SharedPostgresArea: PostgresArea, SharedArea, @unchecked Sendable {
  private final class Claim: ChunkClaim {
    private var held: Database.Held?
    init(_ held: Database.Held) { self.held = held }
    func release() {
      held?.release()
      held = nil
    }
    deinit { held?.release() }
  }

  /// Writes the one row that a run has in `shared_work`.
  ///
  /// - Throws: `StagingError.failed` if the database refuses, as all functions here do.
  public func offer(_ work: SharedWork) throws {
    try change(
      "INSERT INTO \(named("shared_work")) VALUES ($1, $2, $3, $4) ON CONFLICT (_run) DO UPDATE "
        + "SET object = EXCLUDED.object, attempt = EXCLUDED.attempt, last_stage = EXCLUDED.last_stage",
      [work.run, work.object, work.attempt, work.last.rawValue])
  }

  /// Removes the row, and what was handed in.
  public func withdraw(run: String) throws {
    try change("DELETE FROM \(named("shared_work")) WHERE _run = $1", [run])
    try change("DELETE FROM \(named("contributions")) WHERE _run = $1", [run])
  }

  /// The row of a run; of the last run, if none is named.
  public func offered(run: String?) throws -> SharedWork? {
    let rows = try rows(
      "SELECT _run, object, attempt, last_stage FROM \(named("shared_work")) JOIN \(named("runs")) ON run = _run "
        + "WHERE run = $1 OR $1 IS NULL ORDER BY number DESC LIMIT 1", [run])
    guard let row = rows.first, let run = row[0], let object = row[1], let attempt = row[2],
      let last = row[3].flatMap({ Stage(rawValue: $0) })
    else { return nil }
    return SharedWork(run: run, object: object, attempt: attempt, last: last)
  }

  /// Takes the advisory lock of a chunk.
  public func claim(_ work: SharedWork, chunk: Int) throws -> (any ChunkClaim)? {
    try asStagingError {
      try database.hold(key("chunk \(work.run) \(work.object) \(chunk)")).map { Claim($0) }
    }
  }

  /// Writes the row of a chunk in `contributions`.
  public func contribute(_ notes: [RunManifest.ChunkRun], chunk: Int, to work: SharedWork) throws {
    let text = String(decoding: try JSONEncoder().encode(notes), as: UTF8.self)
    try change(
      "INSERT INTO \(named("contributions")) VALUES ($1, $2, $3::integer, $4, $5::jsonb) "
        + "ON CONFLICT (_run, object, chunk) DO UPDATE SET attempt = EXCLUDED.attempt, notes = EXCLUDED.notes",
      [work.run, work.object, "\(chunk)", work.attempt, text])
  }

  /// The rows of an attempt.
  public func contributions(to work: SharedWork) throws -> [RunManifest.ChunkRun] {
    let rows = try rows(
      "SELECT notes FROM \(named("contributions")) WHERE _run = $1 AND object = $2 AND attempt = $3 ORDER BY chunk",
      [work.run, work.object, work.attempt])
    return try rows.compactMap { $0.first ?? nil }.flatMap {
      try JSONDecoder().decode([RunManifest.ChunkRun].self, from: Data($0.utf8))
    }
  }

  private func rows(_ statement: String, _ values: [String?]) throws -> [[String?]] {
    try asStagingError { try database.transaction { try $0.query(statement, values) } }
  }

  private func change(_ statement: String, _ values: [String?]) throws { _ = try rows(statement, values) }
}
