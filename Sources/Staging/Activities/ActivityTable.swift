import CSV
import Records

/// The staged tables of activities: each begins with where its rows were read, and which cells cannot be used.
///
/// A table is written and read a block at a time, so that a stage needs the memory of one block, not of a chunk.
public struct ActivityTable: Sendable {
  /// The columns that every table begins with: the number of the row in its source, of its file in the source's list, the
  /// line on which it begins, and the cells with issues, as `column:code`.
  public static let leading = ["_row", "_file", "_line", "_issues"]

  /// The columns behind the leading ones.
  public let names: [String]
  /// The place of the first of them in a batch.
  public let first: Int

  /// A table with these columns, the first of which is column `first` of a batch.
  public init(_ names: [String], at first: Int = 0) {
    self.names = names
    self.first = first
  }

  /// All columns, as the store needs them.
  public var columns: [String] { Self.leading + names }

  // MARK: Writing

  /// Appends the rows of a batch as CSV.
  public func encode(_ batch: borrowing RecordBatch, into out: inout ByteBuffer) {
    for row in 0..<batch.rowCount { encode(batch, row, into: &out) }
  }

  private func encode(_ batch: borrowing RecordBatch, _ row: Int, into out: inout ByteBuffer) {
    let info = batch[info: row]
    Self.encode(info, into: &out)
    var isFirst = true
    for place in names.indices where batch[row, first &+ place].hasIssue {
      if !isFirst { out.append(UInt8(ascii: " ")) }
      isFirst = false
      out.append(names[place])
      out.append(UInt8(ascii: ":"))
      out.append(batch[row, first &+ place].issue.name)
    }
    let cells = batch.fields(ofRow: row, count: first &+ names.count)
    out.appendCSVCells(UnsafeBufferPointer(rebasing: cells[first...]), of: batch.arena.base)
    out.append(UInt8(ascii: "\n"))
  }

  /// Appends the leading cells of a row, up to the comma before its issues.
  public static func encode(_ info: RowInfo, into out: inout ByteBuffer) {
    out.append(decimal: Int(info.row))
    out.append(UInt8(ascii: ","))
    out.append(decimal: Int(info.file))
    out.append(UInt8(ascii: ","))
    out.append(decimal: info.line)
    out.append(UInt8(ascii: ","))
  }

  // MARK: Reading

  /// Reads a table block by block; each batch has `columnCount` columns, of which those of this table are filled.
  ///
  /// - Throws: `StagingError` if the table is missing, or is not what `encode` writes; and what `body` throws.
  public func forEachBatch(
    of table: TableName, columnCount: Int, from store: any StagingStore, _ body: (inout RecordBatch) throws -> Void
  ) throws {
    let reader = try store.reader(table)
    var blocks = BlockScanner()
    var index = RecordIndex()
    var isFirst = true
    while true {
      // A block becomes the arena of its batch; half as much again leaves room for what the stages make of it.
      var buffer = ByteBuffer(capacity: BlockScanner.blockSize + BlockScanner.blockSize / 2)
      do {
        guard try blocks.next(into: &buffer, &index, read: reader.read) else { break }
      } catch let error as CSVError {
        throw StagingError.damaged(table, "\(error)")
      } catch BlockError.recordTooLong(let line) {
        throw StagingError.damaged(table, "the row on line \(line) is too long")
      }
      if isFirst { try checkHeader(index, buffer, table) }
      let start = isFirst ? 1 : 0
      isFirst = false
      guard index.recordCount > start else { continue }
      var batch = RecordBatch(columnCount: columnCount, rowCapacity: index.recordCount - start, arena: buffer)
      try fill(&batch, index, from: start, table)
      try body(&batch)
    }
    if isFirst { throw StagingError.damaged(table, "it has no header") }
  }

  private func checkHeader(
    _ index: borrowing RecordIndex, _ buffer: borrowing ByteBuffer, _ table: TableName
  ) throws {
    guard index.recordCount > 0 else { throw StagingError.damaged(table, "it has no header") }
    let mark = index[record: 0]
    let found = (0..<Int(mark.fieldCount)).map { place in
      let field = index[field: Int(mark.firstField) + place]
      return buffer.part(Int(field.offset), field.count).text
    }
    guard found == columns else { throw StagingError.damaged(table, "its columns are not those of this pipeline") }
  }

  private func fill(
    _ batch: inout RecordBatch, _ index: borrowing RecordIndex, from start: Int, _ table: TableName
  ) throws {
    let leading = Self.leading.count
    for record in start..<index.recordCount {
      let mark = index[record: record]
      let place = Int(mark.firstField)
      guard mark.fault == .none, Int(mark.fieldCount) == leading + names.count,
        let info = info(index, place, batch.arena)
      else { throw StagingError.damaged(table, "row \(record) cannot be read") }
      let row = batch.appendRow(info)
      for column in names.indices { batch[row, first &+ column] = index[field: place &+ leading &+ column] }
      let issues = batch.bytes(index[field: place + 3])
      guard issues.isEmpty || markIssues(issues.text, in: batch, row) else {
        throw StagingError.damaged(table, "row \(record) has issues that cannot be read")
      }
    }
  }

  private func info(_ index: borrowing RecordIndex, _ first: Int, _ arena: borrowing ByteBuffer) -> RowInfo? {
    func number(_ column: Int) -> Int? {
      let field = index[field: first + column]
      return Int(decimal: arena.part(Int(field.offset), field.count))
    }
    guard let row = number(0).flatMap({ Int32(exactly: $0) }), let file = number(1).flatMap({ UInt16(exactly: $0) }),
      let line = number(2)
    else { return nil }
    return RowInfo(row: row, line: line, file: file)
  }

  private func markIssues(_ issues: String, in batch: borrowing RecordBatch, _ row: Int) -> Bool {
    for item in issues.split(separator: " ") {
      guard let colon = item.lastIndex(of: ":"),
        let column = names.firstIndex(of: String(item[..<colon])),
        let code = IssueCode.allCases.first(where: { $0.name == item[item.index(after: colon)...] && $0 != .none })
      else { return false }
      let field = batch[row, first + column]
      batch[row, first + column] = FieldRef(offset: Int(field.offset), count: field.count, issue: code)
    }
    return true
  }
}
