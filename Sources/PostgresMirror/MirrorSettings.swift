/// Which tables of which database a pipeline writes.
public struct MirrorSettings: Sendable {
  /// How to connect, for libpq; never shown.
  public var url: String
  /// The schema of the tables.
  public var schema: String
  /// The schema of the ledger: the program's own tables.
  public var ledger: String
  /// The pipeline.
  public var pipeline: String
  /// The run.
  public var run: String
  /// The tables by object; nil: one for each object, called like it.
  public var tables: [String: Names]?

  /// Names that neither the object nor the metadata say.
  public struct Names: Sendable {
    /// The table; nil: it is called like the object.
    public var table: String?
    /// Columns by the property or field that they stand for.
    public var columns: [String: String]

    /// The names of one table.
    public init(table: String?, columns: [String: String]) {
      self.table = table
      self.columns = columns
    }
  }

  /// The tables of a run.
  public init(
    url: String, schema: String, ledger: String, pipeline: String, run: String, tables: [String: Names]?
  ) {
    self.url = url
    self.schema = schema
    self.ledger = ledger
    self.pipeline = pipeline
    self.run = run
    self.tables = tables
  }
}

/// A table of the mirror that a run cannot write, as a sentence: what, where, and what to do.
public struct MirrorError: Error, CustomStringConvertible, Sendable {
  /// The sentences, one a line.
  public var description: String
}
