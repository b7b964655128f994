import CRM
import CSV
import Records

/// How records are written into a staged table, and read back: one codec for every stage and every store.
public enum StagedRows {
  /// Appends a row of a batch as CSV. The batch may have more columns than the table: the first ones are written.
  static func encode(_ row: Int, of batch: borrowing RecordBatch, _ layout: TableLayout, into out: inout ByteBuffer) {
    let columns = layout.cells.count
    encode(batch[info: row], withByte: false, into: &out)
    if batch.hasIssue(row: row, count: columns) { encodeIssues(of: batch, row, layout, into: &out) }
    out.appendCSVCells(batch.fields(ofRow: row, count: columns), of: batch.arena.base)
    out.append(UInt8(ascii: "\n"))
  }

  /// Appends the leading cells of a row, up to the comma before its issues. `withByte` also writes where in its file the row
  /// begins (extract only).
  public static func encode(_ info: RowInfo, withByte: Bool, into out: inout ByteBuffer) {
    // Six numbers of up to 20 bytes, seven commas, a verdict: the room for all of them is made once.
    let verdict = Verdict(rawValue: info.verdict)?.word ?? ""
    out.reserve(6 * 20 + 7 + verdict.utf8CodeUnitCount)
    let start = out.base + out.count
    var next = start
    func write(_ number: Int) { next = ByteBuffer.write(decimal: number, to: next) }
    func comma() {
      next.pointee = UInt8(ascii: ",")
      next += 1
    }
    write(Int(info.row))
    comma()
    write(Int(info.file))
    comma()
    write(info.line)
    comma()
    if withByte { write(info.byte) }
    comma()
    write(Int(info.object))
    comma()
    next.update(from: verdict.utf8Start, count: verdict.utf8CodeUnitCount)
    next += verdict.utf8CodeUnitCount
    comma()
    if info.partner >= 0 { write(Int(info.partner)) }
    comma()
    out.commit(next - start)
  }

  private static func encodeIssues(
    of batch: borrowing RecordBatch, _ row: Int, _ layout: TableLayout, into out: inout ByteBuffer
  ) {
    var first = true
    for column in layout.cells.indices {
      let field = batch[row, column]
      guard field.hasIssue else { continue }
      if !first { out.append(UInt8(ascii: " ")) }
      first = false
      out.append(issueName(layout.cells[column]))
      out.append(UInt8(ascii: ":"))
      out.append(field.issue.name)
    }
  }

  /// A column's name as `_issues` has it: without metadata a name may hold anything, so what would end the name or the
  /// cell is written as `%20` is.
  private static func issueName(_ name: String) -> String {
    guard name.utf8.contains(where: { isSpecial($0) }) else { return name }
    return name.unicodeScalars.map { scalar in
      guard scalar.isASCII, isSpecial(UInt8(truncatingIfNeeded: scalar.value)) else { return String(scalar) }
      return "%\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
    }.joined()
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "%"), 10, 13: true
    default: false
    }
  }

  /// Which columns of a table a batch takes, and how many it has in all; the further ones are absent until a stage
  /// fills them.
  public struct Projection: Sendable {
    let sources: [Int]
    /// How many columns the batch has.
    public let columnCount: Int
    /// The batch's first columns are these columns of the table.
    public init(_ sources: [Int], columnCount: Int) {
      self.sources = sources
      self.columnCount = columnCount
    }
  }

  /// Throws unless record 0 names the columns of the layout.
  static func checkHeader(
    _ index: borrowing RecordIndex, _ buffer: borrowing ByteBuffer, _ table: TableName, _ layout: TableLayout
  ) throws {
    guard index.recordCount > 0 else { throw StagingError.damaged(table, "it has no header") }
    let names = cells(of: 0, index).map { buffer.part(Int($0.offset), $0.count).text }
    guard names == layout.columns else {
      throw StagingError.damaged(table, "its columns are not those of this pipeline")
    }
  }

  private static func cells(of record: Int, _ index: borrowing RecordIndex) -> [FieldRef] {
    let mark = index[record: record]
    return (0..<Int(mark.fieldCount)).map { index[field: Int(mark.firstField) + $0] }
  }

  /// Makes rows of the records from `start` on, whose bytes the batch's arena holds.
  static func fill(
    _ batch: inout RecordBatch, _ index: borrowing RecordIndex, from start: Int, _ table: TableName,
    _ layout: TableLayout, _ projection: Projection
  ) throws {
    let leading = TableLayout.leading.count
    for record in start..<max(start, index.recordCount) {
      let mark = index[record: record]
      guard mark.fault == .none, Int(mark.fieldCount) == leading + layout.cells.count else {
        throw StagingError.damaged(table, "row \(record) has another number of cells")
      }
      let first = Int(mark.firstField)
      guard let info = info(index, first, batch.arena) else {
        throw StagingError.damaged(table, "row \(record) has no readable leading columns")
      }
      let row = batch.appendRow(info)
      for (column, source) in projection.sources.enumerated() {
        batch[row, column] = index[field: first + leading + source]
      }
      let issues = index[field: first + leading - 1]
      guard issues.isEmpty || markIssues(batch.bytes(issues), in: batch, row, layout, projection) else {
        throw StagingError.damaged(table, "row \(record) has issues that cannot be read")
      }
    }
  }

  private static func info(_ index: borrowing RecordIndex, _ first: Int, _ arena: borrowing ByteBuffer) -> RowInfo? {
    func bytes(_ column: Int) -> Bytes {
      let field = index[field: first + column]
      return arena.part(Int(field.offset), field.count)
    }
    guard let row = Int(decimal: bytes(0)), let file = Int(decimal: bytes(1)), let line = Int(decimal: bytes(2)),
      let object = Int(decimal: bytes(4)), let verdict = verdict(bytes(5)), let narrow = Int32(exactly: row),
      let shortFile = UInt16(exactly: file), let shortObject = UInt8(exactly: object)
    else { return nil }
    // Only extract knows the byte, and only paired rows have a partner.
    guard let byte = bytes(3).isEmpty ? 0 : Int(decimal: bytes(3)),
      let partner = bytes(6).isEmpty ? -1 : Int(decimal: bytes(6)), let narrowPartner = Int32(exactly: partner)
    else { return nil }
    var info = RowInfo(row: narrow, line: line, byte: byte, file: shortFile, object: shortObject)
    info.verdict = verdict.rawValue
    info.partner = narrowPartner
    return info
  }

  private static func verdict(_ name: Bytes) -> Verdict? {
    if name.same(as: "link") { return .pairedByLink }
    return verdicts.find(name).flatMap { Verdict(rawValue: UInt8($0)) }
  }

  private static let verdicts: ByteTable = {
    var table = ByteTable()
    for verdict in Verdict.allCases { table.insert(verdict.name, Int(verdict.rawValue)) }
    return table
  }()

  /// Takes `column:code column:code` apart again, and marks the cells wherever the projection brought them; says whether
  /// all of it could be read.
  private static func markIssues(
    _ issues: Bytes, in batch: borrowing RecordBatch, _ row: Int, _ layout: TableLayout, _ projection: Projection
  ) -> Bool {
    for item in issues.text.split(separator: " ") {
      guard let colon = item.lastIndex(of: ":") else { return false }
      let name = String(item[..<colon])
      let code = String(item[item.index(after: colon)...])
      guard let source = layout.cells.firstIndex(where: { issueName($0) == name }),
        let issue = IssueCode.allCases.first(where: { $0.name == code && $0 != .none })
      else { return false }
      for (column, taken) in projection.sources.enumerated() where taken == source {
        let field = batch[row, column]
        batch[row, column] = FieldRef(offset: Int(field.offset), count: field.count, issue: issue)
      }
    }
    return true
  }
}
