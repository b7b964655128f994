import Records

/// The address of a staged table: one chunk of one part of one object, as one stage of one run left it.
public struct TableName: Hashable, Sendable {
  /// The stage that left it.
  public var stage: Stage
  /// The HubSpot object of the pipeline: `companies`.
  public var object: String
  /// A side, or what else the stage leaves: `hubspot`, `salesforce`, `baseline`, `changes`, …
  public var part: String
  /// The number of the chunk, from 0.
  public var chunk: Int

  /// The table `part` of a stage.
  public init(_ stage: Stage, _ object: String, _ part: String, chunk: Int) {
    self.stage = stage
    self.object = object
    self.part = part
    self.chunk = chunk
  }
}

/// Writes one staged table. What it was given can be seen by others only after `commit`.
public protocol TableWriter: AnyObject {
  /// Appends rows in CSV, each ended by LF, in the columns that the table was opened with.
  func append(_ rows: Bytes) throws
  /// Makes the table visible under its name, in place of an older one.
  func commit() throws
  /// Forgets what was written.
  func abandon()
}

/// Reads one staged table, header line first, as CSV.
public protocol TableReader: AnyObject {
  /// Fills the buffer as far as there is something to read; 0 means the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Where the stages leave their output. It knows names and bytes, not records: both stores hold the same CSV.
public protocol StagingStore: Sendable {
  /// Begins a table with these columns.
  func writer(_ table: TableName, columns: [String]) throws -> any TableWriter
  /// The same for a table of a part that is made of so many bytes: its tables together are hardly larger.
  func writer(_ table: TableName, columns: [String], ofPart bytes: Int) throws -> any TableWriter
  /// Opens a table that was committed.
  ///
  /// - Throws: `StagingError.missing` if the stage before has not left it.
  func reader(_ table: TableName) throws -> any TableReader
  /// Whether the table was committed.
  ///
  /// - Throws: `StagingError.failed` if the store cannot say.
  func exists(_ table: TableName) throws -> Bool
  /// Makes a table visible under a second name, without copying it.
  func share(_ table: TableName, as other: TableName) throws
  /// Removes all tables of a stage of an object, before it is done anew.
  func clear(_ stage: Stage, object: String) throws
}

extension StagingStore {
  /// To most stores the size of a part is all the same.
  public func writer(_ table: TableName, columns: [String], ofPart bytes: Int) throws -> any TableWriter {
    try writer(table, columns: columns)
  }
}

/// What can go wrong with a staging store.
public enum StagingError: Error, CustomStringConvertible {
  /// A stage was asked to run before the one that it reads from.
  case missing(TableName)
  /// A table does not look like what the stage before writes.
  case damaged(TableName, String)
  /// The file system or the database refused.
  case failed(String)
  /// The pipeline names a place that another pipeline has: the pipeline is wrong (exit 2).
  case taken(String)

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .missing(let table):
      "the \(table.stage.rawValue) stage has left no \(table.object)/\(table.part) for chunk \(table.chunk): run it first"
    case .damaged(let table, let why):
      "the staged table \(table.stage.rawValue)/\(table.object)/\(table.part), chunk \(table.chunk), is damaged (\(why)): "
        + "run the \(table.stage.rawValue) stage again"
    case .failed(let message), .taken(let message): message
    }
  }
}
