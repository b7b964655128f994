import CRM
import Pipeline
import Staging

/// Where one record of a run stands in the staged tables, with its partner.
struct RecordTrace {
  let plan: ObjectPlan
  let chunk: Int
  /// The side whose id was asked for.
  let side: Side
  /// By side: the row as it was read, normalized and mapped; nil where there is none.
  private var rows: [Side: [Stage: TextRow]] = [:]

  /// Finds a record by its id in what normalize left, else in what extract left.
  ///
  /// - Returns: nil if no chunk of the object has it.
  /// - Throws: `StagingError` if a table cannot be read.
  init?(_ id: String, _ plan: ObjectPlan, _ run: FinishedRun) throws {
    let lookup = StagedLookup(store: run.store)
    for side in [Side.hubspot, .salesforce] {
      let column = side == .hubspot ? "hs_object_id" : "Id"
      let ids = side == .hubspot ? [id] : [salesforceID18(id), String(id.prefix(15)), id].compactMap { $0 }
      for chunk in 0..<run.chunks(of: plan.object) {
        for stage in [Stage.normalize, .extract] {
          let table = TableName(stage, plan.object, side.name, chunk: chunk)
          guard let row = try lookup.rows(of: table, where: column, isOneOf: ids, limit: 1).first else { continue }
          self.plan = plan
          self.chunk = chunk
          self.side = side
          try follow(row, side, lookup)
          return
        }
      }
    }
    return nil
  }

  private mutating func follow(_ row: TextRow, _ side: Side, _ lookup: StagedLookup) throws {
    try collect(side, row["_row"], lookup)
    if let partner = row["_partner"], !partner.isEmpty {
      try collect(side == .hubspot ? .salesforce : .hubspot, partner, lookup)
    }
  }

  private mutating func collect(_ side: Side, _ number: String?, _ lookup: StagedLookup) throws {
    guard let number else { return }
    for stage in [Stage.extract, .normalize, .map] {
      let table = TableName(stage, plan.object, side.name, chunk: chunk)
      rows[side, default: [:]][stage] =
        try lookup.rows(of: table, where: "_row", isOneOf: [number], limit: 1).first
    }
  }

  /// The row of a side as a stage left it.
  subscript(_ side: Side, _ stage: Stage) -> TextRow? { rows[side]?[stage] }

  /// The id of a side's record, as normalize made it.
  func id(_ side: Side) -> String? {
    let column = side == .hubspot ? "hs_object_id" : "Id"
    return self[side, .normalize]?[column] ?? self[side, .extract]?[column]
  }

  /// What pairing made of the record that was asked for.
  var verdict: String { self[side, .extract]?["_verdict"] ?? "" }

  /// The Salesforce object of the pair, or of the Salesforce record.
  var salesforceObject: String? {
    guard let number = self[.salesforce, .extract]?["_object"].flatMap({ Int($0) }) else { return nil }
    return plan.salesforceObjects.indices.contains(number) ? plan.salesforceObjects[number] : nil
  }
}
