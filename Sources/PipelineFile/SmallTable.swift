import CSV
import Foundation
import Records

/// A CSV file that is small enough to be held as texts: mappings, owners, users.
public struct SmallTable {
  /// A row of it.
  public struct Row {
    /// The line on which it begins; the header is on line 1.
    public let line: Int
    /// Its cells, without white space at their ends.
    public let cells: [String]
  }

  /// The names of the columns, without white space at their ends.
  public let columns: [String]
  let headerLine: Int
  /// The rows below the header.
  public let rows: [Row]

  /// The place of a column, or nil.
  func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

  /// Reads the bytes of a file; `file` is its name in messages.
  ///
  /// - Throws: a `PipelineError` with file and line if the bytes are no UTF-8, or no sound CSV: every row must have as
  ///   many cells as the header.
  public init(_ data: Data, file: String, delimiter: UInt8 = 44) throws(PipelineError) {
    var bytes = [UInt8](data)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    do {
      let header = try bytes.withUnsafeBufferPointer { (start) throws(CSVError) -> CSVHeader? in
        try CSVHeader.read(start, delimiter: delimiter, atEnd: true)
      }
      guard let header else { throw CSVError.noHeader }
      columns = header.names.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      headerLine = max(header.lineCount, 1)
      let content = try bytes.withUnsafeMutableBufferPointer {
        (whole) throws(CSVError) -> Result<[Row], PipelineError> in
        let body = UnsafeMutableBufferPointer(rebasing: whole[header.byteCount...])
        return try Self.scan(body, delimiter, header, file)
      }
      rows = try content.get()
    } catch let error as PipelineError {
      throw error
    } catch let error as CSVError {
      throw PipelineError(file: file, line: Self.line(error), message: error.description)
    } catch {
      throw PipelineError(file: file, message: "cannot be read: \(error)")
    }
    var seen: Set<String> = []
    for column in columns where !seen.insert(column).inserted {
      throw PipelineError(
        file: file, line: headerLine, message: "the header names the column \"\(column)\" twice")
    }
  }

  private static func scan(
    _ body: UnsafeMutableBufferPointer<UInt8>, _ delimiter: UInt8, _ header: CSVHeader, _ file: String
  ) throws(CSVError) -> Result<[Row], PipelineError> {
    var index = RecordIndex()
    var scanner = CSVScanner(delimiter: delimiter)
    do {
      _ = try scanner.scan(body, atEnd: true, into: &index)
    } catch {
      throw error.moved(byLines: header.lineCount)
    }
    var rows: [Row] = []
    for number in 0..<index.recordCount {
      let record = index[record: number]
      let line = header.lineCount &+ Int(record.line) &+ 1
      func refuse(_ message: String) -> Result<[Row], PipelineError> {
        .failure(PipelineError(file: file, line: line, message: message))
      }
      guard record.fault == .none else {
        return refuse("the row holds a quote inside an unquoted cell, or text behind a closing quote")
      }
      let fields = index.fields(of: record)
      guard fields.count == header.names.count else {
        return refuse("the row has \(fields.count) cells, the header \(header.names.count)")
      }
      var cells: [String] = []
      for field in fields {
        let bytes = Bytes(body).part(Int(field.offset), field.count)
        guard let text = String(validating: bytes, as: UTF8.self) else {
          return refuse("the row is no valid UTF-8")
        }
        cells.append(text.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      rows.append(Row(line: line, cells: cells))
    }
    return .success(rows)
  }

  /// The line of the file that an error names, from 1.
  private static func line(_ error: CSVError) -> Int? {
    switch error {
    case .unclosedQuote(_, let line), .cellTooLong(_, let line), .recordTooLong(_, let line),
      .outOfMemory(_, let line):
      line &+ 1
    case .noHeader, .malformedHeader, .headerNotUTF8, .repeatedColumn: 1
    }
  }
}

extension CSVError {
  /// The same error, its lines counted from further up.
  fileprivate func moved(byLines lines: Int) -> CSVError {
    switch self {
    case .unclosedQuote(let offset, let line): .unclosedQuote(offset: offset, line: line &+ lines)
    case .cellTooLong(let offset, let line): .cellTooLong(offset: offset, line: line &+ lines)
    case .recordTooLong(let offset, let line): .recordTooLong(offset: offset, line: line &+ lines)
    case .outOfMemory(let offset, let line): .outOfMemory(offset: offset, line: line &+ lines)
    case .noHeader, .malformedHeader, .headerNotUTF8, .repeatedColumn: self
    }
  }
}
