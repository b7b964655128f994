import CSV
import FileStaging
import Foundation
import Postgres
import Records
import Staging

/// Rows in CSV, gathered in a file without a name until they are copied into the database; so they can be sent again, should
/// the connection be lost.
final class GatheredRows {
  private let descriptor: Int32
  private var pending = ByteBuffer(capacity: 1 << 16)

  /// - Throws: `StagingError.failed` with what the system said, as all functions here do.
  init() throws {
    var path = Array((NSTemporaryDirectory() + "/resync-XXXXXX").utf8CString)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else {
      throw systemFailure("cannot make a file in \(NSTemporaryDirectory()), the folder that TMPDIR names")
    }
    // Nobody else needs to find it, and it goes whatever happens to this process.
    unlink(path)
  }

  deinit { close(descriptor) }

  /// Adds rows, each ended by LF.
  func append(_ rows: Bytes) throws {
    pending.append(rows)
    if pending.count >= 1 << 16 { try flush() }
  }

  /// Forgets all rows.
  func clear() {
    pending.clear()
    _ = ftruncate(descriptor, 0)
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

  /// A look at one cell of a row; nil where it is absent. It lasts until the next row.
  typealias Cell = (_ column: Int) -> Bytes?

  /// Sends all rows with a COPY in the binary format; `encode` appends one row, from its columns on.
  ///
  /// - Returns: how many rows there were.
  /// - Throws: what `wrongWidth` gives for a row that has not `columns` cells, and what `send` throws.
  func send(
    columns: Int, wrongWidth: (_ row: Int) -> StagingError, to send: (Bytes) throws -> Void,
    _ encode: (_ row: Int, _ cell: Cell, _ out: inout CopyEncoder) -> Void
  ) throws -> Int {
    try flush()
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw systemFailure("cannot read a gathered table again") }
    var encoder = CopyEncoder()
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var rows = 0
    while try blocks.next(into: &buffer, &index, read: read) {
      for record in 0..<index.recordCount {
        let mark = index[record: record]
        guard mark.fault == .none, Int(mark.fieldCount) == columns else { throw wrongWidth(rows) }
        let first = Int(mark.firstField)
        encode(
          rows,
          { column in
            let field = index[field: first + column]
            return field.isAbsent ? nil : buffer.part(Int(field.offset), field.count)
          }, &encoder)
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
