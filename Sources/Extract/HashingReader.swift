import CXXHash
import FileStaging
import Records
import Staging

/// Digests what passes through a reader.
final class HashingReader {
  private let reader: FileReader
  private let state: OpaquePointer
  private(set) var total: Int

  /// `bytes` at the start of the file, a byte order mark, were skipped: they belong to the digest.
  init(_ reader: FileReader, prefixOf path: String, bytes: Int) throws {
    self.reader = reader
    guard let state = XXH3_createState() else { throw StagingError.failed("no memory for a digest") }
    self.state = state
    XXH3_128bits_reset(state)
    total = bytes
    guard bytes > 0 else { return }
    let start = try FileReader(path: path, length: bytes)
    var prefix = [UInt8](repeating: 0, count: bytes)
    let got = try prefix.withUnsafeMutableBytes { try start.read(into: $0) }
    XXH3_128bits_update(state, prefix, got)
  }

  deinit { XXH3_freeState(state) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let got = try reader.read(into: buffer)
    XXH3_128bits_update(state, buffer.baseAddress, got)
    total += got
    return got
  }

  func hex() -> String {
    let digest = XXH3_128bits_digest(state)
    func padded(_ half: UInt64) -> String {
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return padded(digest.high64) + padded(digest.low64)
  }
}
