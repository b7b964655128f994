import Foundation
import Records
import Staging

/// Reads a file from a byte on, in the pieces that the caller has room for.
public final class FileReader: TableReader {
  private let path: String
  private let descriptor: Int32
  private var left: Int

  /// Opens a file. `length` bounds what is read, in bytes from `offset`.
  public init(path: String, offset: Int = 0, length: Int = Int.max) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    left = length
    guard descriptor >= 0 else { throw systemFailure("cannot read \(path)") }
    if offset > 0, lseek(descriptor, off_t(offset), SEEK_SET) < 0 { throw systemFailure("cannot read \(path)") }
  }

  deinit { close(descriptor) }

  /// Reads up to the size of `buffer` or what is left of `length`; 0 means that nothing is left.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = min(buffer.count, left)
    guard wanted > 0 else { return 0 }
    while true {
      let got = Foundation.read(descriptor, buffer.baseAddress, wanted)
      if got < 0 {
        if errno == EINTR { continue }
        throw systemFailure("cannot read \(path)")
      }
      left -= got
      return got
    }
  }
}
