import CRM

/// A pipeline file, read (spec, interface, "A pipeline"). All paths in it are absolute.
public struct PipelineDefinition: Sendable {
  /// The pipeline file as the command line names it.
  public var file: String
  /// The folder of the pipeline file, to which its paths are relative.
  public var directory: String
  /// The name, under which staging keeps its runs.
  public var name: String
  /// In which an instant has its day.
  public var timezone: TimeZoneTable
  /// Where runs and baseline are kept.
  public var staging: StagingPlace
  /// The exports of HubSpot, by object, in the order of the file: `companies`, `owners`.
  public var hubspotSources: [SourceDefinition]
  /// The exports of Salesforce, by object, in the order of the file: `Account`, `User`.
  public var salesforceSources: [SourceDefinition]
  /// The objects that are kept in step, in the order of the file, disabled ones too.
  public var objects: [ObjectDefinition]
  /// The Salesforce user that the integration writes as, of 18 characters.
  public var integrationUser: String?
  /// How many records of an object a chunk has at most: 1 to 200,000 (spec, semantics 6, Limits).
  public var chunkSize: Int = chunkLimit
  /// Unreadable rows of a side of an object; default 1%.
  public var maxRejects: Limit = .share(billionths: 10_000_000)
  /// Fewer rows than in the last loaded run; default 20%.
  public var maxShrink: Limit = .share(billionths: 200_000_000)
  /// Cells of a mapping that are cleared on a side; default 5%.
  public var maxClears: Limit = .share(billionths: 50_000_000)
  /// Records that are created on a side; default 5%.
  public var maxCreates: Limit = .share(billionths: 50_000_000)
  /// The pipeline sets `max_creates` itself, so that an object's first night may create (spec, semantics
  /// 3.6).
  public var setsMaxCreates = false
  /// Two edits closer than that many seconds are a tie; default 0: only equal times are.
  public var clockTolerance = 0
  /// HubSpot sources of history entries that are no edits.
  public var echoSources: [String] = []
  /// In how many runs a pair may be missing before the baseline forgets it; default 30.
  public var keepBaseline = 30
  /// Where the load files and reports go.
  public var loadFolder: String
  /// The tables that take what the load files hold as well, if there are any.
  public var mirror: MirrorPlace?
  /// What other programs want beside the load files.
  public var loadFormats: Set<LoadFormat> = []

  /// The source of an object of a side, or nil.
  public func source(_ side: Side, _ object: String) -> SourceDefinition? {
    (side == .hubspot ? hubspotSources : salesforceSources).first { $0.object == object }
  }
}

/// A database, as a pipeline names it.
public struct PostgresPlace: Equatable, Sendable {
  /// How to connect.
  public var url: Secret
  /// The schema of the tables.
  public var schema: String
  /// Staging: whether several processes may work on one run (`share: true`).
  public var isShared = false
  /// The line of the pipeline file.
  public var line: Int
}

/// Where a pipeline stages its runs.
public enum StagingPlace: Equatable, Sendable {
  /// A folder of CSV files.
  case csv(String)
  /// A database.
  case postgres(PostgresPlace)
}

/// The tables of a CRM mirror, as `load.postgres` names them.
public struct MirrorPlace: Equatable, Sendable {
  /// How to connect.
  public var url: Secret
  /// The schema of the tables.
  public var schema: String
  /// The schema of what resync itself keeps there; nil: that of staging in a database, or `resync`.
  public var ledger: String?
  /// The tables by object of either side; nil: one for each object of the pipeline.
  public var tables: [String: MirrorTableNames]?
  /// The line of the pipeline file.
  public var line: Int
}

/// What the table of an object is called, where its name and the metadata do not say.
public struct MirrorTableNames: Equatable, Sendable {
  /// The table; nil: it is called like the object.
  public var table: String?
  /// Columns by the property or field that they stand for.
  public var columns: [String: String]
}

/// A file that another program wants beside the load files (`load.formats`).
public enum LoadFormat: String, CaseIterable, Sendable {
  /// A mapping file `.sdl` for each CSV of Salesforce: for Data Loader.
  case dataLoader = "data_loader"
  /// A CSV for each batch file of HubSpot: for HubSpot's import.
  case hubspotImport = "hubspot_import"
  /// `datapackage.json`, which describes all files of the run.
  case datapackage
}

/// The export of one object of one side.
public struct SourceDefinition: Sendable {
  /// Whose export it is.
  public var side: Side
  /// The object: `companies`, `Account`, `owners`, `User`.
  public var object: String
  /// The line of the pipeline file.
  public var line: Int
  /// Where the rows come from; nil for a source of metadata only.
  public var rows: SourceRows?
  /// Files: the declared encoding; nil means UTF-8.
  public var encoding: String?
  /// Files: the byte between cells.
  public var delimiter: UInt8 = 44
  /// How days with slashes or dots are written.
  public var dateOrder: DateOrder?
  /// The zone of local times that name none.
  public var timezone: TimeZoneTable = .utc
  /// The header has labels rather than internal names.
  public var labels = false
  /// Names of columns in the file, by the internal name that they stand for.
  public var columns: [String: String] = [:]
  /// The properties JSON (HubSpot) or describe JSON (Salesforce).
  public var metadata: String?
  /// The field history files, as paths and globs; `resolveHistory` finds the files.
  public var history: [String] = []
  /// The table or query of the field history, if it is in a database.
  public var historyRows: SourceRows?
}

/// Where the rows of a source come from.
public enum SourceRows: Equatable, Sendable {
  /// Files and globs, in the order of the pipeline. `resolveFiles` finds the files.
  case csv([String])
  /// A table or a query of a database.
  case postgres(url: Secret, table: String?, query: String?, line: Int)
}

/// An object that a pipeline keeps in step.
public struct ObjectDefinition: Sendable {
  /// The HubSpot object: `companies`.
  public var name: String
  /// The line of the pipeline file.
  public var line: Int
  /// Whether it takes part.
  public var enabled: Bool
  /// The Salesforce objects, in the order of the pipeline.
  public var salesforce: [String]
  /// The mapping file.
  public var mappings: String
  /// The match keys, in order; nil: the defaults of the object.
  public var keys: [KeyDefinition]?
  /// On which sides unmatched records are created.
  public var createIn: Set<Side>
  /// Which Salesforce object is created.
  public var createAs: String?
  /// The Salesforce field that holds the HubSpot id.
  public var hubspotIDField: String?
  /// The link properties, in the order in which they are looked at.
  public var links: [LinkDefinition]
  /// Which side wins cells that differ and have no history; nil: the newer record.
  public var firstRun: Side?
  /// Which side is the newer at equal times.
  public var tie: Side
  /// A blank Salesforce cell clears HubSpot under always use Salesforce, also without a baseline.
  public var salesforceBlankClears: Bool
}

/// A match key, as the pipeline writes it (spec, semantics 3.5).
public struct KeyDefinition: Equatable, Sendable {
  /// The HubSpot property.
  public var hubspot: String
  /// The Salesforce field.
  public var salesforce: String
  /// How values compare; nil: as a mapping of the two would.
  public var comparison: Comparison?
  /// What several candidates mean.
  public var onDuplicate: OnDuplicate
  /// The line of the pipeline file; nil: a default key.
  public var line: Int?
}

/// The property in which HubSpot holds the id of a record of a Salesforce object (spec, semantics 3.3).
public struct LinkDefinition: Equatable, Sendable {
  /// The Salesforce object.
  public var object: String
  /// The HubSpot property.
  public var property: String
  /// The line of the pipeline file; nil: a default link.
  public var line: Int?
}
