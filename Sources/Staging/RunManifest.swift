import CRM

/// What a run read, what it has done, and what it counted: `run.json` (spec, interface "What a run leaves behind").
public struct RunManifest: Codable, Sendable {
  /// The layout of this file; a newer one is refused.
  public static let currentVersion = 1

  /// The layout that this file was written in.
  public var version = Self.currentVersion
  /// The name of the run: of its folder under `runs/`, and of that of its load files.
  public var run: String
  /// The pipeline's `name:`.
  public var pipeline: String
  /// When the run began, ISO 8601.
  public var startedAt: String
  /// How far the run as a whole has come.
  public var state: State = .running
  /// Digest of the pipeline file. It, the mappings and the metadata are what decisions depend on besides the inputs.
  public var pipelineDigest: String
  /// Digest of the mapping files of all objects.
  public var mappingsDigest: String
  /// Digest of the metadata files: HubSpot properties and Salesforce describes.
  public var metadataDigest: String
  /// Digest of names, sizes and times of all input files: a run goes on only with the files that it began with.
  public var inputsDigest: String
  /// The export files that extract has read.
  public var inputs: [Input] = []
  /// The flags under which chunks were resolved: under others they are resolved anew.
  public var resolvedWith = ResolveFlags()
  /// The objects that extract has done.
  public var objects: [ObjectRun] = []
  /// What is done: an entry for each chunk and stage that has finished it.
  public var chunks: [ChunkRun] = []
  /// What only a run of activities has.
  public var activities: ActivityRun?

  /// Whether a stage was done alone on rows that were staged from other exports, mappings or metadata than there are now: a whole
  /// run does not go on with them.
  public var hasOlderRows: Bool?

  /// What the files of the run held when they appeared under their names, by their names below the run's folder; load
  /// files and reports stand below `load/`. Nil in manifests of versions before 0.2.
  public var files: [String: FileRecord]?

  /// Whether the files in the load folder of the run's name are its own: an earlier run of that name, which was pruned, may have
  /// left others there. Nil until it loads.
  public var ownsLoadFolder: Bool?

  /// When the values of the run were purged, ISO 8601 in UTC: staged tables, load files and reports are gone, and the counts
  /// of this file are left.
  public var purgedAt: String?

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

  /// What the command line says about creates: it decides which are made.
  public struct ResolveFlags: Codable, Sendable, Equatable {
    /// `--create-anyway`
    public var createAnyway = false
    /// `--retry-creates`
    public var retryCreates = false
    /// No flags.
    public init(createAnyway: Bool = false, retryCreates: Bool = false) {
      self.createAnyway = createAnyway
      self.retryCreates = retryCreates
    }
  }

  /// Whether any chunk was loaded.
  public var isPartlyLoaded: Bool { chunks.contains { $0.stage == .load } }

  /// What a file held when it was committed.
  public struct FileRecord: Codable, Sendable, Equatable {
    /// Its length.
    public var bytes: Int
    /// XXH128 of its bytes.
    public var digest: String

    /// A file of this length and digest.
    public init(bytes: Int, digest: String) {
      self.bytes = bytes
      self.digest = digest
    }
  }

  /// Where a run stands.
  public enum State: String, Codable, Sendable {
    /// Begun, and neither loaded whole nor stopped by a brake.
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
    /// The size of the file on disk.
    public var bytes: Int
    /// The file's modification time in nanoseconds since 1970.
    public var modified: Int
    /// XXH128 of the bytes that were read: of an archive or another encoding those of the plain copy.
    public var digest: String
    /// Rows without the header, rejected ones too; 0 until extract has read them.
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
    /// The HubSpot object: `companies`.
    public var object: String
    /// Into how many chunks extract cut the object; they count from 0.
    public var chunks: Int
    /// The rows of the HubSpot export.
    public var hubspot = SideRun()
    /// The rows of the Salesforce exports, of all Salesforce objects of the pair.
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
    /// All rows of the side's files, without their headers.
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
    /// The HubSpot object: `companies`.
    public var object: String
    /// The number of the chunk, from 0.
    public var chunk: Int
    /// The stage that finished it.
    public var stage: Stage
    /// Staged rows of both sides that the stage read; for load, rows of `changes.csv`.
    public var rowsIn: Int
    /// Rows of both sides that went through the stage; for load, records in load files.
    public var rowsOut: Int
    /// How long the stage worked on it, in seconds; an extract's time is shared out evenly over its chunks.
    public var seconds: Double
    /// What conflict-resolve counted.
    public var counts: ChunkCounts?
    /// What conflict-resolve counted of activities, by source.
    public var activities: [String: ActivityCounts]?

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

  /// Forgets what a stage and the later ones did with any chunk.
  public mutating func forget(_ stage: Stage) { chunks.removeAll { $0.stage >= stage } }

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
  /// The counts of HubSpot.
  public var hubspot = SideCounts()
  /// The counts of Salesforce.
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
  /// Records that have a partner.
  public var paired = 0
  /// Records that take part and have no partner, whatever the reason.
  public var unmatched = 0
  /// Records that take no part: deleted in Salesforce, or converted leads.
  public var excluded = 0
  /// Issues reported of the side, once per record, field and code.
  public var rejectedCells = 0
  /// Conflicts that the side lost: its value was replaced.
  public var conflicts = 0
  /// Records that will be created on this side.
  public var creates = 0
  /// Records that would be created on this side, and are held back in this run (semantics 3.6).
  public var held = 0
  /// By mapped field: cells that the last run wrote and that this side's export does not show (semantics 5).
  public var notArrived: [String: Int] = [:]
  /// Rows of changes.csv by field and reason.
  public var changes: [String: [String: Int]] = [:]
  /// By mapping (`ObjectPlan.uniqueNames`): cells of pairs that a change clears, for `max_clears`.
  public var clears: [String: Int] = [:]
  /// By mapping: cells of pairs that are not blank, of which `max_clears` is a share.
  public var filled: [String: Int] = [:]
  /// `Object.field` of everything that updates write: the columns of the Salesforce update files; empty for HubSpot.
  public var updatedFields = FieldNames()
  /// The same of creates.
  public var createdFields = FieldNames()

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

/// Names of fields, each once; written in the order of their bytes, so that equal runs have equal manifests.
public struct FieldNames: Codable, Sendable {
  private var names: Set<String> = []

  /// No names.
  public init() {}

  /// Reads a list of names.
  public init(from decoder: any Decoder) throws {
    names = Set(try decoder.singleValueContainer().decode([String].self))
  }

  /// Writes a sorted list.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names.sorted())
  }

  /// Adds a name.
  public mutating func insert(_ name: String) { names.insert(name) }
  /// Adds the names of another list.
  public mutating func formUnion(_ other: FieldNames) { names.formUnion(other.names) }
  /// The fields of an object: of names like `Account.Name` what stands behind the dot.
  public func fields(of object: String) -> Set<String> {
    Set(names.filter { $0.hasPrefix(object + ".") }.map { String($0.dropFirst(object.count + 1)) })
  }
}
