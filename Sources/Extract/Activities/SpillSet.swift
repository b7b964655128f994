import FileStaging
import Foundation
import Records
import Staging

/// Bytes in numbered buckets: in memory while they are few, in a file each when they are many.
///
/// So a join of tens of millions of rows needs the memory of one bucket, and a small one touches no disk. Any thread may
/// append; the bytes of one call stay together, calls of different threads come in any order.
final class SpillSet: @unchecked Sendable {
  /// How many bytes of a bucket are kept before they go to its file.
  private static let kept = 256 << 10

  private let folder: String
  private let name: String
  private let lock = NSLock()
  private var buckets: [Int: Bucket] = [:]

  private final class Bucket {
    let lock = NSLock()
    var memory = ByteBuffer(capacity: 4096)
    var bytesOnDisk = 0
  }

  /// Buckets whose files, if any, lie in a folder that the caller removes.
  init(folder: String, name: String) {
    self.folder = folder
    self.name = name
  }

  private func bucket(_ number: Int) -> Bucket {
    lock.withLock {
      if let bucket = buckets[number] { return bucket }
      let bucket = Bucket()
      buckets[number] = bucket
      return bucket
    }
  }

  private func path(_ number: Int) -> String { "\(folder)/\(name)-\(number)" }

  /// Appends bytes to a bucket.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  func append(_ number: Int, _ bytes: Bytes) throws {
    guard bytes.count > 0 else { return }
    let bucket = bucket(number)
    bucket.lock.lock()
    defer { bucket.lock.unlock() }
    bucket.memory.append(bytes)
    guard bucket.memory.count >= Self.kept else { return }
    try spill(bucket, number)
  }

  private func spill(_ bucket: Bucket, _ number: Int) throws {
    if bucket.bytesOnDisk == 0 { try makeDirectory(folder) }
    let descriptor = open(path(number), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw systemFailure("cannot write \(path(number))") }
    defer { close(descriptor) }
    var rest = bucket.memory.bytes
    while rest.count > 0, let base = rest.baseAddress {
      let written = write(descriptor, base, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw systemFailure("cannot write \(path(number))")
      }
      bucket.bytesOnDisk += written
      rest = rest.part(written, rest.count - written)
    }
    bucket.memory.clear()
  }

  /// Hands over all bytes of a bucket, and forgets them.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  func take(_ number: Int) throws -> ByteBuffer {
    let all = try copy(number)
    if let bucket = lock.withLock({ buckets.removeValue(forKey: number) }), bucket.bytesOnDisk > 0 {
      unlink(path(number))
    }
    return all
  }

  /// All bytes of a bucket.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  func copy(_ number: Int) throws -> ByteBuffer {
    guard let bucket = lock.withLock({ buckets[number] }) else { return ByteBuffer(capacity: 64) }
    bucket.lock.lock()
    defer { bucket.lock.unlock() }
    var all = ByteBuffer(capacity: bucket.bytesOnDisk + bucket.memory.count)
    if bucket.bytesOnDisk > 0 {
      let reader = try FileReader(path: path(number))
      while all.count < bucket.bytesOnDisk {
        let room = UnsafeMutableRawBufferPointer(start: all.base + all.count, count: bucket.bytesOnDisk - all.count)
        let got = try reader.read(into: room)
        guard got > 0 else { throw StagingError.failed("\(path(number)) has lost its end: run again") }
        all.commit(got)
      }
    }
    all.append(bucket.memory.bytes)
    return all
  }
}
