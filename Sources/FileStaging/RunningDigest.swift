import CXXHash
import Records
import Staging

/// XXH128 of bytes that come piece by piece. It detects change, and protects from nobody.
public final class RunningDigest {
  private let state: OpaquePointer
  /// How many bytes came.
  public private(set) var bytes = 0

  /// The digest of nothing yet.
  ///
  /// - Throws: `StagingError.failed` if there is no memory for it.
  public init() throws {
    guard let state = XXH3_createState() else { throw StagingError.failed("no memory for a digest") }
    self.state = state
    XXH3_128bits_reset(state)
  }

  deinit { XXH3_freeState(state) }

  /// Adds bytes.
  public func update(_ piece: UnsafeRawBufferPointer) {
    xxh3_128bits_update_widest(state, piece.baseAddress, piece.count)
    bytes += piece.count
  }

  /// The digest of all bytes up to now, as 32 hexadecimal digits.
  public var hex: String {
    let digest = XXH3_128bits_digest(state)
    func padded(_ half: UInt64) -> String {
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return padded(digest.high64) + padded(digest.low64)
  }

  /// The digest of what a reader still has to give, and its length in bytes.
  ///
  /// - Throws: what the reader throws.
  public static func of(_ reader: any TableReader) throws -> RunManifest.FileRecord {
    let digest = try RunningDigest()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let got = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
      guard got > 0 else { break }
      buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
    }
    return RunManifest.FileRecord(bytes: digest.bytes, digest: digest.hex)
  }
}
