import CRM
import Records

/// What earlier runs of an activity pipeline have loaded (activities-pipelines 7, "Ledger").
///
/// A run's rows are kept chunk by chunk, and enter with the step that completes the chunk's load. The runs are ordered by
/// their first load.
public protocol ActivityLedger: Sendable {
  /// The runs that have loaded something, the first one first, each with its chunks in their order.
  func runs() throws -> [LedgerRun]
  /// Opens the rows of a chunk as CSV, header first; nil if it has none of that part.
  func reader(_ run: String, chunk: Int, _ part: LedgerPart) throws -> (any TableReader)?
  /// Whether the rows of a chunk are all those that were committed, as far as that is known before they are read.
  func check(_ run: String, chunk: Int, _ part: LedgerPart) throws
  /// Begins the rows of a chunk anew, in place of those that it has; they count when they are committed.
  func writer(_ run: String, chunk: Int, _ part: LedgerPart, columns: [String]) throws -> any TableWriter
  /// Makes parts of one chunk count: all together, or one after the other in this order.
  func commit(_ parts: [any TableWriter]) throws
  /// What changes whenever the rows of any other run change.
  func state(except run: String) throws -> String
}

/// A run that the ledger knows.
public struct LedgerRun: Sendable, Equatable {
  /// The name of the run.
  public var name: String
  /// The chunks that it has loaded.
  public var chunks: [Int]

  /// A run with its chunks.
  public init(name: String, chunks: [Int]) {
    self.name = name
    self.chunks = chunks
  }
}

/// What the ledger keeps of a chunk. `rows` are the ledger of the spec; whether they are there says that the chunk was
/// loaded, so they are committed last.
public enum LedgerPart: String, CaseIterable, Sendable {
  /// The rows of the spec.
  case rows
  /// The import's digests of the properties that were written (activities-pipelines 7, "Changed in Salesforce since").
  case digests

  /// The columns of the import's parts.
  public var importColumns: [String] {
    switch self {
    case .rows: ["salesforce_id", "kind", "run", "chunk", "clock", "loaded_as"]
    case .digests: ["salesforce_id", "kind", "digest"]
    }
  }

  /// The columns of the sync's rows; it has no other part.
  public static let syncColumns = [
    "external_id", "digest", "run", "chunk", "kind", "type", "status", "subject", "who_id",
  ]
}
