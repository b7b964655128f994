import Postgres
import Staging

/// The tables that are there before any run, and how an older schema becomes today's.
struct StagingSchema: InSchema {
  private let database: Database
  let schema: String

  init(_ database: Database, _ schema: String) {
    self.database = database
    self.schema = schema
  }

  /// Brings the schema to today's version, in one transaction with its number.
  func bringUpToDate(for pipeline: String) throws {
    let steps = [first, second, third]
    try database.transaction { connection in
      try connection.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", [schema])
      let isThere = try connection.query("SELECT to_regnamespace($1) IS NOT NULL", [quoted(schema)])
      // A role that may only create in its own schema may not even ask for CREATE SCHEMA IF NOT EXISTS.
      if isThere.first?.first != "t" { try connection.query("CREATE SCHEMA \(quoted(schema))") }
      try connection.query(
        "CREATE TABLE IF NOT EXISTS \(named("resync")) (version integer NOT NULL, pipeline text NOT NULL)")
      let row = try connection.query("SELECT version, pipeline FROM \(named("resync"))").first
      let version = row?[0].flatMap { Int($0) } ?? 0
      guard version <= steps.count else {
        throw StagingError.failed(
          "the schema \(schema) has version \(version), this resync knows \(steps.count): use the newer resync")
      }
      if let owner = row?[1], owner != pipeline {
        throw StagingError.taken(
          "the schema \(schema) holds the pipeline \(owner): give \(pipeline) a schema of its own")
      }
      for step in steps[version...] { for statement in step { try connection.query(statement) } }
      if row == nil {
        try connection.query("INSERT INTO \(named("resync")) VALUES ($1::integer, $2)", ["\(steps.count)", pipeline])
      } else if version < steps.count {
        try connection.query("UPDATE \(named("resync")) SET version = $1::integer", ["\(steps.count)"])
      }
    }
  }

  /// Version 1: runs, their chunks and tables, the baseline, and the views.
  private var first: [String] {
    [
      """
      CREATE TABLE \(named("runs")) (run text PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY,
        started_at timestamptz NOT NULL, state text NOT NULL, manifest jsonb NOT NULL)
      """,
      """
      CREATE TABLE \(named("chunks")) (_run text NOT NULL REFERENCES \(named("runs")) ON DELETE CASCADE,
        object text NOT NULL, chunk integer NOT NULL, stage text NOT NULL, rows_in bigint NOT NULL,
        rows_out bigint NOT NULL, seconds double precision NOT NULL, counts jsonb,
        PRIMARY KEY (_run, object, chunk, stage))
      """,
      """
      CREATE TABLE \(named("tables")) (_run text NOT NULL, stage text NOT NULL, object text NOT NULL,
        part text NOT NULL, chunk integer NOT NULL, stored_by text NOT NULL, columns text NOT NULL, rows bigint NOT NULL,
        PRIMARY KEY (_run, stage, object, part, chunk))
      """,
      """
      CREATE TABLE \(named("baseline_generations")) (object text PRIMARY KEY, run text NOT NULL, columns text NOT NULL,
        hubspot_rows bigint, salesforce_rows bigint)
      """,
      """
      CREATE TABLE \(named("baseline")) (object text NOT NULL, _run text NOT NULL, _chunk integer NOT NULL,
        _row bigint NOT NULL, _hubspot_id text, _object text, _salesforce_id text, _missed text, _there text,
        cells text[], PRIMARY KEY (object, _run, _chunk, _row))
      """,
      "CREATE TABLE \(named("notes")) (name text PRIMARY KEY, text text NOT NULL)",
      StagingViews(schema).lastRun, StagingViews(schema).balance,
    ] + comments
  }

  private var comments: [String] {
    [
      ("runs", "one row a run: its state, and its manifest as run.json would hold it"),
      ("chunks", "what is done: a row for each chunk and stage, with rows in and out"),
      ("tables", "the staged tables that are there, by chunk; columns names the elements of cells"),
      ("baseline", "what both sides have shown of each pair; baseline_generations names the current run"),
      ("balance", "rows in and out of each stage of each chunk; a run in which one does not hold fails"),
    ].map { name, text in
      "COMMENT ON \(name == "balance" ? "VIEW" : "TABLE") \(named(name)) IS \(literal(text))"
    }
  }

  /// Version 2: several workers on one run (`share: true`).
  private var second: [String] {
    [
      """
      CREATE TABLE \(named("shared_work")) (_run text NOT NULL, object text NOT NULL, attempt text NOT NULL,
        last_stage text NOT NULL, PRIMARY KEY (_run))
      """,
      """
      CREATE TABLE \(named("contributions")) (_run text NOT NULL, object text NOT NULL, chunk integer NOT NULL,
        attempt text NOT NULL, notes jsonb NOT NULL, PRIMARY KEY (_run, object, chunk))
      """,
    ]
  }
}
