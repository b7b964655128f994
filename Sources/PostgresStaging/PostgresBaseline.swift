import Foundation
import Postgres
import Staging

/// The baseline in a table: rows by object and generation, and which generation is the current one.
///
/// Each step is one transaction, and doing it twice leaves the same.
struct PostgresBaseline: BaselineStore, InSchema {
  private let database: Database
  let schema: String

  init(_ database: Database, schema: String) {
    self.database = database
    self.schema = schema
  }

  private static let columns = "_chunk, _row, _hubspot_id, _object, _salesforce_id, _missed, _there, cells"

  /// The run whose rows are the current ones.
  func generation(of object: String) throws -> String? {
    try asStagingError { try generation(object)?.run }
  }

  /// The runs that `baseline_generations` names.
  func generations() throws -> Set<String> {
    try asStagingError {
      let rows = try database.transaction { try $0.query("SELECT run FROM \(named("baseline_generations"))") }
      return Set(rows.compactMap { $0.first ?? nil })
    }
  }

  private func generation(_ object: String) throws -> (run: String, columns: [String])? {
    let rows = try database.transaction {
      try $0.query("SELECT run, columns FROM \(named("baseline_generations")) WHERE object = $1", [object])
    }
    guard let run = rows.first?[0], let columns = rows.first?[1] else { return nil }
    return (run, try JSONDecoder().decode([String].self, from: Data(columns.utf8)))
  }

  /// One reader of all rows, in the order of the chunks.
  func tables(of object: String) throws -> [any TableReader] {
    guard let current = try asStagingError({ try generation(object) }) else { return [] }
    let stored = StagedTable(.extract, object, "baseline", columns: current.columns)
    let statement =
      "COPY (SELECT \(stored.columnList) FROM \(named("baseline")) WHERE object = \(literal(object)) "
      + "AND _run = \(literal(current.run)) ORDER BY _chunk, _row) TO STDOUT (FORMAT binary)"
    return [PostgresReader(database, statement, stored, header: current.columns)]
  }

  /// Copies what extract staged into the baseline, and makes that the current generation.
  func adopt(_ object: String, run: String, chunks: Int, from store: any StagingStore) throws {
    // Adopting twice would undo what chunks have replaced since.
    guard try generation(of: object) != run else { return }
    let store = try own(store)
    let table = StagedTable(.extract, object, "baseline", columns: [])
    try asStagingError {
      try database.transaction { connection in
        let columns = try connection.query(
          "SELECT columns, count(*) FROM \(named("tables")) WHERE _run = $1 AND stage = 'extract' AND object = $2 "
            + "AND part = 'baseline' GROUP BY columns", [run, object])
        guard columns.count == 1, columns[0][1] == "\(chunks)" else {
          throw StagingError.missing(TableName(.extract, object, "baseline", chunk: 0))
        }
        try connection.query("DELETE FROM \(named("baseline")) WHERE object = $1 AND _run = $2", [object, run])
        try connection.query(
          "INSERT INTO \(named("baseline")) (object, _run, \(Self.columns)) "
            + "SELECT $1, _run, \(Self.columns) FROM \(store.named(table.partition(of: run)))", [object])
        try connection.query(
          "INSERT INTO \(named("baseline_generations")) (object, run, columns) VALUES ($1, $2, $3) "
            + "ON CONFLICT (object) DO UPDATE SET run = EXCLUDED.run, columns = EXCLUDED.columns",
          [object, run, columns[0][0]])
      }
    }
  }

  /// Replaces a chunk's rows with those that conflict-resolve staged.
  func replace(_ object: String, run: String, chunk: Int, from store: any StagingStore) throws {
    let name = TableName(.conflictResolve, object, "baseline", chunk: chunk)
    let store = try own(store)
    guard try store.exists(name) else { throw StagingError.missing(name) }
    let table = StagedTable(.conflictResolve, object, "baseline", columns: [])
    try asStagingError {
      try database.transaction { connection in
        try connection.query(
          "DELETE FROM \(named("baseline")) WHERE object = $1 AND _run = $2 AND _chunk = $3::integer",
          [object, run, "\(chunk)"])
        try connection.query(
          "INSERT INTO \(named("baseline")) (object, _run, \(Self.columns)) "
            + "SELECT $1, _run, \(Self.columns) FROM \(store.named(table.partition(of: run))) "
            + "WHERE _chunk = $2::integer", [object, "\(chunk)"])
      }
    }
  }

  /// Notes how many rows were read, and removes older generations.
  func finish(_ object: String, run: String, rows: BaselineRows) throws {
    try asStagingError {
      try database.transaction { connection in
        try connection.query(
          "UPDATE \(named("baseline_generations")) SET hubspot_rows = $2::bigint, salesforce_rows = $3::bigint "
            + "WHERE object = $1", [object, "\(rows.hubspot)", "\(rows.salesforce)"])
        try connection.query(
          "DELETE FROM \(named("baseline")) WHERE object = $1 AND _run <> $2", [object, run])
      }
    }
  }

  /// The rows of the last run that was loaded whole.
  func lastRows(of object: String) throws -> BaselineRows? {
    try asStagingError {
      let rows = try database.transaction {
        try $0.query(
          "SELECT hubspot_rows, salesforce_rows FROM \(named("baseline_generations")) WHERE object = $1", [object])
      }
      guard let hubspot = rows.first?[0].flatMap({ Int($0) }), let salesforce = rows.first?[1].flatMap({ Int($0) })
      else { return nil }
      return BaselineRows(hubspot: hubspot, salesforce: salesforce)
    }
  }

  private func own(_ store: any StagingStore) throws -> PostgresStore {
    guard let store = store as? PostgresStore else {
      throw StagingError.failed("the baseline in a database needs staging in that database")
    }
    return store
  }
}
