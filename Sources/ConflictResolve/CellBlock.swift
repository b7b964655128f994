import CRM
import Records
import Staging

/// One cell of a record, as the resolver sees it: where its bytes are, and what is known of it.
struct CellValue {
  private let base: UnsafePointer<UInt8>
  private let length: UInt32
  let issue: IssueCode

  init(_ batch: borrowing RecordBatch, _ field: FieldRef) {
    base = UnsafePointer(batch.arena.base + Int(field.offset))
    length = UInt32(truncatingIfNeeded: field.count)
    issue = field.issue
  }

  var bytes: Bytes { Bytes(start: base, count: Int(length)) }
  var isBlank: Bool { length == 0 }
  var hasIssue: Bool { issue != .none }
}

/// The cells of a few hundred records of one side, gathered from wherever they are.
///
/// The partners of a run of HubSpot rows lie all over the Salesforce batches. Gathered one behind the other, the look-ups
/// do not wait for each other, as they would between the decisions about cells.
struct CellBlock: ~Copyable {
  /// How many records a block holds; cells of both sides then fit the second-level cache.
  static let capacity = 512

  private let cells: UnsafeMutablePointer<CellValue>
  private let infos: UnsafeMutablePointer<RowInfo>
  private let columns: Int
  private(set) var count = 0

  init(columns: Int) {
    self.columns = columns
    cells = .allocate(capacity: columns * Self.capacity)
    infos = .allocate(capacity: Self.capacity)
  }

  deinit {
    cells.deallocate()
    infos.deallocate()
  }

  /// Gathers `count` records; `place` gives the batch and row of each.
  mutating func gather(_ count: Int, from list: BatchList, _ place: (Int) -> (batch: Int, row: Int)) {
    precondition(count <= Self.capacity)
    self.count = count
    for number in 0..<count {
      let (batch, row) = place(number)
      let source = list[batch]
      infos[number] = source.pointee[info: row]
      let target = cells + number * columns
      for column in 0..<columns {
        (target + column).initialize(to: CellValue(source.pointee, source.pointee[row, column]))
      }
    }
  }

  /// A record of the block, until the next `gather`.
  func record(_ number: Int) -> RecordView {
    precondition(number >= 0 && number < count)
    return RecordView(cells: cells + number * columns, info: infos[number])
  }
}

/// One record: its cells by column, and where it was read.
struct RecordView {
  fileprivate let cells: UnsafePointer<CellValue>
  let info: RowInfo

  fileprivate init(cells: UnsafeMutablePointer<CellValue>, info: RowInfo) {
    self.cells = UnsafePointer(cells)
    self.info = info
  }

  /// The cell of a column of the map table.
  subscript(column: Int) -> CellValue { cells[column] }
  var verdict: Verdict { Verdict(rawValue: info.verdict) ?? .free }
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
