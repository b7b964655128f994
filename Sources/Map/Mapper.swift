import CRM
import Records
import Staging

/// The third stage: brings the values of HubSpot into Salesforce's vocabulary, so that both sides can be compared
/// (semantics 2). Salesforce cells stay as they are; they are translated only when they are to be written to HubSpot.
public struct Mapper: ~Copyable {
  private let plan: ObjectPlan
  private let tables: SideTables
  private var made = ByteBuffer(capacity: 1024)

  /// A mapper for one thread and the HubSpot side.
  public init(_ plan: ObjectPlan, _ tables: SideTables) {
    self.plan = plan
    self.tables = tables
  }

  /// Fills the translated cells of a batch.
  public mutating func map(_ batch: inout RecordBatch) {
    for mapping in plan.mappings.indices {
      switch plan.vocabularies[mapping] {
      case .none: continue
      case .picklist(let vocabulary):
        translate(&batch, mapping) { vocabulary.appendSalesforce($0, to: &$1) }
      case .multipicklist(let vocabulary):
        translate(&batch, mapping) { vocabulary.appendSalesforceList($0, to: &$1) }
      case .owners(let vocabulary):
        translate(&batch, mapping) { vocabulary.appendSalesforce($0, to: &$1) }
      }
    }
  }

  private mutating func translate(
    _ batch: inout RecordBatch, _ mapping: Int, _ translation: (Bytes, inout ByteBuffer) -> IssueCode?
  ) {
    let own = tables.firstMapping + mapping
    let common = tables.common[mapping]
    for row in 0..<batch.rowCount {
      let field = batch[row, own]
      // What cannot be read cannot be translated: the issue is already that of the own cell.
      guard !field.isEmpty && !field.hasIssue else {
        batch[row, common] = FieldRef(offset: Int(field.offset), count: 0)
        continue
      }
      made.clear()
      let issue = translation(batch.bytes(field), &made)
      let stored = batch.store(made.bytes, issue: issue ?? .none)
      batch[row, common] = stored
    }
  }
}
