import Activities
import CRM
import CSV
import FileStaging
import Records
import Staging

/// What the first pass over a file of an activity pipeline leaves.
struct ScannedFile {
  let file: PreparedFile
  /// The number of its source in the plan, and of the file in the source's list.
  let source: Int
  let number: Int
  let columns: ActivityColumns
  /// Runs of whole records that can be read again on their own.
  var blocks: [FileIndex.Block] = []
  var rows = 0
  /// The rows that cannot be read, in order.
  var unreadable: [Int] = []
  /// XXH128 of the file, and its size.
  var digest = ""
  var bytes = 0
}

/// Reads a file of an activity pipeline once: finds its blocks, judges its rows, and hands on those that can be read.
/// One thread, one pass.
struct ActivityScanner: ~Copyable {
  private let file: PreparedFile
  private let source: ActivitySource
  private var encodings = EncodingCensus()

  /// Hands on a row: its number, its line, and what its cells are read with.
  typealias Handler = (
    _ row: Int, _ line: Int, _ reader: inout RowReader, _ index: borrowing RecordIndex, _ mark: RecordMark,
    _ buffer: borrowing ByteBuffer
  ) throws -> Void

  init(_ file: PreparedFile, _ source: ActivitySource) {
    self.file = file
    self.source = source
  }

  /// Reads the file. `maxInvalid` gives, for a number of rows, how many cells may be no UTF-8.
  ///
  /// - Throws: `SourceError` if the file is refused whole, and what `handle` throws.
  mutating func run(
    source number: Int, file fileNumber: Int, maxInvalid: (Int) -> Int, _ handle: Handler
  ) throws -> ScannedFile {
    let input = try FileReader(path: file.path, offset: file.start)
    let hashing = try HashingReader(input, prefixOf: file.path, bytes: file.start)
    var blocks = BlockScanner(delimiter: file.source.delimiter, byte: file.start)
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var found: ScannedFile?
    var reader: RowReader?
    do {
      while try blocks.next(into: &buffer, &index, read: hashing.read) {
        var first = 0
        if found == nil, index.recordCount > 0 {
          let columns = try header(index, buffer, line: blocks.line)
          found = ScannedFile(file: file, source: number, number: fileNumber, columns: columns)
          reader = RowReader(source, columns, file.source)
          first = 1
        }
        guard let firstRow = found?.rows else { continue }
        found?.blocks.append(.init(byte: blocks.byte, line: blocks.line, firstRow: firstRow, length: 0))
        try read(index, from: first, buffer, &reader, &found, line: blocks.line, handle)
      }
    } catch let error as CSVError {
      throw SourceError(file.displayName, error, line: blocks.line, byte: blocks.byte)
    } catch BlockError.recordTooLong(let line) {
      throw SourceError(
        file.displayName, line: line, "the row that begins here is longer than 256 MB: is a quote missing?")
    }
    guard var found else {
      throw SourceError(file.displayName, line: 1, "has no header: export it with column names")
    }
    for place in found.blocks.indices {
      let end = place + 1 < found.blocks.count ? found.blocks[place + 1].byte : hashing.total
      found.blocks[place].length = end - found.blocks[place].byte
    }
    try encodings.check(file.displayName, allowed: maxInvalid(found.rows))
    (found.digest, found.bytes) = (hashing.hex(), hashing.total)
    return found
  }

  private func header(
    _ index: borrowing RecordIndex, _ buffer: borrowing ByteBuffer, line: Int
  ) throws -> ActivityColumns {
    let mark = index[record: 0]
    let names = (0..<Int(mark.fieldCount)).map { cell in
      let field = index[field: Int(mark.firstField) + cell]
      return buffer.part(Int(field.offset), field.count).text
    }
    guard mark.fault == .none else {
      throw SourceError(file.displayName, line: line, "the header has a stray quote: mend it")
    }
    return try ActivityColumns(header: names, line: line + Int(mark.line), file, source)
  }

  private mutating func read(
    _ index: borrowing RecordIndex, from first: Int, _ buffer: borrowing ByteBuffer, _ reader: inout RowReader?,
    _ found: inout ScannedFile?, line: Int, _ handle: Handler
  ) throws {
    let isClean = buffer.bytes.isUTF8
    guard var row = found?.rows else { return }
    for record in first..<max(first, index.recordCount) {
      let mark = index[record: record]
      let place = line + Int(mark.line)
      if !isClean { encodings.count(index, mark, buffer, line: place) }
      if let code = reader?.read(index, mark, buffer), code != .none {
        found?.unreadable.append(row)
      } else {
        try reader?.hand(row, place, index, mark, buffer, to: handle)
      }
      row += 1
      guard row <= Int(Int32.max) else { throw SourceError(file.displayName, "has more than 2,147,483,647 rows") }
    }
    found?.rows = row
  }
}

extension RowReader {
  /// Hands the row that was read to whoever gathers facts of it.
  fileprivate mutating func hand(
    _ row: Int, _ line: Int, _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer,
    to handle: ActivityScanner.Handler
  ) throws {
    try handle(row, line, &self, index, mark, buffer)
  }
}
