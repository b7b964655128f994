import CRM
import CSV

/// One file of an export, as the pipeline declares it.
public struct SourceFile: Sendable {
  /// `hubspot/companies` or `salesforce/Account`.
  public var source: String
  /// The side that exported it.
  public var side: Side
  /// The number of its Salesforce object in the pipeline's list; 0 for HubSpot.
  public var object: Int
  /// Where it lies: what is opened.
  public var path: String
  /// As messages and `rejects.csv` name it: relative to the pipeline file.
  public var displayName: String
  /// The declared encoding; nil means UTF-8.
  public var encoding: String?
  /// The byte between two cells.
  public var delimiter: UInt8
  /// The source's `timezone`: that of local times without one (semantics 1).
  public var zone: TimeZoneTable
  /// How days like `3/4/2026` are read (`date_order`); nil: they are not read.
  public var dateOrder: DateOrder?
  /// Where the rows are if not in a file; then `path` is empty.
  public var database: DatabaseRows?
  /// Names of columns in the file, by the internal name that they stand for (`columns:` and `labels:`).
  public var columnNames: [String: String]

  /// A table or a query of a database. Its columns come under the names that they stand for.
  public init(
    source: String, side: Side, object: Int, database: DatabaseRows, zone: TimeZoneTable, dateOrder: DateOrder?
  ) {
    self.init(
      source: source, side: side, object: object, path: "", displayName: database.displayName, zone: zone,
      dateOrder: dateOrder)
    self.database = database
  }

  /// A file of an export.
  public init(
    source: String, side: Side, object: Int, path: String, displayName: String, encoding: String? = nil,
    delimiter: UInt8 = UInt8(ascii: ","), zone: TimeZoneTable = .utc, dateOrder: DateOrder? = nil,
    columnNames: [String: String] = [:]
  ) {
    self.source = source
    self.side = side
    self.object = object
    self.path = path
    self.displayName = displayName
    self.encoding = encoding
    self.delimiter = delimiter
    self.zone = zone
    self.dateOrder = dateOrder
    self.columnNames = columnNames
  }
}

/// Why an export file is refused whole (semantics 7), or cannot be read at all.
public struct SourceError: Error, CustomStringConvertible, Sendable {
  /// The file as the pipeline names it.
  public var file: String
  /// The line of the file, from 1; nil where it is about the file as a whole.
  public var line: Int?
  /// The byte of the file, from 0, of what is wrong; of a packed or converted file that of its plain UTF-8 text. Nil where
  /// it is not known.
  public var byte: Int?
  /// What is wrong, and what to do about it.
  public var message: String

  /// A refusal.
  public init(_ file: String, line: Int? = nil, byte: Int? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.byte = byte
    self.message = message
  }

  /// What the scanner says of a block of the file that begins on this line, at this byte.
  init(_ file: String, _ error: CSVError, line: Int, byte: Int) {
    switch error {
    case .unclosedQuote(let offset, let lines):
      self.init(
        file, line: line + lines, byte: byte + offset,
        "a quote that opens here is never closed: mend the row, and export again")
    case .cellTooLong(let offset, let lines), .recordTooLong(let offset, let lines),
      .outOfMemory(let offset, let lines):
      self.init(file, line: line + lines, byte: byte + offset, error.description)
    default: self.init(file, line: line, error.description)
    }
  }

  /// The refusal as a message: `FILE:LINE: MESSAGE (byte BYTE)`.
  public var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(message)\(byte.map { " (byte \($0))" } ?? "")"
  }
}
