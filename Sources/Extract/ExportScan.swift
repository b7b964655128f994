import CSV
import FileStaging
import Records
import Staging

/// Reads some columns of an export file, for those who only look: no pairing, no staging.
///
/// Packed files and other encodings are read as a run reads them. Rows that cannot be read are passed over: a run
/// reports those.
public struct ExportScan: Sendable {
  private let source: SourceFile
  private let columns: [String]

  /// A scan of these columns, by their internal names.
  public init(_ source: SourceFile, columns: [String]) {
    self.source = source
    self.columns = columns
  }

  /// Hands over every row: the cell of each column, in the order given; no bytes where the file lacks the column. The
  /// bytes live until `body` returns. `lacks` is told each column that a file lacks. Copies of packed files go to `scratch`.
  ///
  /// - Throws: `SourceError` if the file cannot be read, and what `body` throws.
  public func forEachRow(
    scratch: String, lacks: (Int) -> Void = { _ in }, _ body: (_ cell: (Int) -> Bytes) throws -> Void
  ) throws {
    for file in try PreparedFile.prepare(source, scratch: scratch, columns: columns) { try scan(file, lacks, body) }
  }

  private func scan(
    _ file: PreparedFile, _ lacks: (Int) -> Void, _ body: (_ cell: (Int) -> Bytes) throws -> Void
  ) throws {
    let reader = try FileReader(path: file.path, offset: file.start)
    var blocks = BlockScanner(delimiter: source.delimiter, byte: file.start)
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var places: [Int]?
    var count = 0
    do {
      while try blocks.next(into: &buffer, &index, read: reader.read) {
        var first = 0
        if places == nil, index.recordCount > 0 {
          let names = cells(of: index[record: 0], index, buffer).map { $0.text.filter { !$0.isWhitespace } }
          places = columns.map { column in
            let wanted = (source.columnNames[column] ?? column).filter { !$0.isWhitespace }
            return names.firstIndex(of: wanted) ?? -1
          }
          for column in columns.indices where places?[column] == -1 { lacks(column) }
          count = names.count
          first = 1
        }
        guard let places else { continue }
        for record in first..<max(first, index.recordCount) {
          let mark = index[record: record]
          guard mark.fault == .none, Int(mark.fieldCount) == count else { continue }
          try body { column in
            guard places[column] >= 0 else { return .none }
            let field = index[field: Int(mark.firstField) + places[column]]
            return buffer.part(Int(field.offset), field.count)
          }
        }
      }
    } catch let error as CSVError {
      throw SourceError(file.displayName, line: blocks.line, error.description)
    } catch BlockError.recordTooLong(let line) {
      throw SourceError(file.displayName, line: line, "the row that begins here is longer than 256 MB")
    }
  }

  private func cells(
    of mark: RecordMark, _ index: borrowing RecordIndex, _ buffer: borrowing ByteBuffer
  ) -> [Bytes] {
    (0..<Int(mark.fieldCount)).map { cell in
      let field = index[field: Int(mark.firstField) + cell]
      return buffer.part(Int(field.offset), field.count)
    }
  }
}
