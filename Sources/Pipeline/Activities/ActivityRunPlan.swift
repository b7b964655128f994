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
  /// The folder of its staging: activities are staged in files.
  let stagingFolder: String
  /// The files of each source, by name.
  let files: [String: [SourceFile]]

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
      files[source.name] = try finder.files(of: defined)
    }
    guard case .csv(let staging) = definition.base.staging else {
      throw PipelineError(file: path, message: "PostgreSQL is not supported yet for activities: use csv")
    }
    let metadata = definition.metadataFiles
    let base = RunPlan(
      definition: definition.base, objects: [], sources: [:], histories: [:], formats: [:], warnings: warnings,
      idleMappings: [:], pipelineDigest: try Digests.ofContents([path]), mappingsDigest: try Digests.ofContents([]),
      metadataDigest: try Digests.ofContents(metadata), loadDirectory: definition.base.loadFolder,
      inputFiles: definition.plan.sources.flatMap { files[$0.name]?.map(\.path) ?? [] })
    return ActivityRunPlan(
      base: base, activities: definition.plan, clock: definition.clock, stagingFolder: staging, files: files)
  }

  /// The name under which a manifest notes the chunks: they go over all sources.
  static let object = "activities"
}
