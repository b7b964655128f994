import Activities
import CRM
import FileStaging
import Foundation
import Staging

/// Puts the reports of a run of activities together: `rejects.csv` and `activities.json` (activities-pipelines 7).
struct ActivityReportFiles {
  let manifest: RunManifest
  let plan: ActivityPlan
  let store: any StagingStore
  /// The folder of the reports.
  let directory: String
  /// Where the digests of the reports are noted; a preview has none.
  var digests: FileDigests?

  /// Writes both.
  ///
  /// - Throws: `StagingError` if a stage has not left what they are made of.
  func write() throws {
    let rejects = Self.rejects(plan.sources, chunks: manifest.object(ActivityRunPlan.object)?.chunks ?? 0)
    try joinTables(
      rejects, of: store, columns: RejectRow.columns, to: "\(directory)/rejects.csv", noted: noted("rejects.csv"))
    let text = try ActivityAccounting(manifest, plan).json()
    try AtomicFile.write(text, to: "\(directory)/activities.json", noted: noted("activities.json"))
  }

  private func noted(_ name: String) -> (digests: FileDigests, name: String)? {
    digests.map { ($0, "load/\(name)") }
  }

  /// Source by source what extract, normalize and conflict-resolve have rejected or reported.
  static func rejects(_ sources: [ActivitySource], chunks count: Int) -> [TableName] {
    let chunks = 0..<count
    return sources.flatMap { source -> [TableName] in
      func tables(_ stage: Stage, _ chunks: Range<Int>) -> [TableName] {
        chunks.map { TableName(stage, source.name, "rejects", chunk: $0) }
      }
      if source.isActivity { return tables(.extract, chunks) + tables(.conflictResolve, chunks) }
      if case .lookup = source.role { return tables(.extract, 0..<1) + tables(.normalize, 0..<1) }
      return tables(.extract, 0..<1)
    }
  }
}

/// What became of the rows of each activity source: read = loaded + updated + rejected + all excluded.
public struct ActivityAccounting {
  /// The rows of one source.
  public struct Source: Encodable {
    /// All rows of its files.
    public var read: Int
    /// Rows that are in a load file as new activities, or as tasks.
    public var loaded: Int
    /// Rows of activities that are written again; nil where the pipeline does not do so.
    public var updated: Int?
    /// Inputs or CSV rows that those gave.
    public var written: Int
    /// Rows that could not be read, or lack what they need.
    public var rejected: Int
    /// Rows that were left out, by reason.
    public var excluded: [String: Int]
    /// Of the loaded those that an earlier run had loaded; nil in the sync.
    public var notArrived: Int?
    /// Open tasks that are due before the clock; nil but for `Task`.
    public var overdue: Int?

    private enum CodingKeys: String, CodingKey {
      case read, loaded, updated, written, rejected, excluded, notArrived = "not_arrived", overdue
    }

    var balances: Bool { read == loaded + (updated ?? 0) + rejected + excluded.values.reduce(0, +) }
  }

  /// By the names of the sources, in the order of the load files.
  public let sources: [(name: String, rows: Source)]
  /// Cells with issues of rows that are loaded, by source.
  public let issues: [String: Int]

  init(_ manifest: RunManifest, _ plan: ActivityPlan) {
    var counts: [String: ActivityCounts] = [:]
    for chunk in manifest.chunks where chunk.stage == .conflictResolve {
      for (name, more) in chunk.activities ?? [:] { counts[name, default: ActivityCounts()].add(more) }
    }
    sources = plan.activitySources.map { source in
      let found = manifest.activities?.sources[source.name] ?? .init(read: 0, rejected: 0)
      let count = counts[source.name] ?? ActivityCounts()
      return (
        source.name,
        Source(
          read: found.read, loaded: count.loaded, updated: plan.updates ? count.updated : nil, written: count.written,
          rejected: found.rejected + count.rejected, excluded: count.excluded,
          notArrived: plan.isImport ? count.notArrived : nil, overdue: source.name == "Task" ? count.overdue : nil)
      )
    }
    issues = counts.mapValues(\.issues)
  }

  /// Inputs and CSV rows that all sources gave.
  public var written: Int { sources.reduce(0) { $0 + $1.rows.written } }

  /// The text of `activities.json`.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let tree = Dictionary(sources.map { ($0.name, $0.rows) }, uniquingKeysWith: { first, _ in first })
    return String(decoding: try encoder.encode(tree), as: UTF8.self) + "\n"
  }

  /// What does not add up; nothing, if nothing disappeared.
  public var imbalances: [String] {
    sources.filter { !$0.rows.balances }.map { name, rows in
      "\(name): \(rows.read) rows read, but \(rows.loaded) loaded + \(rows.updated ?? 0) updated + "
        + "\(rows.rejected) rejected + \(rows.excluded.values.reduce(0, +)) excluded; please report this"
    }
  }
}
