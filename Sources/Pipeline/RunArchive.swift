import FileStaging
import Foundation
import PipelineFile
import PostgresMirror
import Staging

/// The runs that a pipeline has left behind: what they are, and which may go.
public struct RunArchive {
  private let area: any StagingArea
  private let pipeline: String
  private let loadDirectory: String
  private let mirror: MirrorArchive?

  /// The runs of a pipeline.
  ///
  /// - Throws: `StagingError.failed` if the staging database refuses.
  public init(_ plan: RunPlan) throws {
    area = try plan.stagingArea()
    pipeline = plan.definition.name
    loadDirectory = plan.loadDirectory
    mirror = plan.mirrorArchive
  }

  /// One run of the list.
  public struct Entry: Encodable, Sendable {
    /// Its name.
    public var run: String
    /// `running`, `stopped` or `loaded`.
    public var state: String
    /// When it began, ISO 8601 in UTC.
    public var startedAt: String
    /// What its staged tables take up, in bytes; in files, those that the baseline shares count too.
    public var stagedBytes: Int
    /// Rows that its exports had, of both sides.
    public var rowsRead: Int
    /// Whether the baseline of an object stands on it.
    public var holdsBaseline: Bool
    /// When its values were purged.
    public var purgedAt: String?
  }

  /// All runs, oldest first.
  ///
  /// - Throws: `StagingError.failed` if a manifest or the baseline cannot be read.
  public func entries() throws -> [Entry] {
    let standing = try area.baseline.generations()
    return try area.runs().compactMap { name in
      guard let manifest = try area.manifest(of: name) else { return nil }
      return Entry(
        run: name, state: manifest.state.rawValue, startedAt: manifest.startedAt,
        stagedBytes: try area.stagedBytes(of: name),
        rowsRead: manifest.objects.reduce(0) { $0 + $1.hubspot.read + $1.salesforce.read },
        holdsBaseline: standing.contains(name), purgedAt: manifest.purgedAt)
    }
  }

  /// The list as text for a person.
  public static func table(_ entries: [Entry]) -> String {
    guard !entries.isEmpty else { return "no runs yet" }
    let width = entries.reduce(3) { max($0, $1.run.count) } + 2
    func row(_ cells: [String]) -> String {
      let widths = [width, 10, 22, 12, 12]
      let padded = zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: max(1, width - cell.count))
      }
      return String((padded + cells.dropFirst(widths.count)).joined().reversed().drop { $0 == " " }.reversed())
    }
    let rows = entries.map { entry in
      let note =
        entry.purgedAt.map { "values purged at \($0)" } ?? (entry.holdsBaseline ? "the baseline stands on it" : "")
      return row([
        entry.run, entry.state, entry.startedAt, entry.rowsRead.grouped, entry.stagedBytes.asBytes, note,
      ])
    }
    return ([row(["run", "state", "began", "rows", "staged", ""])] + rows).joined(separator: "\n")
  }

  // MARK: Pruning

  /// What pruning does with old runs.
  public enum Pruning: Sendable {
    /// The run's staging goes. Its load files and reports stay.
    case remove
    /// Whatever holds customers' values goes, load files and reports too; the counts stay: `run.json`, `accounting.json`, of
    /// activities `activities.json`.
    case purgeValues
  }

  /// Prunes all runs but the newest `keep`. The run on which a baseline stands stays in any case, and nothing is done
  /// while a run is at work. What the ledger of `load.postgres` knows of a loaded run goes with it.
  ///
  /// - Returns: a line for each run that was pruned, or spared.
  /// - Throws: `RunError` with exit code 4 if a run holds the pipeline, 1 if something cannot be removed.
  public func prune(keep: Int, _ pruning: Pruning, dryRun: Bool) throws -> [String] {
    let old = try area.runs().dropLast(keep)
    guard !old.isEmpty else { return [] }
    guard try area.acquireLock() else {
      throw RunError(.held, "a run holds the pipeline: wait until it has ended, and try again")
    }
    let standing = try area.baseline.generations()
    // Asked first: if the mirror cannot be reached, no run is pruned by half.
    let mirror = try self.mirror.flatMap { try $0.isThere() ? $0 : nil }
    return try old.compactMap { name in
      guard !standing.contains(name) else { return "\(name) stays: the baseline stands on it" }
      guard let manifest = try area.manifest(of: name) else { return nil }
      switch pruning {
      case .remove:
        if !dryRun { try remove(manifest, mirror) }
        return "\(name): \(dryRun ? "its staging would be removed" : "its staging is removed")"
      case .purgeValues:
        // Once more where it was done, in case that it was interrupted in between.
        if !dryRun { try purge(manifest, mirror) }
        guard manifest.purgedAt == nil else { return nil }
        return "\(name): \(dryRun ? "its values would be purged" : "its values are purged"), its counts stay"
      }
    }
  }

  /// A run that is loaded in part may begin anew under its name: its chunks must not come into the mirror twice.
  private func remove(_ manifest: RunManifest, _ mirror: MirrorArchive?) throws {
    try area.remove(run: manifest.run)
    if manifest.state == .loaded { try mirror?.forget(manifest.run) }
  }

  /// A run that was not loaded could not go on without its tables: it goes wholly.
  private func purge(_ manifest: RunManifest, _ mirror: MirrorArchive?) throws {
    let load = "\(loadDirectory)/\(manifest.run)"
    try refuseLinks(below: loadDirectory, manifest.run)
    if isOwn(load, manifest.run) {
      for name in try names(in: load) where !["accounting.json", "activities.json"].contains(name) {
        try removeTree("\(load)/\(name)")
      }
    }
    guard manifest.state == .loaded else { return try remove(manifest, mirror) }
    try area.purge(manifest, at: manifest.purgedAt ?? RunChoice.stamp(Date(), "yyyy-MM-dd'T'HH:mm:ss'Z'"))
    try mirror?.purgeValues(of: manifest.run)
  }

  /// Whether the load folder of that name holds this pipeline's files, and not those of another one.
  private func isOwn(_ path: String, _ run: String) -> Bool {
    let note = "\(loadDirectory)/.resync/\(run)"
    let owner = (try? String(contentsOfFile: note, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    return owner == pipeline
  }
}
