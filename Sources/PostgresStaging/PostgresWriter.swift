import CSV
import FileStaging
import Foundation
import Postgres
import Records
import Staging

/// Gathers the rows of one staged table in a file without a name, and copies them into the database in one transaction.
final class PostgresWriter: TableWriter {
  private let store: PostgresStore
  private let table: TableName
  private let columns: [String]
  private let descriptor: Int32
  private var pending = ByteBuffer(capacity: 1 << 16)

  init(_ store: PostgresStore, _ table: TableName, _ columns: [String]) throws {
    self.store = store
    self.table = table
    self.columns = columns
    var path = Array((NSTemporaryDirectory() + "/resync-XXXXXX").utf8CString)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw systemFailure("cannot make a file in \(NSTemporaryDirectory())") }
    // Nobody else needs to find it, and it goes whatever happens to this process.
    unlink(path)
  }

  deinit { close(descriptor) }

  func append(_ rows: Bytes) throws {
    pending.append(rows)
    if pending.count >= 1 << 16 { try flush() }
  }

  private func flush() throws {
    var rest = pending.bytes
    while rest.count > 0 {
      let written = write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw systemFailure("cannot write a file in \(NSTemporaryDirectory())")
      }
      rest = rest.part(written, rest.count - written)
    }
    pending.clear()
  }

  func abandon() {
    pending.clear()
    _ = ftruncate(descriptor, 0)
  }

  /// Replaces the chunk's rows, and notes the table, in one transaction. Doing it twice leaves the same.
  func commit() throws {
    try flush()
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
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw systemFailure("cannot read a gathered table again") }
    var encoder = CopyEncoder()
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    let run = ContiguousArray(store.run.utf8)
    var rows = 0
    while try blocks.next(into: &buffer, &index, read: read) {
      for record in 0..<index.recordCount {
        let mark = index[record: record]
        guard mark.fault == .none, Int(mark.fieldCount) == columns.count else {
          throw StagingError.damaged(table, "row \(rows) has another number of cells")
        }
        let first = Int(mark.firstField)
        func cell(_ column: Int) -> Bytes? {
          let field = index[field: first + column]
          return field.isAbsent ? nil : buffer.part(Int(field.offset), field.count)
        }
        encoder.beginRow(columns: 3 + stored.fixed.count + (stored.hasCells ? 1 : 0))
        run.withUnsafeBufferPointer { encoder.append(text: $0) }
        encoder.append(integer: Int32(truncatingIfNeeded: table.chunk))
        encoder.append(bigint: rows)
        for column in stored.fixed.indices { encoder.append(text: cell(column)) }
        if stored.hasCells {
          encoder.append(textArray: columns.count - stored.fixed.count) { cell(stored.fixed.count + $0) }
        }
        rows += 1
        guard encoder.out.count >= 1 << 17 else { continue }
        try send(encoder.out.bytes)
        encoder.out.clear()
      }
    }
    encoder.finish()
    try send(encoder.out.bytes)
    return rows
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let got = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if got >= 0 { return got }
      if errno != EINTR { throw systemFailure("cannot read a gathered table again") }
    }
  }
}
