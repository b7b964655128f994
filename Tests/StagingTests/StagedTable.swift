import CRM
import Records
import Staging
import StagingTestSupport
import Synchronization

/// A cell as a test writes it down: its bytes, and its issue.
struct StagedCell: Equatable, CustomStringConvertible {
  var bytes: [UInt8]
  var issue = IssueCode.none

  init(_ text: String, _ issue: IssueCode = .none) { self.init(bytes: Array(text.utf8), issue) }

  init(bytes: [UInt8], _ issue: IssueCode = .none) {
    self.bytes = bytes
    self.issue = issue
  }

  var description: String {
    "\(String(decoding: bytes, as: UTF8.self).debugDescription)\(issue == .none ? "" : "!\(issue.name)")"
  }
}

/// What is known of a row, so that it can be compared.
struct StagedPlace: Equatable {
  var row: Int32 = 0
  var line = 2
  var byte = 0
  var file: UInt16 = 0
  var object: UInt8 = 0
  var verdict = Verdict.unmatched
  var partner: Int32 = -1

  init(row: Int32 = 0) { self.row = row }

  init(_ info: RowInfo) {
    row = info.row
    line = info.line
    byte = info.byte
    file = info.file
    object = info.object
    verdict = Verdict(rawValue: info.verdict) ?? .free
    partner = info.partner
  }

  var info: RowInfo {
    var info = RowInfo(row: row, line: line, byte: byte, file: file, object: object)
    info.verdict = verdict.rawValue
    info.partner = partner
    return info
  }
}

/// The table that the tests write and read.
let table = TableName(.normalize, "companies", "hubspot", chunk: 0)

/// Writes rows of cells as a stage does.
func write(
  _ rows: [[StagedCell]], _ layout: TableLayout, places: [StagedPlace]? = nil, to store: MemoryStore
) throws {
  var batch = RecordBatch(columnCount: layout.cells.count, rowCapacity: rows.count, arenaCapacity: 64)
  for (number, cells) in rows.enumerated() {
    let row = batch.appendRow((places?[number] ?? StagedPlace(row: Int32(number))).info)
    for (column, cell) in cells.enumerated() {
      let field = cell.bytes.withUnsafeBufferPointer { batch.store($0, issue: cell.issue) }
      batch[row, column] = field
    }
  }
  var out = EncodedRows()
  out.append(batch, layout)
  let writer = try store.writer(table, columns: layout.columns)
  try writer.append(out.bytes)
  try writer.commit()
}

/// The rows that were read of a table, in the order of their batches. Threads may add batches at the same time.
final class ReadTable: Sendable {
  private struct Row {
    var cells: [StagedCell]
    var isAbsent: [Bool]
    var place: StagedPlace
  }
  private let batches = Mutex<[Int: [Row]]>([:])

  func add(_ batch: borrowing RecordBatch, _ number: Int) {
    let rows = (0..<batch.rowCount).map { row in
      Row(
        cells: (0..<batch.columnCount).map {
          StagedCell(bytes: Array(batch.bytes(row, $0)), batch[row, $0].issue)
        },
        isAbsent: (0..<batch.columnCount).map { batch[row, $0].isAbsent }, place: StagedPlace(batch[info: row]))
    }
    batches.withLock { $0[number] = rows }
  }

  private var rows: [Row] { batches.withLock { batches in batches.keys.sorted().flatMap { batches[$0] ?? [] } } }

  var batchCount: Int { batches.withLock { $0.count } }
  /// Every cell, row by row.
  var cells: [[StagedCell]] { rows.map(\.cells) }
  /// Which of them are not there at all.
  var isAbsent: [[Bool]] { rows.map(\.isAbsent) }
  /// What is known of every row.
  var places: [StagedPlace] { rows.map(\.place) }
}

/// Reads the whole table.
func read(_ layout: TableLayout, _ projection: StagedRows.Projection, from store: MemoryStore) throws -> ReadTable {
  let reader = try BatchReader(table, layout, projection, from: store)
  let read = ReadTable()
  var block = StagedBlock(columnCount: projection.columnCount)
  while let number = try reader.next(into: &block) { read.add(block.batch, number) }
  return read
}

/// All columns of a table, in their order.
func whole(_ layout: TableLayout) -> StagedRows.Projection {
  StagedRows.Projection(Array(layout.cells.indices), columnCount: layout.cells.count)
}
