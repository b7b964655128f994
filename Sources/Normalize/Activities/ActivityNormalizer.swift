import Activities
import CRM
import Records
import Staging

/// Makes own values of the cells of an activity pipeline's source (activities-pipelines 7, "Stages"). One a thread.
///
/// A cell that cannot be used keeps the text that the file has, for `rejects.csv`, and is marked with its issue.
public struct ActivityNormalizer: ~Copyable {
  private let source: ActivitySource
  private let zone: TimeZoneTable
  private let dateOrder: DateOrder?
  private let formats: [ValueFormat]
  private let day: ValueFormat
  private let writtenColumn: Int?
  private let allDayColumn: Int?
  /// The columns of an event that are days if it is one of all day.
  private let dayColumns: Set<Int>
  private var canonicalizer = Canonicalizer()
  private var written = ByteBuffer(capacity: 256)
  private var text = ByteBuffer(capacity: 64)

  /// A normalizer for a source; `zone` is that of its local times, `dateOrder` how it writes days with slashes.
  public init(_ source: ActivitySource, zone: TimeZoneTable, dateOrder: DateOrder?) {
    self.source = source
    self.zone = zone
    self.dateOrder = dateOrder
    day = ValueFormat(kind: .date, side: source.side, dateOrder: dateOrder, sourceZone: zone)
    formats = source.columns.map { column in
      switch column.kind {
      case .text, .moment, .joined: ValueFormat(kind: .text, side: source.side)
      case .longtext: ValueFormat(kind: .longtext, side: source.side)
      case .boolean: ValueFormat(kind: .boolean, side: source.side)
      case .salesforceID: ValueFormat(kind: .id, side: .salesforce)
      case .hubspotID: ValueFormat(kind: .owner, side: .hubspot)
      case .amount: .amount(source.side)
      case .day: ValueFormat(kind: .date, side: source.side, dateOrder: dateOrder, sourceZone: zone)
      }
    }
    writtenColumn = source.find(JoinedColumn.written.rawValue)
    allDayColumn = source.find("IsAllDayEvent")
    dayColumns = Set(["StartDateTime", "ActivityDateTime", "EndDateTime"].compactMap { source.find($0) })
  }

  /// Makes the values of all rows of a batch, in place.
  public mutating func run(_ batch: inout RecordBatch) {
    for row in 0..<batch.rowCount { normalize(row, &batch) }
  }

  private mutating func normalize(_ row: Int, _ batch: inout RecordBatch) {
    written.clear()
    var isAllDay = false
    if let allDayColumn {
      normalize(row, allDayColumn, formats[allDayColumn], &batch)
      isAllDay = !batch[row, allDayColumn].hasIssue && batch.bytes(row, allDayColumn).same(as: "true")
    }
    for column in source.columns.indices where column != allDayColumn {
      // Most cells of a wide export are empty.
      guard batch[row, column].count > 0 else { continue }
      switch source.columns[column].kind {
      case .joined: continue
      case .moment where isAllDay && dayColumns.contains(column): normalize(row, column, day, &batch)
      case .moment: moment(row, column, &batch)
      default: normalize(row, column, formats[column], &batch)
      }
    }
    if written.count > 0, let writtenColumn { batch.put(row, writtenColumn, written.bytes) }
  }

  private mutating func normalize(_ row: Int, _ column: Int, _ format: ValueFormat, _ batch: inout RecordBatch) {
    let field = batch[row, column]
    let cell = canonicalizer.canonicalize(batch.bytes(field), format)
    if cell.issue == .invalidEncoding { return repair(row, column, &batch) }
    guard cell.place == .scratch else {
      batch[row, column] = FieldRef(offset: Int(field.offset) + cell.start, count: cell.count, issue: cell.issue)
      if format.kind == .number, cell.count > 0, cell.issue == .none { refuseNegative(row, column, field, &batch) }
      return
    }
    if format.kind == .id, cell.issue == .none { noteWritten(row, column, batch.bytes(field)) }
    batch.put(row, column, canonicalizer.scratch.part(cell.start, cell.count), issue: cell.issue)
    if format.kind == .number, cell.issue == .none { refuseNegative(row, column, field, &batch) }
  }

  private func refuseNegative(_ row: Int, _ column: Int, _ raw: FieldRef, _ batch: inout RecordBatch) {
    guard batch.bytes(row, column).first == UInt8(ascii: "-") else { return }
    batch[row, column] = FieldRef(offset: Int(raw.offset), count: raw.count, issue: .invalidNumber)
  }

  /// An id of 15 characters, or one whose case was restored: messages show it as the file has it.
  private mutating func noteWritten(_ row: Int, _ column: Int, _ raw: Bytes) {
    if written.count > 0 { written.append(10) }
    written.append(source.columns[column].name)
    written.append(9)
    appendRepaired(raw, into: &written)
  }

  private mutating func repair(_ row: Int, _ column: Int, _ batch: inout RecordBatch) {
    text.clear()
    appendRepaired(batch.bytes(row, column), into: &text)
    batch.put(row, column, text.bytes, issue: .invalidEncoding)
  }

  private mutating func moment(_ row: Int, _ column: Int, _ batch: inout RecordBatch) {
    let field = batch[row, column]
    let cell = canonicalizer.canonicalize(batch.bytes(field), formats[column])
    if cell.issue != .none { return repair(row, column, &batch) }
    let value =
      cell.place == .raw
      ? batch.bytes(field).part(cell.start, cell.count) : canonicalizer.scratch.part(cell.start, cell.count)
    guard value.count > 0 else {
      batch[row, column] = .absent
      return
    }
    switch Moment.read(value, zone: zone, dateOrder: dateOrder) {
    case .issue(let code):
      if cell.place == .raw {
        batch[row, column] = FieldRef(offset: Int(field.offset) + cell.start, count: cell.count, issue: code)
      } else {
        batch.put(row, column, value, issue: code)
      }
    case .moment(let moment):
      if Self.isCanonical(value), cell.place == .raw {
        batch[row, column] = FieldRef(offset: Int(field.offset) + cell.start, count: cell.count)
      } else {
        text.clear()
        text.append(moment)
        batch.put(row, column, text.bytes)
      }
    }
  }

  /// Whether a cell that writes an instant is `YYYY-MM-DDTHH:MM:SS.sssZ` already.
  private static func isCanonical(_ cell: Bytes) -> Bool {
    cell.count == 24 && cell[10] == UInt8(ascii: "T") && cell[19] == UInt8(ascii: ".") && cell[23] == UInt8(ascii: "Z")
  }
}
