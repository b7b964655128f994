import CSV
import FileStaging
import Foundation
import Postgres
import Records
import Staging

/// Gathers the rows of one staged table, and copies them into the database in one transaction.
final class PostgresWriter: TableWriter {
  private let store: PostgresStore
  private let table: TableName
  private let columns: [String]
  private let rows: GatheredRows

  init(_ store: PostgresStore, _ table: TableName, _ columns: [String]) throws {
    self.store = store
    self.table = table
    self.columns = columns
    rows = try GatheredRows()
  }

  func append(_ rows: Bytes) throws { try self.rows.append(rows) }
  func abandon() { rows.clear() }

  /// Replaces the chunk's rows, and notes the table, in one transaction. Doing it twice leaves the same.
  func commit() throws {
    let stored = StagedTable(table.stage, table.object, table.part, columns: columns)
    let partition = store.named(stored.partition(of: store.run))
    let names = String(decoding: try JSONEncoder().encode(columns), as: UTF8.self)
    try asStagingError {
      try store.make(stored, part: table.part)
      try store.database.transaction { connection in
        try connection.query("DELETE FROM \(partition) WHERE _chunk = $1::integer", ["\(table.chunk)"])
        var rows = 0
        try connection.copyIn(
          "COPY \(partition) (_run, _chunk, _row, \(stored.columnList)) FROM STDIN (FORMAT binary)"
        ) { send in rows = try copy(stored, send) }
        try connection.query(
          "INSERT INTO \(store.named("tables")) "
            + "VALUES ($1, $2, $3, $4, $5::integer, $2, $6, $7::bigint) ON CONFLICT (_run, stage, object, part, chunk) "
            + "DO UPDATE SET stored_by = EXCLUDED.stored_by, columns = EXCLUDED.columns, rows = EXCLUDED.rows",
          [
            store.run, table.stage.rawValue, table.object, table.part, "\(table.chunk)", names, "\(rows)",
          ])
      }
    }
  }

  /// Sends all rows; how many they were.
  private func copy(_ stored: StagedTable, _ send: (Bytes) throws -> Void) throws -> Int {
    let run = ContiguousArray(store.run.utf8)
    let (fixed, cells) = (stored.fixed.count, columns.count - stored.fixed.count)
    return try rows.send(
      columns: columns.count, wrongWidth: { .damaged(table, "row \($0) has another number of cells") }, to: send
    ) { row, cell, encoder in
      encoder.beginRow(columns: 3 + fixed + (stored.hasCells ? 1 : 0))
      run.withUnsafeBufferPointer { encoder.append(text: $0) }
      encoder.append(integer: Int32(truncatingIfNeeded: table.chunk))
      encoder.append(bigint: row)
      for column in 0..<fixed { encoder.append(text: cell(column)) }
      if stored.hasCells { encoder.append(textArray: cells) { cell(fixed + $0) } }
    }
  }
}
