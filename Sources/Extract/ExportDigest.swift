import FileStaging
import Staging

/// What a run reads of an export: the file or table, and the columns that it copies from a table.
public struct ExportReading: Sendable {
  /// The file or table.
  public let source: SourceFile
  private let columns: [String]
  private let isHistory: Bool

  /// An export of records or activities; `columns` are those that the run needs.
  public init(_ source: SourceFile, columns: [String]) {
    self.source = source
    self.columns = columns
    isHistory = false
  }

  /// A field history.
  public init(history source: SourceFile) {
    self.source = source
    columns = []
    isHistory = true
  }

  /// The digests of the file, of the files in an archive, or of the parts of a table, as the manifest of a run has them; by the
  /// names that messages use. Copies go to `scratch`.
  ///
  /// - Throws: `SourceError` or `StagingError` if the export cannot be read.
  public func digests(scratch: String) throws -> [(name: String, digest: String)] {
    try PreparedFile.prepare(source, scratch: scratch, columns: columns, isHistory: isHistory).map { file in
      (file.displayName, try RunningDigest.of(try FileReader(path: file.path)).digest)
    }
  }
}
