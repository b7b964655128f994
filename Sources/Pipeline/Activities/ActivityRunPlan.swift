import Activities
import CRM
import Extract
import PipelineFile
import Staging

/// A pipeline of activities, ready to run.
public struct ActivityRunPlan: Sendable {
  /// What it has in common with a pipeline of records; it has no objects.
  public let base: RunPlan
  /// What the stages need. Its clock is that of the file; a run has its own.
  let activities: ActivityPlan
  /// The clock that the file names.
  let clock: Moment?
  /// The files of each source, by name.
  let files: [String: [SourceFile]]

  /// What the exports are, and what becomes of their rows.
  public var sources: [ActivitySource] { activities.sources }
  /// All export files, in the order of the sources.
  public var exports: [ExportReading] {
    activities.sources.flatMap { source in
      (files[source.name] ?? []).map { ExportReading($0, of: source) }
    }
  }
  /// Whether Salesforce's history goes to HubSpot, and not the other way.
  public var isImport: Bool { activities.isImport }
  /// Whether activities that changed in Salesforce are written again.
  public var updates: Bool { activities.updates }
  /// What became of the rows of a run.
  public func accounting(of manifest: RunManifest) -> ActivityAccounting { ActivityAccounting(manifest, activities) }
  /// The tables that `rejects.csv` of a run is made of, in its order.
  public func rejectTables(of manifest: RunManifest) -> [TableName] {
    ActivityReportFiles.rejects(activities.sources, chunks: manifest.object(Self.object)?.chunks ?? 0)
  }

  /// Reads a pipeline file with its metadata, and makes the plan of its runs.
  ///
  /// - Throws: `PipelineError` (exit code 2) if something in them is wrong; `RunError` if an export is not there.
  public static func load(_ path: String) throws -> ActivityRunPlan {
    let definition = try readActivityPipeline(path)
    let warnings = try checkActivityMetadata(definition)
    let finder = SourceFinder(pipeline: definition.base.file, directory: definition.base.directory)
    var files: [String: [SourceFile]] = [:]
    for source in definition.plan.sources {
      guard let defined = definition.base.source(source.side, source.name) else { continue }
      files[source.name] = try defined.activityFiles(of: source, finder)
    }
    if case .postgres(let place) = definition.base.staging, place.isShared {
      throw PipelineError(
        file: path,
        message: "staging.postgres.share is for pipelines of records: take it out; activities are cut into chunks too, "
          + "and those go over the cores of one machine (--workers)")
    }
    let metadata = definition.metadataFiles
    let base = RunPlan(
      definition: definition.base, objects: [], sources: files, histories: [:], formats: [:], warnings: warnings,
      idleMappings: [:], pipelineDigest: try Digests.ofContents([path]), mappingsDigest: try Digests.ofContents([]),
      metadataDigest: try Digests.ofContents(metadata), loadDirectory: definition.base.loadFolder,
      inputFiles: definition.plan.sources.flatMap { source in
        (files[source.name] ?? []).filter { $0.database == nil }.map(\.path)
      })
    return ActivityRunPlan(base: base, activities: definition.plan, clock: definition.clock, files: files)
  }

  /// The name under which a manifest notes the chunks.
  static let object = ActivityRun.object
}
