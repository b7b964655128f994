import Activities
import FileStaging
import Staging

/// What is read of an export: the file or table, and the columns that are copied from a table. A run reads by it, and `verify`
/// does to see whether the export is still what the run has read.
public struct ExportReading: Sendable {
  /// The file or table.
  public let source: SourceFile
  private let columns: [String]
  private let isHistory: Bool

  /// An export of records.
  public init(_ source: SourceFile, of plan: ObjectPlan) {
    self.source = source
    columns = SideTables(plan, source.side).extract.cells
    isHistory = false
  }

  /// An export of a pipeline of activities.
  public init(_ source: SourceFile, of activities: ActivitySource) {
    self.source = source
    columns = activities.columns.filter(\.isInFile).map(\.name)
    isHistory = false
  }

  /// A field history.
  public init(history source: SourceFile) {
    self.source = source
    columns = []
    isHistory = true
  }

  /// The plain files that it is; copies go to `scratch`.
  func prepare(scratch: String) throws -> [PreparedFile] {
    try PreparedFile.prepare(source, scratch: scratch, columns: columns, isHistory: isHistory)
  }

  /// The digests of the file, of the files in an archive, or of the parts of a table, as the manifest of a run has them; by the
  /// names that messages use. Copies go to `scratch`.
  ///
  /// - Throws: `SourceError` or `StagingError` if the export cannot be read.
  public func digests(scratch: String) throws -> [(name: String, digest: String)] {
    try prepare(scratch: scratch).map { file in
      (file.displayName, try RunningDigest.of(try FileReader(path: file.path)).digest)
    }
  }
}
