import FileStaging
import PipelineFile
import PostgresStaging
import Staging

extension RunPlan {
  /// Where the pipeline keeps its runs: the folder or the schema that its `staging:` names.
  ///
  /// - Throws: `StagingError` if the database refuses.
  public func stagingArea() throws -> any StagingArea {
    switch definition.staging {
    case .csv(let path): PipelineDirectory(staging: path, pipeline: definition.name)
    case .postgres(let place):
      try (place.isShared ? SharedPostgresArea.self : PostgresArea.self).init(
        url: place.url.reveal(), schema: place.schema, pipeline: definition.name,
        scratch: "\(loadDirectory)/.resync/scratch")
    }
  }
}
