import FileStaging
import Staging

extension SourceFile {
  /// The digests of the file, or of the files in an archive, as the manifest of a run has them; by the names that messages
  /// use. Copies of packed files go to `scratch`.
  ///
  /// - Throws: `SourceError` or `StagingError` if the file cannot be read.
  public func digests(scratch: String) throws -> [(name: String, digest: String)] {
    try PreparedFile.prepare(self, scratch: scratch).map { file in
      (file.displayName, try RunningDigest.of(try FileReader(path: file.path)).digest)
    }
  }
}
