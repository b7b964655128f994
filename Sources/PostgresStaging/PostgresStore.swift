import Foundation
import Postgres
import Staging

/// Staging in tables of a database. A table of a chunk is there exactly when `tables` has its row: both are written in one
/// transaction.
final class PostgresStore: StagingStore, InSchema, @unchecked Sendable {
  let database: Database
  let schema: String
  let run: String
  private let lock = NSLock()
  private var made: Set<String> = []

  init(_ database: Database, schema: String, run: String) {
    self.database = database
    self.schema = schema
    self.run = run
  }

  /// Begins a table: its rows are gathered in a file, and copied when it is committed.
  ///
  /// A chunk has a dozen tables that are written side by side: a connection for each would be more than servers like. And
  /// what is in a file can be sent again, should the connection be lost.
  func writer(_ table: TableName, columns: [String]) throws -> any TableWriter {
    try PostgresWriter(self, table, columns)
  }

  /// A reader of a table that was committed; it connects with its first read.
  ///
  /// - Throws: `StagingError.missing` if it was not.
  func reader(_ table: TableName) throws -> any TableReader {
    guard let found = try entry(table) else { throw StagingError.missing(table) }
    let stored = StagedTable(found.stage, table.object, table.part, columns: found.columns)
    let statement =
      "COPY (SELECT \(stored.columnList) FROM \(named(stored.partition(of: run))) "
      + "WHERE _chunk = \(table.chunk) ORDER BY _row) TO STDOUT (FORMAT binary)"
    return PostgresReader(
      database, statement, stored, header: found.columns,
      expected: .init(rows: found.rows) { StagingError.damaged(table, $0) })
  }

  /// Whether the table was committed.
  func exists(_ table: TableName) throws -> Bool { try entry(table) != nil }

  /// Gives the rows of a table a second name: no row is copied.
  func share(_ table: TableName, as other: TableName) throws {
    try asStagingError {
      try database.transaction { connection in
        try connection.query(
          "INSERT INTO \(named("tables")) SELECT _run, $1, object, part, chunk, stored_by, columns, rows "
            + "FROM \(named("tables")) WHERE _run = $2 AND stage = $3 AND object = $4 AND part = $5 AND chunk = $6::integer "
            + "ON CONFLICT (_run, stage, object, part, chunk) "
            + "DO UPDATE SET stored_by = EXCLUDED.stored_by, columns = EXCLUDED.columns, rows = EXCLUDED.rows",
          [other.stage.rawValue, run, table.stage.rawValue, table.object, table.part, "\(table.chunk)"])
      }
    }
  }

  /// Drops what a stage of an object left in this run.
  func clear(_ stage: Stage, object: String) throws {
    try asStagingError {
      try database.transaction { connection in
        let parts = try connection.query(
          "SELECT DISTINCT part FROM \(named("tables")) WHERE _run = $1 AND stored_by = $2 AND object = $3",
          [run, stage.rawValue, object])
        for part in parts.compactMap({ $0.first ?? nil }) {
          let table = StagedTable(stage, object, part, columns: [])
          try connection.query("DROP TABLE IF EXISTS \(named(table.partition(of: run)))")
        }
        try connection.query(
          "DELETE FROM \(named("tables")) WHERE _run = $1 AND object = $2 AND (stage = $3 OR stored_by = $3)",
          [run, object, stage.rawValue])
      }
      lock.withLock { made = [] }
    }
  }

  /// Makes a table and its partition for this run, once.
  func make(_ table: StagedTable, part: String) throws {
    guard !lock.withLock({ made.contains(table.name) }) else { return }
    let partition = named(table.partition(of: run))
    try database.transaction { connection in
      // Two that make the same table at once would both fail.
      try connection.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [named(table.name)])
      if try connection.query("SELECT to_regclass($1)", [named(table.name)]).first?.first == .some(nil) {
        try connection.query("CREATE TABLE \(named(table.name)) (\(table.definition)) PARTITION BY LIST (_run)")
        try StagingViews(schema).refresh(with: table, part: part, connection)
      }
      try connection.query(
        "CREATE TABLE IF NOT EXISTS \(partition) PARTITION OF \(named(table.name)) "
          + "(PRIMARY KEY (_chunk, _row)) FOR VALUES IN (\(literal(run)))")
    }
    lock.withLock { _ = made.insert(table.name) }
  }

  private func entry(_ table: TableName) throws -> (stage: Stage, columns: [String], rows: Int)? {
    try asStagingError {
      let rows = try database.transaction { connection in
        try connection.query(
          "SELECT stored_by, columns, rows FROM \(named("tables")) "
            + "WHERE _run = $1 AND stage = $2 AND object = $3 AND part = $4 AND chunk = $5::integer",
          [run, table.stage.rawValue, table.object, table.part, "\(table.chunk)"])
      }
      guard let row = rows.first, let stage = row[0].flatMap({ Stage(rawValue: $0) }), let columns = row[1],
        let count = row[2].flatMap({ Int($0) })
      else { return nil }
      return (stage, try JSONDecoder().decode([String].self, from: Data(columns.utf8)), count)
    }
  }
}

/// What the database refused, as the stages know failures.
@discardableResult
func asStagingError<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as DatabaseError {
    throw StagingError.failed("the staging database: \(error); \(remedy(error)), and run the same command again")
  }
}

/// What a person can do about what the database refused: by its SQLSTATE (PostgreSQL's manual, appendix A).
private func remedy(_ error: DatabaseError) -> String {
  switch error.sqlState {
  case "53100": "free some space on the server's disk"
  case "25006": "let the database be written to (default_transaction_read_only), or name one that can be"
  case "42501": "give the role its rights (USAGE and CREATE on the schema, all on its tables)"
  default: "check it"
  }
}
