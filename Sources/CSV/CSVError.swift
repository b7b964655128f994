/// Why a file cannot be read as CSV at all: it is refused whole (spec, semantics 7).
///
/// `offset` is a byte of the buffer that was scanned, and `line` the number of line ends before it in that
/// buffer; the caller adds where the buffer begins in its file. No error carries the value of a cell: those
/// are people's data.
public enum CSVError: Error, Equatable, Sendable {
  /// The quote at `offset` opens a cell that no quote closes before the end of the file.
  case unclosedQuote(offset: Int, line: Int)
  /// The cell that begins at `offset` has more bytes in its file than `FieldRef.maxLength`; most often its
  /// quote is never closed.
  case cellTooLong(offset: Int, line: Int)
  /// The record that begins at `offset` has more bytes than a buffer can hold (2 GiB).
  case recordTooLong(offset: Int, line: Int)
  /// There was no memory for the cell that begins at `offset`.
  case outOfMemory(offset: Int, line: Int)
  /// The file has no header.
  case noHeader
  /// The header holds a malformed quote.
  case malformedHeader
  /// The name of the column with this number (from 0) is no valid UTF-8.
  case headerNotUTF8(column: Int)
  /// The header names this column more than once.
  case repeatedColumn(String)
}

extension CSVError: CustomStringConvertible {
  /// A sentence for the person who has to mend the file.
  public var description: String {
    switch self {
    case .unclosedQuote: "A quote opens a cell that is never closed: mend the file, and export again."
    case .cellTooLong: "A cell is longer than 64 MiB: most often its opening quote is never closed."
    case .recordTooLong: "A row is longer than 2 GiB: most often an opening quote is never closed."
    case .outOfMemory: "There was not enough memory for a cell."
    case .noHeader: "The file has no header."
    case .malformedHeader: "The header holds a quote inside an unquoted name, or text behind a closing quote."
    case .headerNotUTF8(let column): "The name of column \(column &+ 1) is no valid UTF-8."
    case .repeatedColumn(let name): "The header names the column \"\(name)\" more than once."
    }
  }
}
