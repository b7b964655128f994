import CRM
import Records
import Staging

/// One cell of a record, as the resolver sees it: where its bytes are, and what is known of it.
struct CellValue {
  private let base: UnsafePointer<UInt8>
  private let length: UInt32
  let issue: IssueCode

  init(_ arena: UnsafePointer<UInt8>, _ field: FieldRef) {
    base = arena + Int(field.offset)
    length = UInt32(truncatingIfNeeded: field.count)
    issue = field.issue
  }

  var bytes: Bytes { Bytes(start: base, count: Int(length)) }
  var isBlank: Bool { length == 0 }
  var hasIssue: Bool { issue != .none }
}

/// One record where it lies in its batch: its cells by column, and where it was read. Nothing is copied.
struct RecordView {
  private let fields: UnsafePointer<FieldRef>
  private let arena: UnsafePointer<UInt8>
  /// The last byte of the arena.
  private let end: UnsafePointer<UInt8>
  private let place: UnsafePointer<RowInfo>

  /// A row of a batch that has at least one column, and is not changed while the view is used.
  init(_ batch: borrowing RecordBatch, _ row: Int) {
    let fields = batch.fields(ofRow: row, count: batch.columnCount)
    precondition(fields.count > 0, "every table has an id column")
    self.fields = fields.baseAddress.unsafelyUnwrapped
    arena = UnsafePointer(batch.arena.base)
    end = arena + max(0, batch.arena.capacity - 1)
    place = batch.place(ofInfo: row)
  }

  /// Where the record was read, and what pairing made of it.
  var info: RowInfo { place.pointee }
  /// The cell of a column of the map table.
  subscript(column: Int) -> CellValue { CellValue(arena, fields[column]) }
  var verdict: Verdict { Verdict(rawValue: info.verdict) ?? .free }

  /// Reads a part of each cache line that the record's info and the references of its cells lie in, and gives their sum.
  ///
  /// The partners of a run of HubSpot rows lie all over the Salesforce batches. Touched one behind the other, first the
  /// references of all, then the cells of all, they come from memory at the same time; the decisions about cells would wait
  /// for each. Nothing here branches on what is touched, for a wrong guess would wait for it too.
  func touchReferences(columns: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: place.pointee.row) &+ fields[0].offset &+ fields[columns / 2].offset
      &+ fields[columns - 1].offset
  }

  /// The same for the cells, which lie one behind the other from the id on, but for those that were changed.
  func touchCells(columns: Int) -> UInt32 {
    let last = arena + Int(fields[columns - 1].offset)
    var sum = UInt32(last.pointee)
    var place = arena + Int(fields[0].offset)
    for _ in 0..<Self.usualLines {
      sum &+= UInt32(place.pointee)
      place = min(place + Self.cacheLine, end)
    }
    return sum
  }

  private static let cacheLine = 64
  private static let usualLines = 5
}

/// Where things stand in the map table of a side; `SideTables` without its arrays of names.
struct SideColumns {
  let side: Side
  let firstMapping: Int
  let firstLink = 3
  let count: Int
  private let common: UnsafeMutablePointer<Int>

  /// The array lives as long as the process: a run has one for each object and side.
  init(_ tables: SideTables) {
    side = tables.side
    firstMapping = tables.firstMapping
    count = tables.map.cells.count
    common = .allocate(capacity: max(1, tables.common.count))
    for (place, column) in tables.common.enumerated() { (common + place).initialize(to: column) }
  }

  func id(_ record: RecordView) -> Bytes { record[0].bytes }
  /// When it was last modified, canonical; blank where it is not known.
  func time(_ record: RecordView) -> Bytes { record[1].bytes }
  func currency(_ record: RecordView) -> Bytes { record[2].bytes }
  func link(_ record: RecordView, _ place: Int) -> CellValue { record[firstLink + place] }
  func own(_ record: RecordView, _ mapping: Int) -> CellValue { record[firstMapping + mapping] }
  func common(_ record: RecordView, _ mapping: Int) -> CellValue { record[common[mapping]] }
}

/// The three ids that stand at the front of a change.
struct ChangeIDs {
  var hubspot: Bytes
  /// The number of the Salesforce object.
  var object: Int
  var salesforce: Bytes
}
