import Foundation
import Postgres
import Staging

/// A pipeline's staging in a schema of a database.
public class PostgresArea: StagingArea, InSchema, @unchecked Sendable {
  let database: Database
  let schema: String
  private let pipeline: String
  private let scratch: String
  private let lock = NSLock()
  private var stores: [String: PostgresStore] = [:]
  /// What the load files of the run at work held when each got its name.
  public let digests = FileDigests()

  /// The staging of a pipeline, whose schema is made, or brought up to date, if need be. `scratch` is a folder for what runs
  /// need beside tables.
  ///
  /// - Throws: `StagingError.failed` if the database refuses, or the schema is of a newer version; `StagingError.taken` if it
  ///   is that of another pipeline.
  public required init(url: String, schema: String, pipeline: String, scratch: String) throws {
    database = Database(url: url)
    self.schema = schema
    self.pipeline = pipeline
    self.scratch = scratch
    let migrations = StagingSchema(database, schema)
    try asStagingError { try migrations.bringUpToDate(for: pipeline) }
  }

  /// The baseline in the table `baseline`.
  public var baseline: any BaselineStore { PostgresBaseline(database, schema: schema) }

  /// The ledger in the tables `ledger`, `ledger_digests` and `ledger_chunks`.
  public var ledger: any ActivityLedger { PostgresLedger(database, schema: schema) }

  /// Takes an advisory lock on the schema.
  ///
  /// - Throws: `StagingError.failed` if the database refuses.
  public func acquireLock() throws -> Bool {
    try asStagingError {
      try database.acquireLock(key("resync"))
    }
  }

  /// The number of an advisory lock: that of a name in this schema.
  func key(_ name: String) -> Int64 {
    Int64(bitPattern: UInt64(StagedTable.digest("\(name) \(schema)"), radix: 16) ?? 0)
  }

  /// The names of all runs, in the order in which they began.
  public func runs() throws -> [String] {
    try asStagingError {
      let rows = try database.transaction { try $0.query("SELECT run FROM \(named("runs")) ORDER BY number") }
      return rows.compactMap { $0.first ?? nil }
    }
  }

  /// The manifest in `runs`.
  ///
  /// - Throws: `StagingError.failed` if the database refuses, or a newer version of the program wrote it.
  public func manifest(of run: String) throws -> RunManifest? {
    try asStagingError {
      let rows = try database.transaction {
        try $0.query("SELECT manifest FROM \(named("runs")) WHERE run = $1", [run])
      }
      guard let text = rows.first?.first ?? nil else { return nil }
      let manifest = try JSONDecoder().decode(RunManifest.self, from: Data(text.utf8))
      guard manifest.version <= RunManifest.currentVersion else {
        throw StagingError.failed("the run \(run) was begun by a newer version of resync: use that one")
      }
      guard manifest.isSound else {
        throw StagingError.failed(
          "the manifest of \(run) holds numbers that no run has: remove the run (resync runs prune), and run again")
      }
      return manifest
    }
  }

  /// Writes the run's row and those of its chunks in one transaction.
  public func save(_ manifest: RunManifest) throws {
    var manifest = manifest
    manifest.files = digests.all
    try write(manifest)
  }

  func write(_ manifest: RunManifest) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(manifest), as: UTF8.self)
    let chunks = String(decoding: try encoder.encode(manifest.chunks), as: UTF8.self)
    try asStagingError {
      try database.transaction { connection in
        try connection.query(
          "INSERT INTO \(named("runs")) (run, started_at, state, manifest) "
            + "VALUES ($1, $2::timestamptz, $3, $4::jsonb) ON CONFLICT (run) "
            + "DO UPDATE SET started_at = EXCLUDED.started_at, state = EXCLUDED.state, manifest = EXCLUDED.manifest",
          [manifest.run, manifest.startedAt, manifest.state.rawValue, text])
        try connection.query("DELETE FROM \(named("chunks")) WHERE _run = $1", [manifest.run])
        try connection.query(
          "INSERT INTO \(named("chunks")) "
            + "SELECT $1, c->>'object', (c->>'chunk')::integer, c->>'stage', (c->>'rowsIn')::bigint, "
            + "(c->>'rowsOut')::bigint, (c->>'seconds')::float8, coalesce(c->'counts', c->'activities') FROM jsonb_array_elements($2::jsonb) AS c",
          [manifest.run, chunks])
      }
    }
  }

  /// The staged tables of a run.
  public func store(of run: String) -> any StagingStore {
    lock.withLock {
      let store = stores[run] ?? PostgresStore(database, schema: schema, run: run)
      stores[run] = store
      return store
    }
  }

  /// A folder of the run beside the load files.
  public func folder(of run: String) -> String { "\(scratch)/\(pipeline)/\(run)" }

  /// The text in `notes`.
  ///
  /// - Throws: `StagingError.failed` if the database refuses.
  public func note(_ name: String) throws -> String? {
    try asStagingError {
      let rows = try database.transaction { try $0.query("SELECT text FROM \(named("notes")) WHERE name = $1", [name]) }
      return rows.first?.first ?? nil
    }
  }

  /// Writes the row of `notes`.
  ///
  /// - Throws: `StagingError.failed` if the database refuses.
  public func keep(_ text: String, as name: String) throws {
    try asStagingError {
      try database.transaction {
        try $0.query(
          "INSERT INTO \(named("notes")) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET text = EXCLUDED.text",
          [name, text])
      }
    }
  }

  /// The rows of `balance` that do not hold, as sentences.
  ///
  /// - Throws: `StagingError.failed` if the database refuses.
  public func imbalances(of run: String) throws -> [String] {
    try asStagingError {
      let rows = try database.transaction {
        try $0.query(
          "SELECT object, chunk, stage, side, rows_in, rows_out FROM \(named("balance")) "
            + "WHERE run = $1 AND holds IS NOT TRUE ORDER BY object, stage, chunk, side", [run])
      }
      return rows.map { row in
        let place = [row[0], row[1].map { "chunk \($0)" }, row[2], row[3]].compactMap { $0 }.joined(separator: ", ")
        return "\(place): \(row[4] ?? "no") rows go in, \(row[5] ?? "no") come out, and that must be equal; "
          + "look at the view balance of the schema \(schema), and run the stages again with --from extract"
      }
    }
  }
}
