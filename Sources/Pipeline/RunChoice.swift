import Foundation
import PipelineFile
import Staging

/// Which run a command works on: the one that it names, the one that is not finished, or a new one.
struct RunChoice {
  private let plan: RunPlan
  private let options: RunOptions
  private let area: any StagingArea

  init(_ plan: RunPlan, _ options: RunOptions, _ area: any StagingArea) {
    self.plan = plan
    self.options = options
    self.area = area
  }

  /// The run to work on; `stage` is the one that is run alone, if one is.
  ///
  /// - Throws: `RunError` with exit code 2 if the named run cannot go on, or would write over what it reads.
  func choose(alone stage: Stage?) throws -> RunManifest {
    let manifest = try find(stage)
    try OwnFolders(plan, run: manifest.run).refuse(plan.inputFiles)
    return manifest
  }

  private func find(_ stage: Stage?) throws -> RunManifest {
    if let name = options.run { return try named(name, stage) }
    if let last = try area.runs().last, let manifest = try area.manifest(of: last), try isSame(manifest),
      manifest.state != .loaded || (manifest.resolvedWith == options.resolveFlags && manifest.activities == nil)
    {
      // What a run of activities does depends on its clock and on the ledger too, so a loaded one is never the last word.
      return manifest
    }
    return try begin(newName(taken: area.runs()))
  }

  private func named(_ name: String, _ stage: Stage?) throws -> RunManifest {
    guard let manifest = try area.manifest(of: name) else {
      guard stage == nil || stage == .extract else {
        throw RunError(.wrong, try RunPlan.unknown(name, area))
      }
      return try begin(name)
    }
    // A stage alone reads what the stage before has left: what has become of the exports since is nothing to it.
    if let stage, stage != .extract, isSameJob(manifest) { return manifest }
    if try isSame(manifest) { return manifest }
    guard manifest.state != .loaded && !manifest.isPartlyLoaded else {
      throw RunError(
        .wrong,
        "the run \(name) is loaded, and the pipeline, its mappings, metadata or exports have changed since: "
          + "begin a new run, with another name or without --run")
    }
    guard let stage, stage != .extract else {
      // Nothing of it was loaded: what it staged is made anew from what there is now.
      return try begin(name)
    }
    return try adopt(manifest, stage)
  }

  /// A stage alone works on what the stage before left, with the mappings and metadata as they are now; what it and the
  /// later ones did with the old ones does not count any more.
  private func adopt(_ manifest: RunManifest, _ stage: Stage) throws -> RunManifest {
    var manifest = manifest
    manifest.pipelineDigest = plan.pipelineDigest
    manifest.mappingsDigest = plan.mappingsDigest
    manifest.metadataDigest = plan.metadataDigest
    manifest.hasOlderRows = true
    manifest.forget(stage)
    return manifest
  }

  /// Whether a whole run goes on with what this one has staged.
  private func isSame(_ manifest: RunManifest) throws -> Bool {
    guard isSameJob(manifest), manifest.hasOlderRows != true else { return false }
    return try manifest.inputsDigest == plan.inputsDigest()
  }

  private func isSameJob(_ manifest: RunManifest) -> Bool {
    manifest.pipelineDigest == plan.pipelineDigest && manifest.mappingsDigest == plan.mappingsDigest
      && manifest.metadataDigest == plan.metadataDigest
  }

  private func begin(_ name: String) throws -> RunManifest {
    RunManifest(
      run: name, pipeline: plan.definition.name, startedAt: Self.stamp(Date(), "yyyy-MM-dd'T'HH:mm:ss'Z'"),
      pipelineDigest: plan.pipelineDigest, mappingsDigest: plan.mappingsDigest, metadataDigest: plan.metadataDigest,
      inputsDigest: try plan.inputsDigest())
  }

  /// A name that neither a run of this pipeline has nor a folder of load files: pipelines that share the folder may begin within
  /// one second.
  private func newName(taken: [String]) -> String {
    let base = Self.stamp(Date(), "yyyyMMdd'T'HHmmss'Z'")
    var name = base
    var number = 2
    while taken.contains(name) || FileManager.default.fileExists(atPath: "\(plan.loadDirectory)/\(name)") {
      name = "\(base)-\(number)"
      number += 1
    }
    return name
  }

  /// A time in UTC.
  static func stamp(_ date: Date, _ format: String) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = .gmt
    formatter.dateFormat = format
    return formatter.string(from: date)
  }
}
