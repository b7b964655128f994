import Postgres
import Staging

/// The views of a staging schema: what people look at, and the balance that a run must have before it ends well.
struct StagingViews: InSchema {
  let schema: String

  init(_ schema: String) { self.schema = schema }

  /// The last run that was begun.
  var lastRun: String {
    "CREATE VIEW \(named("last_run")) AS SELECT * FROM \(named("runs")) ORDER BY number DESC LIMIT 1"
  }

  /// The conservation law of rows (semantics 7): what goes into a stage of a chunk comes out of it, by side.
  ///
  /// Extract counts over all chunks (its `chunk` is NULL): rows read = rows rejected + rows staged. Conflict-resolve counts
  /// rows staged by map = paired + unmatched + excluded. Load has no side: rows of `changes` = rows in load files.
  var balance: String {
    let rows = "(SELECT rows FROM \(named("tables")) AS t WHERE t._run = c._run AND t.object = c.object"
    func staged(_ stage: String) -> String {
      "\(rows) AND t.chunk = c.chunk AND t.stage = \(stage) AND t.part = s.side)"
    }
    let counted = ["paired", "unmatched", "excluded"].map { "(c.counts #>> ARRAY[s.side, '\($0)'])::bigint" }
    return """
      CREATE OR REPLACE VIEW \(named("balance")) AS
      SELECT *, rows_in = rows_out AS holds FROM (
        SELECT r.run, o->>'object' AS object, NULL::integer AS chunk, 'extract' AS stage, s.side,
          (o->s.side->>'read')::bigint AS rows_in,
          (o->s.side->>'rejected')::bigint + (SELECT coalesce(sum(t.rows), 0)::bigint FROM \(named("tables")) AS t
            WHERE t._run = r.run AND t.object = o->>'object' AND t.stage = 'extract' AND t.part = s.side) AS rows_out
        FROM \(named("runs")) AS r, jsonb_array_elements(r.manifest->'objects') AS o, \(Self.sides)
        WHERE NOT r.manifest ? 'activities'
        UNION ALL
        SELECT c._run, c.object, c.chunk, c.stage, s.side, coalesce(\(staged("'extract'")), 0),
          coalesce(\(staged("c.stage")), 0)
        FROM \(named("chunks")) AS c, \(Self.sides)
        WHERE c.stage IN ('normalize', 'map') AND c.object <> 'activities'
        UNION ALL
        SELECT c._run, c.object, c.chunk, c.stage, s.side, coalesce(\(staged("'map'")), 0),
          \(counted.joined(separator: " + "))
        FROM \(named("chunks")) AS c, \(Self.sides)
        WHERE c.stage = 'conflict-resolve' AND c.object <> 'activities'
        UNION ALL
        SELECT c._run, c.object, c.chunk, c.stage, NULL,
          (SELECT coalesce(sum(t.rows), 0)::bigint FROM \(named("tables")) AS t WHERE t._run = c._run
            AND t.object = c.object AND t.chunk = c.chunk AND t.stage = 'conflict-resolve'
            AND t.part IN ('changes', 'creates')), c.rows_in
        FROM \(named("chunks")) AS c WHERE c.stage = 'load' AND c.object <> 'activities'
        UNION ALL
        \(activityBalance)) AS stages
      """
  }

  private static let sides = "(VALUES ('hubspot'), ('salesforce')) AS s(side)"

  /// The reports as views over the staged tables of all objects, by the parts that they are made of.
  private static let reports: [(view: String, parts: [String])] = [
    ("changes", ["changes", "creates"]), ("conflicts", ["conflicts"]), ("rejects", ["rejects"]),
    ("unmatched", ["unmatched"]),
  ]

  /// Makes the view of a report anew, after a table that belongs to it was made.
  func refresh(with table: StagedTable, part: String, _ connection: borrowing Connection) throws {
    guard let report = Self.reports.first(where: { $0.parts.contains(part) }) else { return }
    // Whoever comes second sees the table of the first.
    try connection.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", [schema])
    let found = try connection.query(
      "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'p' "
        + "AND substring(relname FROM '[^_]*$') = ANY ($2::text[]) ORDER BY relname",
      [quoted(schema), "{\(report.parts.joined(separator: ","))}"])
    let columns = (["_run", "_chunk", "_row"] + table.fixed.map { quoted($0) }).joined(separator: ", ")
    let selects = found.compactMap { $0.first ?? nil }.map { "SELECT \(columns) FROM \(named($0))" }
    try connection.query(
      "CREATE OR REPLACE VIEW \(named(report.view)) AS \(selects.joined(separator: " UNION ALL "))")
    if report.view == "rejects" { try connection.query(topIssues) }
  }

  /// What was rejected or reported most, by run, object, side, code and field.
  private var topIssues: String {
    """
    CREATE OR REPLACE VIEW \(named("top_issues")) AS
    SELECT _run AS run, object, side, code, field, count(*) AS issues, min(message) AS message
    FROM \(named("rejects")) GROUP BY _run, object, side, code, field ORDER BY count(*) DESC
    """
  }
}
