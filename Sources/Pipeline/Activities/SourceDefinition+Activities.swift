import Activities
import CRM
import Extract
import PipelineFile

extension SourceDefinition {
  /// The files of a source of activities, or its table or query in a database.
  ///
  /// - Throws: `RunError` with exit code 1 for a file that is not there.
  func activityFiles(of source: ActivitySource, _ finder: SourceFinder) throws -> [SourceFile] {
    guard case .postgres(let url, let table, let query, _) = rows else { return try finder.files(of: self) }
    let names = source.columns.filter(\.isInFile).map(\.name)
    let database = DatabaseRows(
      url: url.reveal(), table: table, query: query, side: side, object: object, fields: names, declared: columns)
    return [
      SourceFile(
        source: "\(side.name)/\(object)", side: side, object: 0, database: database, zone: timezone,
        dateOrder: dateOrder)
    ]
  }
}
