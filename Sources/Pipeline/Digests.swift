import CXXHash
import FileStaging
import Foundation
import Staging

/// Digests that tell whether something has changed since a run began: XXH128, no protection against anybody.
enum Digests {
  /// The digest of the contents of some files, in their order.
  static func ofContents(_ paths: [String]) throws -> String {
    var all = Data()
    for path in paths {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw StagingError.failed("cannot read \(path)")
      }
      withUnsafeBytes(of: data.count) { all.append(contentsOf: $0) }
      all.append(data)
    }
    return try of(all)
  }

  /// The digest of names, sizes and modification times of some files. A missing file counts as empty: who reads it will
  /// say so.
  static func ofState(_ paths: [String], and others: [String] = []) throws -> String {
    var text = others.map { $0 + "\n" }.joined()
    for path in paths {
      var info = stat()
      let isThere = stat(path, &info) == 0
      text += "\(path)\0\(isThere ? Int(info.st_size) : -1)\0\(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)\n"
    }
    return try of(Data(text.utf8))
  }

  /// The digest of a text.
  static func ofText(_ text: String) throws -> String { try of(Data(text.utf8)) }

  private static func of(_ data: Data) throws -> String {
    let digest = try RunningDigest()
    data.withUnsafeBytes { digest.update($0) }
    return digest.hex
  }
}

/// An id by its XXH128, where many are kept: 16 bytes in place of a text.
struct Digest128: Hashable {
  private let high, low: UInt64

  /// The digest of some bytes.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    let digest = XXH3_128bits(bytes.baseAddress, bytes.count)
    (high, low) = (digest.high64, digest.low64)
  }
}
