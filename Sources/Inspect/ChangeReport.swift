import CRM
import Foundation
import Pipeline
import Staging

/// What a run changes: by object, side, field, rule and reason, with the issues that stopped cells (spec, interface,
/// `resync report`).
public struct ChangeReport: Encodable {
  /// Cells of one field that change for one reason.
  struct Change: Encodable {
    var field, rule, reason: String
    var cells: Int
  }

  /// One side of an object.
  struct SideReport: Encodable {
    var side: String
    var read, paired, unmatched, rejected, excluded, creates, held, conflicts, notArrived: Int
    var changes: [Change]
  }

  /// Cells of one field with one issue.
  struct Issue: Encodable {
    var side, field, code: String
    var count: Int
  }

  /// One object of the pipeline.
  struct ObjectReport: Encodable {
    var object: String
    /// Whether all chunks are resolved: until then nobody knows who is paired.
    var isResolved: Bool
    var sides: [SideReport]
    var issues: [Issue]
  }

  let run: String
  let state: String
  let objects: [ObjectReport]

  /// The report of a run; nil means the last one.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run; `StagingError` if a table cannot be read.
  public init(_ plan: RunPlan, run name: String?) throws {
    let run = try FinishedRun(plan, run: name)
    self.run = run.manifest.run
    state = run.manifest.state.rawValue
    objects = try plan.objects.compactMap { try Self.report($0, run) }
  }

  private static func report(_ plan: ObjectPlan, _ run: FinishedRun) throws -> ObjectReport? {
    guard let known = run.manifest.object(plan.object) else { return nil }
    let counts = run.manifest.counts(of: plan.object)
    let sides = [(Side.hubspot, known.hubspot, counts.hubspot), (.salesforce, known.salesforce, counts.salesforce)]
    let isResolved = (0..<known.chunks).allSatisfy { run.manifest.isDone(.conflictResolve, plan.object, $0) }
    return ObjectReport(
      object: plan.object, isResolved: isResolved, sides: sides.map { side(plan, $0, $1, $2) },
      issues: try issues(plan, run, known.chunks))
  }

  private static func side(
    _ plan: ObjectPlan, _ side: Side, _ rows: RunManifest.SideRun, _ counts: SideCounts
  ) -> SideReport {
    let changes = counts.changes.flatMap { field, reasons in
      reasons.map { reason, cells in Change(field: field, rule: rule(plan, side, field), reason: reason, cells: cells) }
    }
    return SideReport(
      side: side.name, read: rows.read, paired: counts.paired, unmatched: counts.unmatched, rejected: rows.rejected,
      excluded: counts.excluded, creates: counts.creates, held: counts.held, conflicts: counts.conflicts,
      notArrived: counts.notArrived.values.reduce(0, +),
      changes: changes.sorted { ($1.cells, $0.field, $0.reason) < ($0.cells, $1.field, $1.reason) })
  }

  /// The rule of a field's mapping; none for a link or the HubSpot id.
  private static func rule(_ plan: ObjectPlan, _ side: Side, _ field: String) -> String {
    plan.mappings.first { (side == .hubspot ? $0.property : $0.field) == field }?.rule.rawValue ?? ""
  }

  private static func issues(_ plan: ObjectPlan, _ run: FinishedRun, _ chunks: Int) throws -> [Issue] {
    let lookup = StagedLookup(store: run.store)
    let tables =
      [TableName(.extract, plan.object, "rejects", chunk: 0)]
      + (0..<chunks).map { TableName(.conflictResolve, plan.object, "rejects", chunk: $0) }
    var counts: [[String]: Int] = [:]
    for table in tables {
      counts.merge(try lookup.counts(of: table, by: ["side", "field", "code"]), uniquingKeysWith: +)
    }
    return counts.map { Issue(side: $0.key[0], field: $0.key[1], code: $0.key[2], count: $0.value) }
      .sorted { ($1.count, $0.side, $0.field, $0.code) < ($0.count, $1.side, $1.field, $1.code) }
  }

  /// Whether the run changes anything.
  public var hasChanges: Bool { objects.contains { $0.sides.contains { !$0.changes.isEmpty } } }

  // MARK: Output

  /// The report as JSON.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The report as tables for a person.
  public var text: String {
    var lines = ["run \(run): \(state)"]
    for object in objects {
      for side in object.sides {
        lines += ["", "\(object.object), \(side.side): \(object.isResolved ? Self.balance(side) : Self.read(side))"]
        lines += Self.table(side.changes.map { [String($0.cells), $0.field, $0.rule, $0.reason] })
      }
      guard !object.issues.isEmpty else { continue }
      lines += ["", "\(object.object), issues (rejects.csv):"]
      lines += Self.table(object.issues.map { [String($0.count), $0.side, $0.field, $0.code] })
    }
    return lines.joined(separator: "\n")
  }

  private static func read(_ side: SideReport) -> String {
    "\(side.read) rows read, \(side.rejected) rejected; not all chunks are resolved"
  }

  private static func balance(_ side: SideReport) -> String {
    var text =
      "\(side.read) rows read = \(side.paired) paired + \(side.unmatched) unmatched + \(side.rejected) rejected + "
      + "\(side.excluded) excluded"
    if side.creates > 0 { text += "; \(side.creates) created" }
    if side.held > 0 { text += "; \(side.held) creates held" }
    if side.conflicts > 0 { text += "; \(side.conflicts) conflicts lost" }
    if side.notArrived > 0 { text += "; \(side.notArrived) writes not arrived" }
    return text
  }

  /// Rows in columns; the first, a number, is set to the right.
  static func table(_ rows: [[String]]) -> [String] {
    guard let first = rows.first else { return ["  nothing"] }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? blanks + cell : column == row.count - 1 ? cell : cell + blanks
      }
      return "  " + cells.joined(separator: "  ")
    }
  }
}
