import CRM

/// What a cell of an activity pipeline's source holds: how normalize makes its value.
public enum CellKind: Sendable {
  /// Kinds of semantics 1.
  case text, longtext, boolean
  /// A Salesforce id.
  case salesforceID
  /// A HubSpot id: digits.
  case hubspotID
  /// A whole number that is not negative, of at most 8 digits.
  case amount
  /// An instant, to the millisecond.
  case moment
  /// A day; a time that follows it is ignored.
  case day
  /// What extract found elsewhere, in its own notation: not touched.
  case joined

  /// Whether it is an id of either side.
  public var isID: Bool {
    switch self {
    case .salesforceID, .hubspotID: true
    default: false
    }
  }
}

/// A column of a source.
public struct SourceColumn: Sendable {
  /// Its name in the header, and in the staged tables.
  public var name: String
  /// What its cells hold.
  public var kind: CellKind
  /// Whether a file without it is refused.
  public var isNeeded: Bool
  /// Whether it is read from the file, and not put in by a stage.
  public var isInFile: Bool { kind != .joined }

  /// A column.
  public init(_ name: String, _ kind: CellKind, needed: Bool = false) {
    self.name = name
    self.kind = kind
    isNeeded = needed
  }
}

/// One source of an activity pipeline: what its rows are, and which columns they have (activities-pipelines 3 and 5).
public struct ActivitySource: Sendable {
  /// What the rows are for.
  public enum Role: Sendable {
    /// They become activities of the other side.
    case activities
    /// They tell which activities HubSpot has already: known by id, not staged.
    case presence(ActivityKind)
    /// They add records to activities of another source, or to those of a space of ids, by way of a joined column.
    case relations(of: String, into: JoinedColumn)
    /// They are looked up: read whole.
    case lookup
  }

  /// The name in the pipeline, and of the folder in the staging store.
  public var name: String
  /// Whose export it is.
  public var side: Side
  /// What its rows are for.
  public var role: Role
  /// The place of the id among the columns; nil: rows have none.
  public var idColumn: Int?
  /// The place of a column that makes ids unique together with the id: `appId` of integration events.
  public var idPrefixColumn: Int?
  /// The place of the time by which of several rows with one id the last modified stays.
  public var timeColumn: Int?
  /// The columns, in the order of the staged tables.
  public var columns: [SourceColumn]

  /// A source whose id is its first column, if it has one.
  init(
    _ name: String, _ side: Side, _ role: Role, hasID: Bool = true, time: String? = nil, prefix: String? = nil,
    _ columns: [SourceColumn]
  ) {
    self.name = name
    self.side = side
    self.role = role
    self.columns = columns
    idColumn = hasID ? 0 : nil
    idPrefixColumn = prefix.flatMap { name in columns.firstIndex { $0.name == name } }
    timeColumn = time.flatMap { name in columns.firstIndex { $0.name == name } }
  }

  /// The place of a column that the program knows by name; a name that is not there is an error of the program.
  public func place(_ name: String) -> Int {
    guard let place = columns.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(self.name) has no column \(name)")
    }
    return place
  }

  /// The place of a column, if the source has it.
  public func find(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }

  /// The names of all columns.
  public var columnNames: [String] { columns.map(\.name) }
  /// The ids of sources with one space never mean two things. HubSpot's engagements share theirs, whatever kind they are of:
  /// tables of associations name them by it.
  public var idSpace: String {
    guard isActivity, let idColumn, case .hubspotID = columns[idColumn].kind else { return name }
    return SyncSources.engagement
  }
  /// Whether its rows become activities.
  public var isActivity: Bool { if case .activities = role { true } else { false } }
}

extension ValueFormat {
  /// How a cell of the kind `amount` is read; a negative number is none, too.
  public static func amount(_ side: Side) -> ValueFormat {
    ValueFormat(kind: .number, side: side, scale: 0, maxIntegerDigits: 8)
  }
}
