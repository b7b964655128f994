import Load
import PipelineFile
import PostgresMirror

extension RunPlan {
  /// The tables that take what the load files of a run hold, if the pipeline has them (`load.postgres`).
  ///
  /// - Throws: `RunError` with exit code 2 if they cannot take it; `StagingError` if the database refuses.
  func mirror(of run: String) throws -> (any LoadTarget)? {
    guard let settings = mirrorSettings(of: run) else { return nil }
    do {
      return try Mirror(settings, objects)
    } catch let error as MirrorError {
      throw RunError(.wrong, messages: error.description.split(separator: "\n").map(String.init))
    }
  }

  /// The ledger of those tables, if the pipeline has them.
  var mirrorArchive: MirrorArchive? { mirrorSettings(of: "").map { MirrorArchive($0) } }

  private func mirrorSettings(of run: String) -> MirrorSettings? {
    guard let place = definition.mirror else { return nil }
    var ledger = place.ledger ?? "resync"
    if place.ledger == nil, case .postgres(let staging) = definition.staging { ledger = staging.schema }
    return MirrorSettings(
      url: place.url.reveal(), schema: place.schema, ledger: ledger, pipeline: definition.name, run: run,
      tables: place.tables?.mapValues { .init(table: $0.table, columns: $0.columns) })
  }
}
