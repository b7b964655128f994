import Postgres

extension StagingSchema {
  /// Version 3: activities. The ledger, and a balance that knows their sources.
  ///
  /// A schema holds one pipeline, so of `ledger` only the columns of its direction are ever filled.
  var third: [String] {
    [
      """
      CREATE TABLE \(named("ledger_chunks")) (run text NOT NULL, chunk integer NOT NULL, part text NOT NULL,
        number bigint GENERATED ALWAYS AS IDENTITY, columns text NOT NULL, rows bigint NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (run, chunk, part))
      """,
      """
      CREATE TABLE \(named("ledger")) (run text NOT NULL, chunk integer NOT NULL, _row bigint NOT NULL,
        salesforce_id text, external_id text, kind text, clock text, loaded_as text, digest text, type text, status text,
        subject text, who_id text, PRIMARY KEY (run, chunk, _row))
      """,
      """
      CREATE TABLE \(named("ledger_digests")) (run text NOT NULL, chunk integer NOT NULL, _row bigint NOT NULL,
        salesforce_id text, kind text, digest text, PRIMARY KEY (run, chunk, _row))
      """,
      StagingViews(schema).balance,
    ] + ledgerComments
  }

  private var ledgerComments: [String] {
    let tables = [
      ("ledger", "activities: what was loaded, a row each, so that nothing is created twice"),
      ("ledger_digests", "the import: digests of the properties that were written, by which changes are known"),
      ("ledger_chunks", "the chunks that were loaded, by number in that order; rows is what the tables must hold"),
    ]
    let columns = [
      ("salesforce_id", "import: the Salesforce task, event or message"),
      ("external_id", "sync: KIND:ID or KIND:ID:CONTACT, the key of the Salesforce task"),
      ("kind", "tasks, calls, … as the pipeline file names them"),
      ("clock", "import: now of the run, ISO 8601"),
      ("loaded_as", "import: the id that HubSpot was given; a message also stands for its task"),
      ("digest", "sync: of the row that was loaded"),
      ("type", "sync: of the Salesforce task, as status, subject and who_id are"),
    ]
    return tables.map { "COMMENT ON TABLE \(named($0)) IS \(literal($1))" }
      + columns.map { "COMMENT ON COLUMN \(named("ledger")).\(quoted($0)) IS \(literal($1))" }
  }
}
