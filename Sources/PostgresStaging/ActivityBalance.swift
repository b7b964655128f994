import Postgres

extension StagingViews {
  /// The balance of runs of activities, by source: what goes into a stage of a chunk comes out of it (activities-pipelines 7).
  ///
  /// Extract: rows read = rejected + staged. Normalize and map: as many rows out as in. Conflict-resolve: rows that map
  /// staged = loaded + updated + rejected + all excluded. Load has no source: what was to be written = what was written.
  var activityBalance: String {
    func staged(_ stage: String, _ run: String, _ more: String = "") -> String {
      "(SELECT coalesce(sum(t.rows), 0)::bigint FROM \(named("tables")) AS t WHERE t._run = \(run) AND t.object = s.key "
        + "AND t.stage = \(stage) AND t.part = s.value->>'side'\(more))"
    }
    func chunk(_ stage: String) -> String { staged(stage, "c._run", " AND t.chunk = c.chunk") }
    let sources = "jsonb_each(r.manifest #> '{activities,sources}') AS s"
    let chunks =
      "\(named("chunks")) AS c JOIN \(named("runs")) AS r ON r.run = c._run, \(sources) "
      + "WHERE c.object = 'activities' AND s.value->>'isWhole' = 'false'"
    let counted = ["loaded", "updated", "rejected"].map { "(c.counts #>> ARRAY[s.key, '\($0)'])::bigint" }
    let excluded = "(SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(c.counts #> ARRAY[s.key, 'excluded']))"
    return """
      SELECT r.run, s.key AS object, NULL::integer AS chunk, 'extract' AS stage, s.value->>'side' AS side,
        (s.value->>'read')::bigint AS rows_in,
        (s.value->>'rejected')::bigint + \(staged("'extract'", "r.run")) AS rows_out
      FROM \(named("runs")) AS r, \(sources) WHERE s.value ? 'side'
      UNION ALL
      SELECT c._run, s.key, c.chunk, c.stage, s.value->>'side', \(chunk("'extract'")), \(chunk("c.stage"))
      FROM \(chunks) AND c.stage IN ('normalize', 'map')
      UNION ALL
      SELECT c._run, s.key, c.chunk, c.stage, s.value->>'side', \(chunk("'map'")),
        (\(counted.joined(separator: " + ")) + \(excluded))::bigint
      FROM \(chunks) AND c.stage = 'conflict-resolve'
      UNION ALL
      SELECT c._run, c.object, c.chunk, c.stage, NULL,
        (SELECT sum((k.value->>'written')::bigint)::bigint FROM \(named("chunks")) AS d, jsonb_each(d.counts) AS k
          WHERE d._run = c._run AND d.object = c.object AND d.chunk = c.chunk AND d.stage = 'conflict-resolve'), c.rows_out
      FROM \(named("chunks")) AS c WHERE c.object = 'activities' AND c.stage = 'load'
      """
  }
}
