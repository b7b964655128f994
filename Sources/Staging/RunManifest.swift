import CRM

/// What a run read, what it has done, and what it counted: `run.json` (spec, interface "What a run leaves behind").
public struct RunManifest: Codable, Sendable {
  /// The layout of this file; a newer one is refused.
  public static let currentVersion = 1

  public var version = Self.currentVersion
  public var run: String
  public var pipeline: String
  /// When the run began, ISO 8601.
  public var startedAt: String
  public var state: State = .running
  /// What the decisions depend on besides the inputs: digests of the pipeline, the mappings, and the metadata.
  public var pipelineDigest: String
  public var mappingsDigest: String
  public var metadataDigest: String
  /// Digest of names, sizes and times of all input files: a run goes on only with the files that it began with.
  public var inputsDigest: String
  public var inputs: [Input] = []
  public var objects: [ObjectRun] = []
  public var chunks: [ChunkRun] = []

  /// A run that has done nothing yet.
  public init(
    run: String, pipeline: String, startedAt: String, pipelineDigest: String, mappingsDigest: String,
    metadataDigest: String, inputsDigest: String
  ) {
    self.run = run
    self.pipeline = pipeline
    self.startedAt = startedAt
    self.pipelineDigest = pipelineDigest
    self.mappingsDigest = mappingsDigest
    self.metadataDigest = metadataDigest
    self.inputsDigest = inputsDigest
  }

  /// Where a run stands.
  public enum State: String, Codable, Sendable {
    case running
    /// A brake stopped it before load.
    case stopped
    /// Everything was loaded.
    case loaded
  }

  /// One file that the run read.
  public struct Input: Codable, Sendable, Equatable {
    /// `hubspot/companies` or `salesforce/Account`.
    public var source: String
    /// As messages and `rejects.csv` name it: relative to the pipeline file.
    public var path: String
    public var bytes: Int
    /// The file's modification time in nanoseconds since 1970.
    public var modified: Int
    /// XXH128 of the bytes as they lie on disk; empty until extract has read them.
    public var digest: String
    public var rows: Int = 0

    /// A file with its size and time, not read yet.
    public init(source: String, path: String, bytes: Int, modified: Int) {
      self.source = source
      self.path = path
      self.bytes = bytes
      self.modified = modified
      digest = ""
    }
  }

  /// What extract found out about one object.
  public struct ObjectRun: Codable, Sendable {
    public var object: String
    public var chunks: Int
    public var hubspot = SideRun()
    public var salesforce = SideRun()
    /// Whether the baseline knew nothing of the object.
    public var isFirstNight: Bool
    /// The generation of the baseline that the run read.
    public var baseGeneration: String?

    /// An object with its number of chunks.
    public init(object: String, chunks: Int, isFirstNight: Bool) {
      self.object = object
      self.chunks = chunks
      self.isFirstNight = isFirstNight
    }
  }

  /// The rows of one side of one object.
  public struct SideRun: Codable, Sendable {
    public var read = 0
    /// All rejected rows, duplicates too.
    public var rejected = 0
    /// Those of them that could not be read: what `max_rejects` counts.
    public var unreadable = 0
    /// Nothing yet.
    public init() {}
  }

  /// One chunk that one stage has finished.
  public struct ChunkRun: Codable, Sendable {
    public var object: String
    public var chunk: Int
    public var stage: Stage
    public var rowsIn: Int
    public var rowsOut: Int
    public var seconds: Double
    /// What conflict-resolve counted.
    public var counts: ChunkCounts?

    /// A finished chunk.
    public init(
      object: String, chunk: Int, stage: Stage, rowsIn: Int, rowsOut: Int, seconds: Double, counts: ChunkCounts? = nil
    ) {
      self.object = object
      self.chunk = chunk
      self.stage = stage
      self.rowsIn = rowsIn
      self.rowsOut = rowsOut
      self.seconds = seconds
      self.counts = counts
    }
  }

  /// Whether a stage has finished a chunk.
  public func isDone(_ stage: Stage, _ object: String, _ chunk: Int) -> Bool {
    chunks.contains { $0.stage == stage && $0.object == object && $0.chunk == chunk }
  }

  /// Notes that a stage has finished a chunk; what later stages made of the old one does not count any more.
  public mutating func note(_ done: ChunkRun) {
    chunks.removeAll { $0.object == done.object && $0.chunk == done.chunk && $0.stage >= done.stage }
    chunks.append(done)
  }

  /// Forgets what the later stages did with a chunk, before a stage does it anew.
  public mutating func forget(_ stage: Stage, _ object: String, _ chunk: Int) {
    chunks.removeAll { $0.object == object && $0.chunk == chunk && $0.stage >= stage }
  }

  /// What extract noted of an object.
  public func object(_ name: String) -> ObjectRun? { objects.first { $0.object == name } }

  /// The sum of what conflict-resolve counted in all chunks of an object.
  public func counts(of object: String) -> ChunkCounts {
    chunks.reduce(into: ChunkCounts()) { sum, chunk in
      if chunk.object == object, let counts = chunk.counts { sum.add(counts) }
    }
  }
}

/// What conflict-resolve counts in a chunk, for accounting and brakes (semantics 7).
public struct ChunkCounts: Codable, Sendable {
  public var hubspot = SideCounts()
  public var salesforce = SideCounts()

  /// Nothing counted yet.
  public init() {}

  /// The counts of one side.
  public subscript(side: Side) -> SideCounts {
    get { side == .hubspot ? hubspot : salesforce }
    set { if side == .hubspot { hubspot = newValue } else { salesforce = newValue } }
  }

  /// Adds the counts of another chunk.
  public mutating func add(_ other: ChunkCounts) {
    hubspot.add(other.hubspot)
    salesforce.add(other.salesforce)
  }
}

/// The counts of one side of a chunk. The dictionaries are keyed by the side's own field names.
public struct SideCounts: Codable, Sendable {
  public var paired = 0
  public var unmatched = 0
  public var excluded = 0
  public var rejectedCells = 0
  public var conflicts = 0
  /// Records that will be created on this side, and those that are held back.
  public var creates = 0
  public var held = 0
  public var notArrived: [String: Int] = [:]
  /// Rows of changes.csv by field and reason.
  public var changes: [String: [String: Int]] = [:]
  /// By mapped field: cells of pairs that a change clears, and those that are not blank.
  public var clears: [String: Int] = [:]
  public var filled: [String: Int] = [:]
  /// `Object.field` of updates and of creates: the columns of the Salesforce load files.
  public var updatedFields: Set<String> = []
  public var createdFields: Set<String> = []

  /// Nothing counted yet.
  public init() {}

  /// Adds the counts of another chunk.
  public mutating func add(_ other: SideCounts) {
    paired += other.paired
    unmatched += other.unmatched
    excluded += other.excluded
    rejectedCells += other.rejectedCells
    conflicts += other.conflicts
    creates += other.creates
    held += other.held
    notArrived.merge(other.notArrived, uniquingKeysWith: +)
    changes.merge(other.changes) { $0.merging($1, uniquingKeysWith: +) }
    clears.merge(other.clears, uniquingKeysWith: +)
    filled.merge(other.filled, uniquingKeysWith: +)
    updatedFields.formUnion(other.updatedFields)
    createdFields.formUnion(other.createdFields)
  }
}
