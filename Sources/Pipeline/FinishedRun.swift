import CRM
import Extract
import PipelineFile
import Staging

/// A run as it lies in staging, to be looked at; it need not be finished.
public struct FinishedRun {
  /// What the run noted of itself.
  public let manifest: RunManifest
  /// Its staged tables.
  public let store: any StagingStore
  /// The folder of its load files and reports.
  public let loadDirectory: String
  /// The folder for reports that a person asks for: that of the load files, or of the staged tables while nothing is loaded.
  public let reportFolder: String
  private let plan: RunPlan
  private let area: any StagingArea

  /// Opens a run of a pipeline; nil means the last one.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run.
  public init(_ plan: RunPlan, run: String?) throws {
    let area = try plan.stagingArea()
    let found = try plan.manifest(of: run, in: area)
    let name = found.run
    self.plan = plan
    self.area = area
    manifest = found
    store = area.store(of: name)
    loadDirectory = "\(plan.loadDirectory)/\(name)"
    reportFolder = found.state == .loaded ? loadDirectory : area.folder(of: name)
  }

  /// The manifests of up to `count` runs of the pipeline before this one, oldest first.
  ///
  /// - Throws: `StagingError` if one cannot be read.
  public func earlier(_ count: Int) throws -> [RunManifest] {
    try area.runs().prefix { $0 != manifest.run }.suffix(count).compactMap { try area.manifest(of: $0) }
  }

  /// How many chunks an object has; 0 before its extract.
  public func chunks(of object: String) -> Int { manifest.object(object)?.chunks ?? 0 }

  /// The name of a file of an object's side, by the number that staged rows give; empty if there is none.
  public func file(_ object: String, _ side: Side, _ number: Int) -> String {
    let files = inputFiles(of: object, side)
    return files.indices.contains(number) ? files[number] : ""
  }

  private func inputFiles(of object: String, _ side: Side) -> [String] {
    (plan.sources[object] ?? []).filter { $0.side == side }.flatMap { source in
      manifest.inputs.filter { $0.source == source.source }.map(\.path)
        .filter { $0 == source.displayName || $0.hasPrefix(source.displayName + "/") }
    }
  }
}
