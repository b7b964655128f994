import CSV
import Foundation
import Postgres
import Records
import Staging

/// The ledger of activities in tables: `ledger` holds the rows of the spec, `ledger_digests` the import's digests, and
/// `ledger_chunks` says which chunks count (activities-pipelines 7, "Ledger").
///
/// A chunk's rows, its digests and their entries in `ledger_chunks` are written in one transaction. Doing that twice leaves
/// the same, and readers go through a chunk at a time in its order: nothing is looked up row by row.
struct PostgresLedger: ActivityLedger, InSchema {
  private let database: Database
  let schema: String

  init(_ database: Database, schema: String) {
    self.database = database
    self.schema = schema
  }

  private func table(_ part: LedgerPart) -> String { named(part == .rows ? "ledger" : "ledger_digests") }

  /// The runs of `ledger_chunks`, the one that was loaded first in front.
  func runs() throws -> [LedgerRun] {
    let rows = try query(
      "SELECT run, chunk FROM (SELECT run, chunk, part, min(number) OVER (PARTITION BY run) AS first FROM "
        + "\(named("ledger_chunks"))) AS chunks WHERE part = 'rows' ORDER BY first, chunk")
    return rows.reduce(into: [LedgerRun]()) { runs, row in
      guard let run = row[0], let chunk = row[1].flatMap({ Int($0) }) else { return }
      if runs.last?.name == run {
        runs[runs.count - 1].chunks.append(chunk)
      } else {
        runs.append(LedgerRun(name: run, chunks: [chunk]))
      }
    }
  }

  /// Nothing is known before: the reader counts the rows.
  func check(_ run: String, chunk: Int, _ part: LedgerPart) {}

  /// A reader of a chunk's rows in their order; it connects with its first read.
  func reader(_ run: String, chunk: Int, _ part: LedgerPart) throws -> (any TableReader)? {
    let found = try query(
      "SELECT columns, rows FROM \(named("ledger_chunks")) WHERE run = $1 AND chunk = $2::integer AND part = $3",
      [run, "\(chunk)", part.rawValue])
    guard let columns = found.first?[0], let rows = found.first?[1].flatMap({ Int($0) }) else { return nil }
    let names = try JSONDecoder().decode([String].self, from: Data(columns.utf8))
    let list = names.map { $0 == "chunk" ? "chunk::text" : quoted($0) }.joined(separator: ", ")
    let statement =
      "COPY (SELECT \(list) FROM \(table(part)) WHERE run = \(literal(run)) AND chunk = \(chunk) ORDER BY _row) "
      + "TO STDOUT (FORMAT binary)"
    return PostgresReader(
      database, statement, StagedTable(plain: names), header: names,
      expected: .init(rows: rows) { StagingError.damagedLedger(run, chunk: chunk, $0) })
  }

  /// Begins the rows of a chunk; they are gathered in a file until they are committed.
  func writer(_ run: String, chunk: Int, _ part: LedgerPart, columns: [String]) throws -> any TableWriter {
    try Writer(self, run, chunk, part, columns)
  }

  /// Writes the parts in one transaction.
  func commit(_ parts: [any TableWriter]) throws {
    let writers = try parts.map { part in
      guard let writer = part as? Writer else {
        throw StagingError.failed("the ledger in a database takes rows that were gathered for that database only")
      }
      return writer
    }
    try asStagingError {
      try database.transaction { connection in
        for writer in writers { try replace(writer, connection) }
      }
    }
  }

  /// When each chunk of all other runs was changed last.
  func state(except run: String) throws -> String {
    let rows = try query(
      "SELECT run, chunk, part, extract(epoch FROM changed_at) FROM \(named("ledger_chunks")) WHERE run <> $1 "
        + "ORDER BY number", [run])
    return rows.map { $0.map { $0 ?? "" }.joined(separator: " ") + "\n" }.joined()
  }

  private func query(_ statement: String, _ values: [String?] = []) throws -> [[String?]] {
    try asStagingError { try database.transaction { try $0.query(statement, values) } }
  }

  // MARK: Writing

  /// Rows of one part of a chunk, until they are committed.
  private final class Writer: TableWriter {
    let ledger: PostgresLedger
    let run: String
    let chunk: Int
    let part: LedgerPart
    let columns: [String]
    let rows: GatheredRows

    init(_ ledger: PostgresLedger, _ run: String, _ chunk: Int, _ part: LedgerPart, _ columns: [String]) throws {
      (self.ledger, self.run, self.chunk, self.part, self.columns) = (ledger, run, chunk, part, columns)
      rows = try GatheredRows()
    }

    func append(_ rows: Bytes) throws { try self.rows.append(rows) }
    func abandon() { rows.clear() }
    func commit() throws { try ledger.commit([self]) }
  }

  private func replace(_ writer: Writer, _ connection: borrowing Connection) throws {
    let table = table(writer.part)
    try connection.query(
      "DELETE FROM \(table) WHERE run = $1 AND chunk = $2::integer", [writer.run, "\(writer.chunk)"])
    // Run and chunk are known, whether the rows name them or not.
    let own = writer.columns.indices.filter { !["run", "chunk"].contains(writer.columns[$0]) }
    let list = (["run", "chunk", "_row"] + own.map { writer.columns[$0] }).map { quoted($0) }.joined(separator: ", ")
    let run = ContiguousArray(writer.run.utf8)
    var rows = 0
    try connection.copyIn("COPY \(table) (\(list)) FROM STDIN (FORMAT binary)") { send in
      rows = try writer.rows.send(
        columns: writer.columns.count,
        wrongWidth: { .failed("row \($0) of the ledger has another number of cells: run again") }, to: send
      ) { row, cell, encoder in
        encoder.beginRow(columns: 3 + own.count)
        run.withUnsafeBufferPointer { encoder.append(text: $0) }
        encoder.append(integer: Int32(truncatingIfNeeded: writer.chunk))
        encoder.append(bigint: row)
        for column in own { encoder.append(text: cell(column)) }
      }
    }
    let names = String(decoding: try JSONEncoder().encode(writer.columns), as: UTF8.self)
    try connection.query(
      "INSERT INTO \(named("ledger_chunks")) (run, chunk, part, columns, rows) "
        + "VALUES ($1, $2::integer, $3, $4, $5::bigint) ON CONFLICT (run, chunk, part) "
        + "DO UPDATE SET columns = EXCLUDED.columns, rows = EXCLUDED.rows, changed_at = EXCLUDED.changed_at",
      [writer.run, "\(writer.chunk)", writer.part.rawValue, names, "\(rows)"])
  }
}
