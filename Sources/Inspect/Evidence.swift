import CRM
import Pipeline
import Staging

/// What the stages left about one record and its partner: the rows of the tables that name them.
struct Evidence {
  private let trace: RecordTrace
  private let baseline: TextRow?
  private let changes: [TextRow]
  private let conflicts: [TextRow]
  private let rejects: [TextRow]
  private let history: [TextRow]

  /// Reads the tables of the record's chunk.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  init(_ run: FinishedRun, _ trace: RecordTrace) throws {
    self.trace = trace
    let lookup = StagedLookup(store: run.store)
    let (hubspot, salesforce) = (trace.id(.hubspot), trace.id(.salesforce))
    func rows(_ stage: Stage, _ part: String, _ column: String, _ id: String?) throws -> [TextRow] {
      guard let id else { return [] }
      let table = TableName(stage, trace.plan.object, part, chunk: trace.chunk)
      return try lookup.rows(of: table, where: column, isOneOf: [id])
    }
    func ofRecord(_ part: String) throws -> [TextRow] {
      hubspot == nil
        ? try rows(.conflictResolve, part, "salesforce_id", salesforce)
        : try rows(.conflictResolve, part, "hubspot_id", hubspot)
    }
    baseline =
      try rows(.extract, "baseline", "_hubspot_id", hubspot).first
      ?? rows(.extract, "baseline", "_salesforce_id", salesforce).first
    changes = try ofRecord("changes") + ofRecord("creates")
    conflicts = try ofRecord("conflicts")
    rejects = try [hubspot, salesforce].flatMap { try rows(.conflictResolve, "rejects", "record_id", $0) }
    var entries: [TextRow] = []
    for side in [Side.hubspot, .salesforce] {
      let found = try rows(.extract, "history", "_row", trace[side, .extract]?["_row"])
      entries += found.filter { $0["_side"] == side.name }
    }
    history = entries
  }

  /// The sides that the run writes.
  var sides: Set<String> { Set(changes.compactMap { $0["side"] }) }

  // MARK: Cells

  /// What became of the cells of a mapping.
  func cell(_ number: Int, _ mapping: FieldMapping) -> CellExplanation {
    var cell = CellExplanation(
      property: mapping.property, field: mapping.field, rule: mapping.rule.rawValue,
      comparison: mapping.comparison.rawValue, line: mapping.line, hubspot: side(.hubspot, number, mapping),
      salesforce: side(.salesforce, number, mapping))
    addBaseline(number, to: &cell)
    cell.changes = changes.filter { isOf($0, mapping) }.map { change($0, mapping) }
    cell.why = cell.changes.first.map { why($0, cell) } ?? CellReasons.unchanged(cell, mapping)
    return cell
  }

  private func why(_ change: CellExplanation.Change, _ cell: CellExplanation) -> String {
    let sentence = CellReasons.sentence(change.reason, of: change.side)
    guard cell.pending.flatMap(RememberedDecision.init)?.isMadeAgain(change, cell) == true else { return sentence }
    return "the decision of an earlier run has not arrived, and stands as long as both sides hold what they held then, "
      + "whatever the times; then it was: \(sentence)"
  }

  private func side(_ side: Side, _ number: Int, _ mapping: FieldMapping) -> CellExplanation.SideCell {
    let tables = SideTables(trace.plan, side)
    let name = side == .hubspot ? mapping.property : mapping.field
    let own = tables.normalize.cells[tables.firstMapping + number]
    var cell = CellExplanation.SideCell(field: name)
    cell.read = trace[side, .extract].map { $0[name] ?? "" }
    cell.normalized = trace[side, .normalize].map { $0[own] ?? "" }
    let common = tables.map.cells[tables.common[number]]
    if side == .hubspot, common != own { cell.mapped = trace[side, .map].map { $0[common] ?? "" } }
    let edits = history.filter { $0["_side"] == side.name && $0["field"] == name }
    if edits.isEmpty {
      let time = side == .hubspot ? trace.plan.hubspotTimeProperty : "LastModifiedDate"
      cell.time = trace[side, .normalize]?[time]
    } else {
      cell.time = edits.compactMap { $0["time"] }.max()
      cell.timeIsOfField = true
    }
    cell.issues = rejects.filter { $0["side"] == side.name && $0["field"] == name }.compactMap { $0["code"] }
    return cell
  }

  private func addBaseline(_ number: Int, to cell: inout CellExplanation) {
    let columns = BaselineLayout(trace.plan).cells
    guard let baseline else { return }
    // A write of the first night is pending though no export has shown a value for the baseline.
    cell.pending = baseline[columns[number * 3 + 2]]
    guard let h = baseline[columns[number * 3]] else { return }
    cell.hubspot.baseline = h
    if let s = baseline[columns[number * 3 + 1]] { cell.salesforce.baseline = s == "=" ? h : String(s.dropFirst()) }
  }

  private func isOf(_ row: TextRow, _ mapping: FieldMapping) -> Bool {
    row["field"] == (row["side"] == "hubspot" ? mapping.property : mapping.field)
  }

  private func change(_ row: TextRow, _ mapping: FieldMapping?) -> CellExplanation.Change {
    let isConflict = conflicts.contains {
      $0["hubspot_property"] == mapping?.property && $0["salesforce_field"] == mapping?.field
    }
    return .init(
      side: row["side"] ?? "", action: row["action"] ?? "", old: row["old"] ?? "", new: row["new"] ?? "",
      reason: row["reason"] ?? "", isConflict: mapping != nil && isConflict)
  }

  // MARK: The record

  /// Changes that no mapping makes.
  var changesOfNoMapping: [CellExplanation.Change] {
    changes.filter { row in !trace.plan.mappings.contains { isOf(row, $0) } }.map { change($0, nil) }
  }

  /// Issues of fields that no mapping has.
  var issuesOfNoMapping: [String] {
    rejects.filter { row in
      !trace.plan.mappings.contains { row["field"] == (row["side"] == "hubspot" ? $0.property : $0.field) }
    }.map { "\($0["side"] ?? "") \($0["field"] ?? ""): \($0["code"] ?? "")" }
  }
}
