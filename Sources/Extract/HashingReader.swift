import FileStaging
import Records
import Staging

/// Digests what passes through a reader.
final class HashingReader {
  private let reader: FileReader
  private let digest: RunningDigest
  /// How many bytes came, those of the byte order mark too.
  var total: Int { digest.bytes }

  /// `bytes` at the start of the file, a byte order mark, were skipped: they belong to the digest.
  init(_ reader: FileReader, prefixOf path: String, bytes: Int) throws {
    self.reader = reader
    digest = try RunningDigest()
    guard bytes > 0 else { return }
    let start = try FileReader(path: path, length: bytes)
    var prefix = [UInt8](repeating: 0, count: bytes)
    let got = try prefix.withUnsafeMutableBytes { try start.read(into: $0) }
    prefix.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let got = try reader.read(into: buffer)
    digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
    return got
  }

  func hex() -> String { digest.hex }
}
