import CRM
import FileStaging
import Foundation
import Staging

/// The columns of an index on disk, in one file that has no name: it is gone with its last user, also when that is killed.
///
/// It is made when the first bytes come, so that a small export touches no disk.
final class ColumnFile: ColumnSpill, @unchecked Sendable {
  private let folder: String
  private var descriptor: Int32 = -1
  private var count = 0

  /// Columns whose file lies in `folder`, which is made if need be.
  init(in folder: String) { self.folder = folder }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// - Throws: `StagingError.failed` with what the system said.
  func append(_ bytes: UnsafeRawBufferPointer) throws -> Int {
    if descriptor < 0 { try begin() }
    let offset = count
    var done = 0
    while done < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(count))
      if written < 0 {
        if errno == EINTR { continue }
        throw systemFailure("cannot write the index of an export in \(folder)")
      }
      done += written
      count += written
    }
    return offset
  }

  private func begin() throws {
    try makeDirectory(folder)
    let path = "\(folder)/column-\(UUID().uuidString)"
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw systemFailure("cannot write \(path)") }
    unlink(path)
  }

  /// - Throws: `StagingError.failed` with what the system said.
  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let got = pread(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw systemFailure("cannot read the index of an export in \(folder)") }
      done += got
    }
  }
}
