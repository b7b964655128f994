import Activities
import CRM
import CSV
import Foundation
import PipelineFile
import Records
import Staging

/// What a report on synced tasks shows (requirement A9). Matching ignores case.
public struct TaskFilter: Sendable {
  /// The Salesforce task type.
  public var type: String?
  /// The Salesforce status.
  public var status: String?
  /// A text that the subject contains.
  public var subjectContains: String?
  /// A text that the subject starts with.
  public var subjectStartsWith: String?
  /// Tasks of contacts only, or of leads only.
  public var group: TaskGroup?

  /// A report on everything.
  public init() {}
}

/// Whom a task belongs to, by its `WhoId`.
public enum TaskGroup: String, CaseIterable, Sendable { case contact, lead }

/// The tasks that the sync has loaded, contacts and leads apart (activities-pipelines 7, "Report").
public struct TaskReport {
  /// The columns of the rows.
  public static let columns = ["external_id", "kind", "type", "status", "subject", "who_id", "run"]

  /// The rows of each group, in the order in which they were loaded, and how many there are by kind and status.
  struct Group {
    var rows: [[String]] = []
    var counts: [String: [String: Int]] = [:]
  }

  private(set) var groups: [TaskGroup: Group] = [:]
  private let shown: [TaskGroup]

  /// Reads the ledger: of one run, or of all runs the last row of each external id.
  ///
  /// - Throws: `RunError` with exit code 2 for an import, or a run that the ledger does not have.
  public init(_ plan: ActivityRunPlan, run: String?, _ filter: TaskFilter) throws {
    guard !plan.activities.isImport else {
      throw RunError(
        .wrong, "the report of activities shows Salesforce tasks that a sync has loaded; this is an import")
    }
    shown = filter.group.map { [$0] } ?? TaskGroup.allCases
    let ledger = try plan.base.stagingArea().ledger
    let runs = try ledger.runs().filter { run == nil || $0.name == run }
    if let run, runs.isEmpty { throw RunError(.wrong, "the ledger has no run \(run)") }
    let last = try Self.lastRows(ledger, runs)
    let matcher = TaskMatcher(filter)
    var place = 0
    try Self.forEachRow(ledger, runs) { cells in
      defer { place += 1 }
      guard last[Self.key(cells[0])] == place, let group = Self.group(of: cells[8]), shown.contains(group),
        matcher.matches(type: cells[5], status: cells[6], subject: cells[7])
      else { return }
      let row = [0, 4, 5, 6, 7, 8, 2].map { cells[$0].text }
      groups[group, default: Group()].rows.append(row)
      groups[group, default: Group()].counts[row[1], default: [:]][row[3], default: 0] += 1
    }
  }

  private static func forEachRow(
    _ ledger: any ActivityLedger, _ runs: [LedgerRun], _ body: ([Bytes]) throws -> Void
  ) throws {
    for run in runs {
      for chunk in run.chunks {
        try ledger.forEachRow(run.name, chunk: chunk, .rows, columns: LedgerPart.syncColumns, body)
      }
    }
  }

  /// The place of the last row of each external id, by a digest: 24 bytes a task.
  private static func lastRows(_ ledger: any ActivityLedger, _ runs: [LedgerRun]) throws -> [Digest128: Int] {
    var last: [Digest128: Int] = [:]
    var place = 0
    try forEachRow(ledger, runs) { cells in
      last[key(cells[0])] = place
      place += 1
    }
    return last
  }

  private static func key(_ id: Bytes) -> Digest128 { Digest128(id) }

  private static func group(of who: Bytes) -> TaskGroup? {
    if who.starts(with: "003".utf8) { return .contact }
    return who.starts(with: "00Q".utf8) ? .lead : nil
  }

  // MARK: As text, JSON and CSV

  /// A table for a person: for each group the counts, then the rows.
  public var text: String { shown.map(table).joined(separator: "\n\n") }

  private func table(_ group: TaskGroup) -> String {
    let found = groups[group] ?? Group()
    var lines = ["\(group.rawValue)s: \(found.rows.count) task\(found.rows.count == 1 ? "" : "s")"]
    for (kind, statuses) in found.counts.sorted(by: { $0.key < $1.key }) {
      let counts = statuses.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      lines.append("  \(kind): \(counts)")
    }
    guard !found.rows.isEmpty else { return lines.joined(separator: "\n") }
    let all = [Self.columns] + found.rows
    let widths = Self.columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    lines.append("")
    for row in all {
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      lines.append(String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()))
    }
    return lines.joined(separator: "\n")
  }

  /// The same as JSON: `{"contacts": {"count": …, "counts": {KIND: {STATUS: …}}, "tasks": […]}, "leads": …}`.
  public func json() throws -> String {
    var tree: [String: Any] = [:]
    for group in shown {
      let found = groups[group] ?? Group()
      tree["\(group.rawValue)s"] = [
        "count": found.rows.count, "counts": found.counts,
        "tasks": found.rows.map { Dictionary(zip(Self.columns, $0), uniquingKeysWith: { first, _ in first }) },
      ]
    }
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try JSONSerialization.data(withJSONObject: tree, options: options), as: UTF8.self)
  }

  /// The rows as CSV, those of contacts first.
  public var csv: String {
    var out = ByteBuffer(capacity: 4096)
    out.append(Self.columns.joined(separator: ","))
    for row in shown.flatMap({ groups[$0]?.rows ?? [] }) {
      out.append(10)
      for (number, cell) in row.enumerated() {
        if number > 0 { out.append(UInt8(ascii: ",")) }
        out.appendCSV(cell)
      }
    }
    return out.bytes.text
  }
}

/// A filter whose texts are folded once.
private struct TaskMatcher {
  private let type, status, contains, start: [UInt8]?

  init(_ filter: TaskFilter) {
    func folded(_ text: String?) -> [UInt8]? { text.map { Activities.folded($0) } }
    (type, status) = (folded(filter.type), folded(filter.status))
    (contains, start) = (folded(filter.subjectContains), folded(filter.subjectStartsWith))
  }

  func matches(type cell: Bytes, status: Bytes, subject: Bytes) -> Bool {
    if let type, folded(cell) != type { return false }
    if let wanted = self.status, folded(status) != wanted { return false }
    if let start, !folded(subject).starts(with: start) { return false }
    guard let contains else { return true }
    return folded(subject).firstRange(of: contains) != nil
  }
}
