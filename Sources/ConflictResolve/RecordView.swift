import CRM
import Records
import Staging

/// One cell of a record, as the resolver sees it: where its bytes are, and what is known of it.
struct CellValue {
  private let base: UnsafePointer<UInt8>
  private let length: UInt32
  let issue: IssueCode

  init(_ arena: UnsafePointer<UInt8>, _ field: FieldRef) {
    self.init(arena + Int(field.offset), count: UInt32(truncatingIfNeeded: field.count), field.issue)
  }

  init(_ base: UnsafePointer<UInt8>, count: UInt32, _ issue: IssueCode) {
    self.base = base
    length = count
    self.issue = issue
  }

  var bytes: Bytes { Bytes(start: base, count: Int(length)) }
  var isBlank: Bool { length == 0 }
  var hasIssue: Bool { issue != .none }
}

/// A record of either side, wherever it lies: its cells by column of the map table, and where it was read.
protocol Record: BitwiseCopyable {
  /// Where the record was read, and what pairing made of it.
  var info: RowInfo { get }
  /// The cell of a column of the map table.
  subscript(column: Int) -> CellValue { get }
}

extension Record {
  var verdict: Verdict { Verdict(rawValue: info.verdict) ?? .free }
}

/// One record where it lies in its batch. Nothing is copied.
struct RecordView: Record {
  private let fields: UnsafePointer<FieldRef>
  private let arena: UnsafePointer<UInt8>
  private let place: UnsafePointer<RowInfo>

  /// A row of a batch that has at least one column, and is not changed while the view is used.
  init(_ batch: borrowing RecordBatch, _ row: Int) {
    let fields = batch.fields(ofRow: row, count: batch.columnCount)
    precondition(fields.count > 0, "every table has an id column")
    self.fields = fields.baseAddress.unsafelyUnwrapped
    arena = UnsafePointer(batch.arena.base)
    place = batch.place(ofInfo: row)
  }

  var info: RowInfo { place.pointee }
  subscript(column: Int) -> CellValue { CellValue(arena, fields[column]) }
}

/// Where things stand in the map table of a side; `SideTables` without its arrays of names.
struct SideColumns {
  let side: Side
  let firstMapping: Int
  let firstLink = 3
  let count: Int
  private let common: UnsafeMutablePointer<Int>

  /// The array lives as long as the process: a run has one for each chunk and side, of some hundred bytes.
  init(_ tables: SideTables) {
    side = tables.side
    firstMapping = tables.firstMapping
    count = tables.map.cells.count
    common = .allocate(capacity: max(1, tables.common.count))
    for (place, column) in tables.common.enumerated() { (common + place).initialize(to: column) }
  }

  func id(_ record: some Record) -> Bytes { record[0].bytes }
  /// When it was last modified, canonical; blank where it is not known.
  func time(_ record: some Record) -> Bytes { record[1].bytes }
  func currency(_ record: some Record) -> Bytes { record[2].bytes }
  func link(_ record: some Record, _ place: Int) -> CellValue { record[firstLink + place] }
  func own(_ record: some Record, _ mapping: Int) -> CellValue { record[firstMapping + mapping] }
  func common(_ record: some Record, _ mapping: Int) -> CellValue { record[common[mapping]] }
}

/// The three ids that stand at the front of a change.
struct ChangeIDs {
  var hubspot: Bytes
  /// The number of the Salesforce object.
  var object: Int
  var salesforce: Bytes
}
