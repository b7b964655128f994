import CRM
import Records
import Staging
import StagingTestSupport

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

/// Reads the whole table.
func read(_ layout: TableLayout, _ projection: StagedRows.Projection, from store: MemoryStore) throws -> BatchList {
  let reader = try BatchReader(table, layout, projection, from: store)
  let batches = BatchGatherer()
  var block = StagedBlock(columnCount: projection.columnCount)
  while let number = try reader.next(into: &block) { batches.keep(block.take(), number) }
  return batches.list()
}

/// All columns of a table, in their order.
func whole(_ layout: TableLayout) -> StagedRows.Projection {
  StagedRows.Projection(Array(layout.cells.indices), columnCount: layout.cells.count)
}

/// Every cell of a list of batches, row by row.
func cells(_ list: BatchList) -> [[StagedCell]] {
  (0..<list.count).flatMap { number in
    (0..<list[number].pointee.rowCount).map { row in
      (0..<list[number].pointee.columnCount).map { column in
        StagedCell(
          bytes: Array(list[number].pointee.bytes(row, column)), list[number].pointee[row, column].issue)
      }
    }
  }
}

/// What is known of every row.
func places(_ list: BatchList) -> [StagedPlace] {
  (0..<list.count).flatMap { number in
    (0..<list[number].pointee.rowCount).map { StagedPlace(list[number].pointee[info: $0]) }
  }
}
