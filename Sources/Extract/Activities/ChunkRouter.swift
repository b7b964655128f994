import Activities
import CRM
import CSV
import FileStaging
import Records
import Staging

/// A source that was scanned: its files, and which of its rows are not staged.
struct ScannedSource {
  /// The number of the source in the plan.
  var number: Int
  var files: [ScannedFile]
  /// The rows that cannot be read or are repeated, numbered over all files, in order.
  var rejected: [Int]
  /// The number of the first row of each file.
  var firstRows: [Int]
  /// The contacts that were merged into that of a row without it saying so, by the row's number over all files.
  var inherited: [Int: [UInt64]] = [:]
  /// How many rows all files have.
  var rows: Int

  /// How many rows are staged.
  var staged: Int { rows - rejected.count }

  /// The row that stands behind so many staged ones.
  func row(ofStaged ordinal: Int) -> Int {
    guard ordinal < staged else { return rows }
    var row = ordinal
    // Rejected rows before it push it back; those that are then before it too push it on.
    while true {
      let wanted = ordinal + Self.count(rejected, upTo: row)
      if wanted == row { return row }
      row = wanted
    }
  }

  /// How many of some ordered numbers are not above a limit.
  private static func count(_ numbers: [Int], upTo limit: Int) -> Int {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether a row is rejected.
  func isRejected(_ row: Int) -> Bool {
    let count = Self.count(rejected, upTo: row)
    return count > 0 && rejected[count - 1] == row
  }
}

/// Writes the rows of one source to one chunk: as they are, with what the joins found. One thread.
struct ChunkRouter: ~Copyable {
  private let plan: ActivityPlan
  private let source: ActivitySource
  private let scanned: ScannedSource
  private let results: JoinResults?
  private let mergedColumn: Int?
  private var out = ByteBuffer(capacity: 1 << 16)
  private var rejects = ByteBuffer(capacity: 4096)
  private var buffer = ByteBuffer(capacity: BlockScanner.blockSize + 4096)
  private var index = RecordIndex()
  private var value = ByteBuffer(capacity: 256)

  init(_ plan: ActivityPlan, _ scanned: ScannedSource, _ results: JoinResults?) {
    self.plan = plan
    self.scanned = scanned
    self.results = results
    source = plan.sources[scanned.number]
    mergedColumn = source.find("hs_merged_object_ids")
  }

  /// Writes the rows of a range, numbered over all files, to a table; rejected ones to the rejects.
  ///
  /// - Throws: `SourceError` if a file has changed since it was scanned, `StagingError` if the store fails.
  mutating func run(_ rows: Range<Int>, to table: any TableWriter, rejects target: any TableWriter) throws {
    var notes = NoteList()
    if let results, !rows.isEmpty {
      let last = max(rows.lowerBound, rows.upperBound - 1)
      for page in results.page(scanned.number, rows.lowerBound)...results.page(scanned.number, last) {
        notes.append(try results.notes.copy(page), from: rows)
      }
    }
    for place in scanned.files.indices {
      let first = scanned.firstRows[place]
      let file = scanned.files[place]
      let wanted =
        max(rows.lowerBound, first)..<max(max(rows.lowerBound, first), min(rows.upperBound, first + file.rows))
      guard !wanted.isEmpty else { continue }
      for block in Self.blocks(of: file, wanted.lowerBound - first..<wanted.upperBound - first) {
        try route(file.blocks[block], file, first, wanted, isFirst: block == 0, &notes)
        try table.append(out.bytes)
        try target.append(rejects.bytes)
        out.clear()
        rejects.clear()
      }
    }
  }

  /// The blocks of a file in which rows of a range lie.
  private static func blocks(of file: ScannedFile, _ rows: Range<Int>) -> [Int] {
    file.blocks.indices.filter { place in
      let end = place + 1 < file.blocks.count ? file.blocks[place + 1].firstRow : file.rows
      return file.blocks[place].firstRow < rows.upperBound && end > rows.lowerBound
    }
  }

  private mutating func route(
    _ block: FileIndex.Block, _ file: ScannedFile, _ firstRow: Int, _ wanted: Range<Int>, isFirst: Bool,
    _ notes: inout NoteList
  ) throws {
    let input = try FileReader(path: file.file.path, offset: block.byte, length: block.length)
    // One byte more than the block has: the scanner must meet its end, or it would wait for the rest of a last row that has
    // no line end.
    var blocks = BlockScanner(
      delimiter: file.file.source.delimiter, blockSize: block.length + 1, byte: block.byte, line: block.line)
    guard try blocks.next(into: &buffer, &index, read: input.read) else { return }
    var reader = RowReader(source, file.columns, file.file.source)
    var row = firstRow + block.firstRow
    for record in (isFirst ? 1 : 0)..<max(isFirst ? 1 : 0, index.recordCount) {
      defer { row += 1 }
      guard wanted.contains(row) else { continue }
      let mark = index[record: record]
      let line = block.line + Int(mark.line)
      if scanned.isRejected(row) {
        reject(reader.read(index, mark, buffer), reader.id.bytes, file, line)
        continue
      }
      guard mark.fault == .none, Int(mark.fieldCount) == file.columns.count else {
        throw SourceError(file.file.displayName, line: line, "has changed while it was read: run again")
      }
      append(mark, row, line, file, &notes)
    }
  }

  private mutating func reject(_ code: IssueCode, _ id: Bytes, _ file: ScannedFile, _ line: Int) {
    RejectRow.append(
      object: source.name, side: source.side, recordID: code == .invalidEncoding ? .none : id,
      file: file.file.displayName, line: line, field: "", value: .none, code: code == .none ? .duplicateID : code,
      into: &rejects)
  }

  private mutating func append(
    _ mark: RecordMark, _ row: Int, _ line: Int, _ file: ScannedFile, _ notes: inout NoteList
  ) {
    ActivityTable.encode(
      RowInfo(row: Int32(truncatingIfNeeded: row), line: line, file: UInt16(truncatingIfNeeded: file.number)),
      into: &out)
    notes.advance(to: row)
    for (column, place) in file.columns.places.enumerated() {
      out.append(UInt8(ascii: ","))
      if place >= 0 {
        let field = index[field: Int(mark.firstField) + place]
        let cell = buffer.part(Int(field.offset), field.count)
        guard column == mergedColumn, let more = scanned.inherited[row] else {
          out.appendCSV(cell)
          continue
        }
        value.clear()
        value.append(cell)
        for id in more { value.append(";\(id)") }
        out.appendCSV(value.bytes)
      } else if !source.columns[column].isInFile, notes.hasNotes(of: row) {
        value.clear()
        notes.append(row, column, isState: source.columns[column].name == JoinedColumn.known.rawValue, into: &value)
        out.appendCSV(value.bytes)
      }
    }
    out.append(UInt8(ascii: "\n"))
  }
}

/// The notes of the rows of a chunk, gone through with the rows.
struct NoteList: ~Copyable {
  private var bytes = ByteBuffer(capacity: 64)
  private var notes: [RowNote] = []
  private var place = 0

  init() {}

  /// Takes the notes of a page that are of rows in a range.
  mutating func append(_ page: borrowing ByteBuffer, from rows: Range<Int>) {
    let start = bytes.count
    bytes.append(page.bytes)
    for var note in RowNote.readSorted(page.bytes) where rows.contains(note.row) {
      note.start += start
      notes.append(note)
    }
  }

  /// Passes over the notes of earlier rows; rows come in their order.
  mutating func advance(to row: Int) {
    while place < notes.count, notes[place].row < row { place += 1 }
  }

  /// Whether there are notes of the row.
  func hasNotes(of row: Int) -> Bool { place < notes.count && notes[place].row == row }

  /// Appends the notes of a column of a row, a line each; of a state what is certain: `here` before `late`.
  func append(_ row: Int, _ column: Int, isState: Bool, into out: inout ByteBuffer) {
    var number = place
    while number < notes.count, notes[number].row == row {
      defer { number += 1 }
      guard notes[number].column == column else { continue }
      let note = bytes.part(notes[number].start, notes[number].count)
      if isState {
        guard out.count == 0 || note.same(as: "here") else { continue }
        out.clear()
      } else if out.count > 0 {
        out.append(10)
      }
      out.append(note)
    }
  }
}
