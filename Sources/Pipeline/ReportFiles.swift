import CRM
import CSV
import ConflictResolve
import FileStaging
import Foundation
import Records
import Staging

/// Puts the reports of a run together from what the stages left: `changes.csv`, `conflicts.csv`, `rejects.csv`,
/// `unmatched.csv` and `accounting.json` (spec, interface "What a run leaves behind").
struct ReportFiles: Sendable {
  let manifest: RunManifest
  let plans: [ObjectPlan]
  let store: any StagingStore
  /// The folder of the reports.
  let directory: String
  /// Where the digests of the reports are noted; a preview has none.
  var digests: FileDigests?

  /// One of the reports.
  enum Report: CaseIterable, Sendable { case changes, conflicts, rejects, unmatched, accounting }

  /// Writes all of them.
  func write() throws {
    for report in Report.allCases { try write(report) }
  }

  /// Writes one; a table without rows is not written, and an older one of that name removed.
  func write(_ report: Report) throws {
    switch report {
    case .changes:
      // All changes in the order of the HubSpot export, then the creates in the order of the Salesforce exports.
      try table("changes.csv", ChangeRow.columns) { plan in
        chunks(plan, .conflictResolve, "changes") + chunks(plan, .conflictResolve, "creates")
      }
    case .conflicts: try table("conflicts.csv", .conflicts)
    case .rejects:
      try table("rejects.csv", RejectRow.columns) { plan in
        try [TableName(.extract, plan.object, "rejects", chunk: 0)] + chunks(plan, .conflictResolve, "rejects")
          + refusals(plan)
      }
    case .unmatched: try table("unmatched.csv", .unmatched)
    case .accounting:
      try AtomicFile.write(
        try Accounting(manifest, plans.map(\.object)).json(), to: "\(directory)/accounting.json",
        noted: noted("accounting.json"))
    }
  }

  private func noted(_ name: String) -> (digests: FileDigests, name: String)? {
    digests.map { ($0, "load/\(name)") }
  }

  private func table(_ name: String, _ table: ResolveOutput.Table) throws {
    guard let first = plans.first else { return }
    try self.table(name, table.columns(first)) { chunks($0, .conflictResolve, table.part) }
  }

  private func chunks(_ plan: ObjectPlan, _ stage: Stage, _ part: String) -> [TableName] {
    (0..<(manifest.object(plan.object)?.chunks ?? 0)).map { TableName(stage, plan.object, part, chunk: $0) }
  }

  /// What the tables of a mirror refused, of the chunks that are loaded.
  private func refusals(_ plan: ObjectPlan) throws -> [TableName] {
    try chunks(plan, .load, "rejects").filter { table in
      try manifest.isDone(.load, plan.object, table.chunk) && store.exists(table)
    }
  }

  /// One table out of the tables of the chunks: the header once, then their rows.
  private func table(_ name: String, _ columns: [String], _ parts: (ObjectPlan) throws -> [TableName]) throws {
    try joinTables(plans.flatMap(parts), of: store, columns: columns, to: "\(directory)/\(name)", noted: noted(name))
  }
}

/// Where every row went: rows read = paired + unmatched + rejected + excluded (semantics 7).
public struct Accounting {
  private let manifest: RunManifest
  private let objects: [String]

  /// The accounting of these objects of a run.
  public init(_ manifest: RunManifest, _ objects: [String]) {
    self.manifest = manifest
    self.objects = objects
  }

  private struct Side: Encodable {
    var read: Int
    var paired: Int
    var unmatched: Int
    var rejected: Int
    var excluded: Int
    var notArrived: [String: Int]
    var changes: [String: [String: Int]]

    private enum CodingKeys: String, CodingKey {
      case read, paired, unmatched, rejected, excluded, notArrived = "not_arrived", changes
    }

    init(_ rows: RunManifest.SideRun, _ counts: SideCounts) {
      read = rows.read
      paired = counts.paired
      unmatched = counts.unmatched
      rejected = rows.rejected
      excluded = counts.excluded
      notArrived = counts.notArrived
      changes = counts.changes
    }

    var balances: Bool { read == paired + unmatched + rejected + excluded }
  }

  private func sides(_ name: String) -> [String: Side] {
    guard let object = manifest.object(name) else { return [:] }
    let counts = manifest.counts(of: name)
    return [
      "hubspot": Side(object.hubspot, counts.hubspot), "salesforce": Side(object.salesforce, counts.salesforce),
    ]
  }

  /// The text of `accounting.json`.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let tree = Dictionary(uniqueKeysWithValues: objects.map { ($0, sides($0)) })
    return String(decoding: try encoder.encode(tree), as: UTF8.self) + "\n"
  }

  /// What does not add up; nothing, if nothing disappeared.
  public func imbalances() -> [String] {
    objects.flatMap { object in
      sides(object).sorted { $0.key < $1.key }.filter { !$0.value.balances }.map { side, rows in
        "\(object), \(side): \(rows.read) rows read, but \(rows.paired) paired + \(rows.unmatched) unmatched + "
          + "\(rows.rejected) rejected + \(rows.excluded) excluded; please report this"
      }
    }
  }
}
