import CRM
import Records
import Staging

/// How one source of a side writes its values: what the pipeline declares for it.
public struct SourceFormat: Sendable {
  /// The zone of local times without one.
  public var zone: TimeZoneTable
  /// How days like `3/4/2026` are read (`date_order`); nil: they are not read (semantics 1).
  public var dateOrder: DateOrder?
  /// The declaration of a source.
  public init(zone: TimeZoneTable = .utc, dateOrder: DateOrder? = nil) {
    self.zone = zone
    self.dateOrder = dateOrder
  }
}

/// The second stage: makes the own value of every cell of one side (semantics 1).
///
/// A value that needs no change stays where it is; a changed one is appended to the batch's arena. A cell that cannot be
/// used keeps its raw text, and the code of the issue.
public struct Normalizer: ~Copyable {
  private let tables: SideTables
  /// For each object of the side, the format of each cell.
  private let formats: [[ValueFormat]]
  private var canonicalizer = Canonicalizer()

  /// A normalizer for one thread. `sources` has an entry for each Salesforce object; one for HubSpot.
  public init(_ plan: ObjectPlan, _ tables: SideTables, sources: [SourceFormat]) {
    self.tables = tables
    formats = sources.map { Self.formats(plan, tables, $0) }
  }

  private static func formats(_ plan: ObjectPlan, _ tables: SideTables, _ source: SourceFormat) -> [ValueFormat] {
    let side = tables.side
    let text = ValueFormat(kind: .text, side: side)
    let time = ValueFormat(
      kind: .datetime, side: side, fieldHoldsInstant: true, dateOrder: source.dateOrder, sourceZone: source.zone,
      pipelineZone: plan.pipelineZone)
    let id = ValueFormat(kind: .id, side: side)
    var formats = [side == .hubspot ? text : id, time, text]
    while formats.count < tables.fixed.count { formats.append(side == .hubspot ? id : text) }
    return formats
      + plan.mappings.map { mapping in
        ValueFormat(
          kind: mapping.ownKind(of: side), side: side, scale: mapping.scale, maxIntegerDigits: mapping.maxIntegerDigits,
          blankIsFalse: mapping.blankIsFalse,
          fieldHoldsInstant: side == .hubspot ? mapping.hubspotHoldsInstant : mapping.salesforceHoldsInstant,
          dateOrder: source.dateOrder, sourceZone: source.zone, pipelineZone: plan.pipelineZone)
      }
  }

  /// Makes the own values of a batch, in place.
  public mutating func normalize(_ batch: inout RecordBatch) {
    let columns = tables.normalize.cells.count
    for row in 0..<batch.rowCount {
      let object = formats.count > 1 ? min(Int(batch[info: row].object), formats.count - 1) : 0
      for column in 0..<columns { normalize(&batch, row, column, formats[object][column]) }
    }
  }

  private mutating func normalize(_ batch: inout RecordBatch, _ row: Int, _ column: Int, _ format: ValueFormat) {
    let field = batch[row, column]
    if field.isEmpty && !format.blankIsFalse { return }
    // Most cells are text in order: they are recognised here, without the way through all kinds (measured: 4% of a run).
    if format.isText && !field.isEmpty && Canonicalizer.isOwnValue(batch.bytes(field)) { return }
    let cell = canonicalizer.canonicalize(batch.bytes(field), format)
    // Composed text can be longer than it was read, and than a batch can hold.
    guard cell.count <= FieldRef.maxLength else {
      batch[row, column] = FieldRef(offset: 0, count: 0, issue: .tooLong)
      return
    }
    switch cell.place {
    case .raw:
      batch[row, column] = FieldRef(offset: Int(field.offset) + cell.start, count: cell.count, issue: cell.issue)
    case .scratch:
      let stored = batch.store(canonicalizer.scratch.part(cell.start, cell.count), issue: cell.issue)
      batch[row, column] = stored
    }
    // A record time that cannot be read is a time that is not known.
    if cell.issue != .none && column == tables.time { batch[row, column] = .absent }
  }
}
