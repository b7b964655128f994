import FileStaging
import Foundation
import Load
import Postgres
import Records

/// Records for one table, gathered in a file without a name, as COPY will send them: the transaction may have to be tried
/// again.
final class MirrorRows: TargetRows {
  let kind: TargetRecords
  let table: MirrorTable
  private var encoder = CopyEncoder()
  private var descriptor: Int32 = -1
  private(set) var count = 0
  /// FNV-1a of 64 bits over all that COPY sends: whether a chunk is what it was.
  private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let pieceSize = 1 << 17

  init(_ kind: TargetRecords, _ table: MirrorTable) {
    self.kind = kind
    self.table = table
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func append(id: Bytes, _ cells: [TargetCell]) throws {
    encoder.beginRow(columns: 2 + cells.count)
    encoder.append(bigint: count)
    encoder.append(bytes: id)
    for cell in cells {
      switch cell {
      case .untouched: encoder.append(bytes: nil)
      case .clear: encoder.append(bytes: Bytes.none)
      case .value(let value): encoder.append(bytes: value)
      }
    }
    count += 1
    if encoder.out.count >= Self.pieceSize { try flush() }
  }

  /// Ends the rows; nothing more is appended.
  func finish() throws {
    guard count > 0 else { return }
    encoder.finish()
    try flush()
  }

  private func flush() throws {
    if descriptor < 0 { descriptor = try unnamedFile() }
    var rest = encoder.out.bytes
    for byte in rest { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    while rest.count > 0 {
      let written = write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw systemFailure("cannot write a file in \(NSTemporaryDirectory())")
      }
      rest = rest.part(written, rest.count - written)
    }
    encoder.out.clear()
  }

  /// Sends all rows.
  func send(_ send: (Bytes) throws -> Void) throws {
    var buffer = ByteBuffer(capacity: Self.pieceSize)
    var place: off_t = 0
    while true {
      let got = pread(descriptor, buffer.base, Self.pieceSize, place)
      if got < 0 {
        if errno == EINTR { continue }
        throw systemFailure("cannot read gathered rows again")
      }
      guard got > 0 else { return }
      buffer.clear()
      buffer.commit(got)
      try send(buffer.bytes)
      place += off_t(got)
    }
  }

  /// A file that nobody else can find, and that goes whatever happens to this process.
  private func unnamedFile() throws -> Int32 {
    var path = Array((NSTemporaryDirectory() + "/resync-XXXXXX").utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw systemFailure("cannot make a file in \(NSTemporaryDirectory())") }
    unlink(path)
    return descriptor
  }
}
