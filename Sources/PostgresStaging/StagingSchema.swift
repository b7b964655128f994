import Postgres
import Staging

/// The tables that are there before any run, and how an older schema becomes today's.
struct StagingSchema {
  private let database: Database
  private let schema: String

  init(_ database: Database, _ schema: String) {
    self.database = database
    self.schema = schema
  }

  private func named(_ table: String) -> String { "\(quoted(schema)).\(quoted(table))" }

  /// Brings the schema to today's version, in one transaction with its number.
  func bringUpToDate(for pipeline: String) throws {
    let steps = [first]
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
        throw StagingError.failed(
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

  /// Version 1.
  private var first: [String] {
    [
      """
      CREATE TABLE \(named("runs")) (run text PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY,
        started_at timestamptz NOT NULL, state text NOT NULL, manifest jsonb NOT NULL)
      """,
      """
      CREATE TABLE \(named("chunks")) (_run text NOT NULL REFERENCES \(named("runs")) ON DELETE CASCADE,
        object text NOT NULL, chunk integer NOT NULL, stage text NOT NULL, rows_in bigint NOT NULL,
        rows_out bigint NOT NULL, seconds double precision NOT NULL, PRIMARY KEY (_run, object, chunk, stage))
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
      "CREATE VIEW \(named("last_run")) AS SELECT * FROM \(named("runs")) ORDER BY number DESC LIMIT 1",
      balance,
      topIssues,
    ]
  }

  /// The conservation law of rows (semantics 7): by run, object and side, and whether it holds.
  private var balance: String {
    func sum(_ count: String) -> String {
      "(SELECT coalesce(sum((c #>> ARRAY['counts', s.side, '\(count)'])::bigint), 0) "
        + "FROM jsonb_array_elements(r.manifest->'chunks') AS c "
        + "WHERE c->>'object' = o->>'object' AND c->>'stage' = 'conflict-resolve')"
    }
    return """
      CREATE VIEW \(named("balance")) AS
      SELECT *, read = paired + unmatched + rejected + excluded AS holds FROM (
        SELECT r.run, o->>'object' AS object, s.side, (o->s.side->>'read')::bigint AS read,
          \(sum("paired")) AS paired, \(sum("unmatched")) AS unmatched,
          (o->s.side->>'rejected')::bigint AS rejected, \(sum("excluded")) AS excluded
        FROM \(named("runs")) AS r, jsonb_array_elements(r.manifest->'objects') AS o,
          (VALUES ('hubspot'), ('salesforce')) AS s(side)) AS sides
      """
  }

  /// How many issues a run reported, by object and side, the most first.
  private var topIssues: String {
    """
    CREATE VIEW \(named("top_issues")) AS
    SELECT r.run, c->>'object' AS object, s.side, sum((c #>> ARRAY['counts', s.side, 'rejectedCells'])::bigint) AS issues
    FROM \(named("runs")) AS r, jsonb_array_elements(r.manifest->'chunks') AS c,
      (VALUES ('hubspot'), ('salesforce')) AS s(side)
    WHERE c->>'stage' = 'conflict-resolve' GROUP BY 1, 2, 3 ORDER BY 4 DESC
    """
  }
}
