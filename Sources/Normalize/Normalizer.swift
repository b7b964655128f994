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
  /// The longest value, in bytes, that is taken for one: neither CRM has a field that holds as much (131,072 characters),
  /// and the baseline keeps up to three values in one cell, each of which must be read again.
  static let longestValue = 1 << 20

  private let tables: SideTables
  /// For each object of the side, the format of each cell.
  private let formats: PlainTable<ValueFormat>
  private let objectCount: Int
  /// Which cells are of a text kind: a bit each, 64 in a mask.
  private let texts: PlainTable<UInt64>
  /// Whether no other cell of normalize is read from the same column.
  private let isOnlyReader: [Bool]
  private var canonicalizer = Canonicalizer()

  /// A normalizer for one thread. `sources` has an entry for each Salesforce object; one for HubSpot.
  public init(_ plan: ObjectPlan, _ tables: SideTables, sources: [SourceFormat]) {
    self.tables = tables
    let formats = sources.map { Self.formats(plan, tables, $0) }
    self.formats = PlainTable(formats.joined().map(\.self))
    objectCount = sources.count
    // The objects of a side differ in their zones, not in their kinds.
    texts = PlainTable(Self.masks(formats.first?.map(\.isText) ?? []))
    isOnlyReader = tables.sources.map { source in tables.sources.count(where: { $0 == source }) == 1 }
  }

  private static func masks(_ cells: [Bool]) -> [UInt64] {
    stride(from: 0, to: cells.count, by: Canonicalizer.textsAtOnce).map { first in
      cells[first...].prefix(Canonicalizer.textsAtOnce).enumerated().reduce(0) { mask, cell in
        mask | (cell.element ? 1 << UInt64(cell.offset) : 0)
      }
    }
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
      let object = objectCount > 1 ? min(Int(batch[info: row].object), objectCount - 1) : 0
      for mask in texts.indices {
        let first = mask * Canonicalizer.textsAtOnce
        let cells = batch.fields(ofRow: row, from: first, count: min(columns - first, Canonicalizer.textsAtOnce))
        // Most cells are text in order: they are recognised side by side, without the way through all kinds (measured: 5% of a
        // night).
        let known = texts[mask] & Canonicalizer.textsInOrder(cells, of: batch.arena.base)
        var rest = ~known & (~0 >> UInt64(Canonicalizer.textsAtOnce - cells.count))
        while rest != 0 {
          let column = first + rest.trailingZeroBitCount
          normalize(&batch, row, column, formats.place(of: object * columns + column))
          rest &= rest &- 1
        }
      }
    }
  }

  private mutating func normalize(
    _ batch: inout RecordBatch, _ row: Int, _ column: Int, _ format: UnsafePointer<ValueFormat>
  ) {
    let field = batch[row, column]
    if field.isEmpty && !format.pointee.blankIsFalse { return }
    let cell = canonicalizer.canonicalize(batch.bytes(field), format.pointee)
    guard cell.count <= Self.longestValue else {
      batch[row, column] = FieldRef(offset: 0, count: 0, issue: .tooLong)
      return
    }
    switch cell.place {
    case .raw:
      batch[row, column] = FieldRef(offset: Int(field.offset) + cell.start, count: cell.count, issue: cell.issue)
    case .scratch:
      let value = canonicalizer.scratch.part(cell.start, cell.count)
      // Times above all are as long as they were: written over, they spare the chunk 5% of its memory.
      let fits = isOnlyReader[column] && cell.count <= field.count
      let stored =
        fits ? batch.overwrite(field, value, issue: cell.issue) : batch.store(value, issue: cell.issue)
      batch[row, column] = stored
    }
    // A record time that cannot be read is a time that is not known.
    if cell.issue != .none && column == tables.time { batch[row, column] = .absent }
  }
}
