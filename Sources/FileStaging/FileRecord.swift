import Records
import Staging

/// The digest of a file that is being written, which is noted among those of its run when the file has its name.
struct FileRecord {
  private let digests: FileDigests
  private let name: String
  private let digest: RunningDigest

  /// The record of the file that the run knows under this name.
  ///
  /// - Throws: `StagingError.failed` if there is no memory for it.
  init(_ digests: FileDigests, _ name: String) throws {
    self.digests = digests
    self.name = name
    digest = try RunningDigest()
  }

  /// Adds what is written next.
  func update(_ bytes: Bytes) { digest.update(UnsafeRawBufferPointer(bytes)) }

  /// Notes the file as it is now.
  func note() { digests.note(name, .init(bytes: digest.bytes, digest: digest.hex)) }
}
