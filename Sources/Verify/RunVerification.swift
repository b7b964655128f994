import FileStaging
import Foundation
import Pipeline
import PipelineFile
import Staging

/// Checks a run after the fact (spec, issue of the command `resync verify`): that every file still holds what it held when
/// it appeared under its name, that all counts of the manifest can be counted again, and that every row is accounted for.
///
/// Digests detect damage, not a forger: who can change a file can change the manifest too.
public struct RunVerification {
  private let plan: RunPlan
  private let activities: ActivityRunPlan?
  private let manifest: RunManifest
  private let area: any StagingArea

  /// Opens a run for checking, the last one unless it is named; `activities` is the plan of a pipeline of activities. It holds the pipeline's lock, since a run at work changes
  /// its files.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run, 4 if another run holds the pipeline;
  ///   `StagingError.failed` if the manifest cannot be read.
  public init(_ plan: RunPlan, activities: ActivityRunPlan? = nil, run: String?) throws {
    self.plan = plan
    self.activities = activities
    area = try plan.stagingArea()
    let name = try plan.manifest(of: run, in: area).run
    guard try area.acquireLock() else {
      throw RunError(
        .held, "another run holds the pipeline \(plan.definition.name): wait until it has ended, and try again")
    }
    // Read under the lock: a run that has just ended has written it anew.
    manifest = try plan.manifest(of: name, in: area)
  }

  /// Checks everything; `withInputs` also that the exports are what the run has read.
  ///
  /// - Returns: what was checked, in a sentence for stdout.
  /// - Throws: `RunError` with exit code 1 and a message for every damage.
  public func check(withInputs: Bool) throws -> String {
    let damages = Damages()
    if let purged = manifest.purgedAt {
      checkBalance(damages)
      return try conclude(damages, "its values were purged at \(purged); the counts")
    }
    FileChecks(manifest, area, loadDirectory, damages).run()
    if let activities {
      ActivityChecks(manifest, activities, area, loadDirectory, damages).run()
    } else {
      StageChecks(manifest, store, damages).run()
      if manifest.state == .loaded { LoadChecks(manifest, store, loadDirectory, damages).run() }
    }
    if withInputs {
      let scratch = "\(area.folder(of: manifest.run))/verify-scratch"
      InputChecks(activities?.exports ?? plan.exports, manifest, scratch: scratch, damages).run()
    }
    checkBalance(damages)
    return try conclude(damages, "its files, counts and balance")
  }

  private var store: any StagingStore { area.store(of: manifest.run) }
  private var loadDirectory: String { "\(plan.loadDirectory)/\(manifest.run)" }

  private func conclude(_ damages: Damages, _ what: String) throws -> String {
    guard damages.list.isEmpty else {
      let count = damages.list.count
      let end = "run \(manifest.run): \(count) damage\(count == 1 ? "" : "s") found; do not send its load files"
      throw RunError(.failed, messages: damages.list + [end])
    }
    return "run \(manifest.run), \(manifest.state.rawValue): \(what) are as they were left (\(damages.checks) checks)"
  }

  /// Rows read = paired + unmatched + rejected + excluded, once every chunk is resolved; and `accounting.json` says the same.
  private func checkBalance(_ damages: Damages) {
    let objects = manifest.objects.map(\.object)
    let isResolved = manifest.objects.allSatisfy { object in
      (0..<object.chunks).allSatisfy { manifest.isDone(.conflictResolve, object.object, $0) }
    }
    guard isResolved && !objects.isEmpty else { return }
    damages.check(nil)
    let imbalances = activities?.accounting(of: manifest).imbalances ?? Accounting(manifest, objects).imbalances()
    for imbalance in imbalances { damages.check(imbalance) }
    if manifest.purgedAt == nil {
      damages.attempt("the balance") {
        for imbalance in try area.imbalances(of: manifest.run) { damages.check(imbalance) }
      }
    }
    guard manifest.state == .loaded else { return }
    let path = "\(loadDirectory)/\(activities == nil ? "accounting" : "activities").json"
    damages.attempt(path) {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let wanted = try activities?.accounting(of: manifest).json() ?? Accounting(manifest, objects).json()
      damages.check(text == wanted ? nil : "\(path) does not say what the manifest says")
    }
  }
}
