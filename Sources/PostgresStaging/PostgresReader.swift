import CSV
import Postgres
import Records
import Staging

/// Reads one staged table out of the database, as the CSV that was staged. It borrows a connection from its first read to
/// its end; where that is lost it begins anew on another, and passes over the rows that it has read.
final class PostgresReader: TableReader {
  private let database: Database
  private let statement: String
  private let table: StagedTable
  private var session: Database.Session?
  private var pending = RowText()
  private var taken = 0
  private var state = State.unopened
  private let expected: Expected?
  private var rows = 0
  private var rowsToPass = 0

  private enum State { case unopened, first, rows, ended }

  /// How many rows are known to be there, and what it means if there are others.
  struct Expected {
    var rows: Int
    var damage: (_ why: String) -> StagingError
  }

  /// A reader of what a COPY sends; `expected` says what it must send.
  init(
    _ database: Database, _ statement: String, _ table: StagedTable, header: [String],
    expected: Expected? = nil
  ) {
    self.expected = expected
    self.database = database
    self.statement = statement
    self.table = table
    for (place, name) in header.enumerated() {
      if place > 0 { pending.csv.append(UInt8(ascii: ",")) }
      pending.csv.appendCSV(name)
    }
    pending.csv.append(UInt8(ascii: "\n"))
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if taken == pending.csv.count {
      pending.csv.clear()
      taken = 0
      try asStagingError { try database.retrying { try refill(buffer.count) } }
    }
    let count = min(buffer.count, pending.csv.count - taken)
    guard count > 0 else { return 0 }
    buffer.copyBytes(from: UnsafeRawBufferPointer(pending.csv.part(taken, count)))
    taken += count
    return count
  }

  private func refill(_ wanted: Int) throws {
    do {
      try take(wanted)
    } catch let error as DatabaseError where error.isWorthRetrying {
      // A committed table does not change, and its rows have an order.
      (session, state, rowsToPass) = (nil, .unopened, rows)
      throw error
    }
  }

  private func take(_ wanted: Int) throws {
    if state == .unopened {
      let session = try database.lend()
      try session.connection.beginCopyOut(statement)
      self.session = session
      state = .first
    }
    while state != .ended, pending.csv.count < min(wanted, 1 << 16), let session {
      let isFirst = state == .first
      let isThere = try session.connection.nextRow { piece in
        guard var row = CopyRow(piece, isFirst: isFirst) else { return }
        guard rowsToPass == 0 else { return rowsToPass -= 1 }
        try pending.append(&row, of: table)
        rows += 1
      }
      state = isThere ? .rows : .ended
      if !isThere {
        database.giveBack(session)
        self.session = nil
        try checkRows()
      }
    }
  }

  /// Rows that somebody has deleted, or put in, are no night's rows.
  private func checkRows() throws {
    guard let expected, expected.rows != rows else { return }
    throw expected.damage("\(expected.rows) rows were staged, \(rows) are there")
  }
}

/// Rows of the database as the CSV that was staged: a value of its own, so that a row is one access to the reader's memory.
private struct RowText: ~Copyable {
  var csv = ByteBuffer(capacity: 1 << 16)
  private var cell = ByteBuffer(capacity: 4096)

  mutating func append(_ row: inout CopyRow, of table: StagedTable) throws {
    let isPlain = !row.mayHoldEscapes
    for column in table.fixed.indices {
      if column > 0 { csv.append(UInt8(ascii: ",")) }
      append(try row.next(), isPlain: isPlain)
    }
    if table.hasCells {
      try row.nextArray { value in
        csv.append(UInt8(ascii: ","))
        append(value, isPlain: isPlain)
      }
    }
    csv.append(UInt8(ascii: "\n"))
  }

  /// NULL is an absent cell, an empty text a blank one.
  private mutating func append(_ value: Bytes?, isPlain: Bool) {
    guard let value else { return }
    if value.isEmpty { return csv.appendCSVQuoted(value) }
    if isPlain { return csv.appendCSV(value) }
    cell.clear()
    TextEscapes.decode(value, into: &cell)
    csv.appendCSV(cell.bytes)
  }
}
