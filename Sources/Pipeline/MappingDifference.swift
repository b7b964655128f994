import FileStaging
import Foundation
import PipelineFile
import Staging

/// What has changed in the mappings and picklists of a pipeline since the last loaded run, and what that back-fills
/// (`resync mappings diff`).
///
/// HubSpot does not back-fill a mapping that is new or changed; a run over full exports does.
public struct MappingDifference: Sendable {
  /// A mapping that changed.
  public struct Change: Sendable {
    /// The object of the pipeline.
    public var object: String
    /// `phone ↔ Phone`.
    public var mapping: String
    /// What changed, for a person.
    public var what: [String]
    /// Cells that the next run would write in HubSpot and in Salesforce; nil: not counted, or nothing to count.
    public var cells: (hubspot: Int, salesforce: Int)?
    fileprivate let property, field: String
    fileprivate let isGone: Bool
  }

  /// The run that is compared with.
  public let run: String
  /// The changes in the order of the mapping files; then mappings that are gone.
  public private(set) var changes: [Change]

  /// Compares a pipeline with its last loaded run. With `counts` the stages are run on the exports as they are now, in a
  /// folder of their own that is removed again; the load is not.
  ///
  /// - Throws: `RunError` with exit code 2 if no run was loaded, 4 if another run holds the pipeline, and what a run throws.
  public init(_ plan: RunPlan, counts: Bool) throws {
    let area = try plan.stagingArea()
    guard let before = try MappingSnapshot.read(in: area) else {
      throw RunError(
        .wrong, "the pipeline \(plan.definition.name) has loaded no run yet: there is nothing to compare with")
    }
    run = before.run
    changes = Self.changes(from: before.entries, to: MappingSnapshot(run: "", plan.objects).entries)
    guard counts, changes.contains(where: { !$0.isGone }) else { return }
    guard try area.acquireLock() else {
      throw RunError(
        .held, "another run holds the pipeline \(plan.definition.name): wait until it has ended, and try again")
    }
    let counted = try Self.counts(plan, area)
    for place in changes.indices where !changes[place].isGone {
      let change = changes[place]
      guard let counts = counted[change.object] else { continue }
      changes[place].cells = (
        Self.total(counts.hubspot, change.property), Self.total(counts.salesforce, change.field)
      )
    }
  }

  private static func total(_ counts: SideCounts, _ field: String) -> Int {
    (counts.changes[field] ?? [:]).values.reduce(0, +)
  }

  /// Runs all but the load on a staging folder of its own, with the pipeline's baseline.
  private static func counts(
    _ plan: RunPlan, _ area: any StagingArea
  ) throws -> [String: (hubspot: SideCounts, salesforce: SideCounts)] {
    let folder = area.folder(of: ".diff-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let scratch = ScratchArea(folder: folder, pipeline: plan.definition.name, baseline: area.baseline)
    let options = RunOptions(run: "diff", workers: ProcessInfo.processInfo.activeProcessorCount, dryRun: true)
    do {
      _ = try Runner(plan, options, ProgressLog(.none), in: scratch).runAll()
    } catch let error as RunError where error.code == .braked {
      // What a brake stops is counted all the same.
    }
    guard let manifest = try scratch.manifest(of: "diff") else { return [:] }
    var counted: [String: (hubspot: SideCounts, salesforce: SideCounts)] = [:]
    for object in plan.objects {
      let counts = manifest.counts(of: object.object)
      counted[object.object] = (counts.hubspot, counts.salesforce)
    }
    return counted
  }

  // MARK: What changed

  private static func changes(
    from old: [MappingSnapshot.Entry], to new: [MappingSnapshot.Entry]
  ) -> [Change] {
    let before = Dictionary(old.map { ($0.key, $0) }) { first, _ in first }
    let now = Set(new.map(\.key))
    let changed = new.compactMap { entry -> Change? in
      let what = before[entry.key].map { differences($0, entry) } ?? ["new, \(entry.rule)"]
      return what.isEmpty ? nil : change(entry, what, isGone: false)
    }
    return changed + old.filter { !now.contains($0.key) }.map { change($0, ["not synced any more"], isGone: true) }
  }

  private static func change(_ entry: MappingSnapshot.Entry, _ what: [String], isGone: Bool) -> Change {
    Change(
      object: entry.object, mapping: "\(entry.property) ↔ \(entry.field)", what: what, cells: nil,
      property: entry.property, field: entry.field, isGone: isGone)
  }

  private static func differences(_ old: MappingSnapshot.Entry, _ new: MappingSnapshot.Entry) -> [String] {
    let words = [
      ("rule", old.rule, new.rule), ("kind", old.kind, new.kind), ("compare", old.comparison, new.comparison),
      ("value_map", old.valueMap, new.valueMap),
      ("on_too_long", old.truncates ? "truncate" : "", new.truncates ? "truncate" : ""),
    ].filter { $0.1 != $0.2 }.map { "\($0.0) \(shown($0.1)) → \(shown($0.2))" }
    return words + lists("HubSpot", old.options, new.options) + lists("Salesforce", old.values, new.values)
  }

  private static func shown(_ text: String) -> String { text.isEmpty ? "(none)" : text }

  private static func lists(_ side: String, _ old: [String], _ new: [String]) -> [String] {
    let (before, now) = (Set(old), Set(new))
    return [
      ("has the new values", new.filter { !before.contains($0) }),
      ("has no longer the values", old.filter { !now.contains($0) }),
    ].filter { !$0.1.isEmpty }.map { "\(side) \($0.0) \($0.1.joined(separator: ", "))" }
  }

  /// The difference for a person.
  public var report: String {
    guard !changes.isEmpty else { return "no mapping and no picklist has changed since the run \(run)" }
    let lines = changes.flatMap { change -> [String] in
      var lines = ["  \(change.object): \(change.mapping): \(change.what.joined(separator: "; "))"]
      if let cells = change.cells {
        lines.append(
          "    the next run would write \(cells.hubspot.counted("cell")) in HubSpot, \(cells.salesforce) in Salesforce")
      }
      return lines
    }
    return (["since the run \(run):"] + lines).joined(separator: "\n")
  }
}
