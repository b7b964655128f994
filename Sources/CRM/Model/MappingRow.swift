/// Where a mapping comes from: a default one cannot be deleted (spec, requirements M11).
public enum MappingOrigin: String, Sendable {
  case `default`, custom
}

/// One row of a mapping file, as it is written (spec, interface, "A mapping file").
public struct MappingRow: Sendable {
  /// The HubSpot property, by its internal name.
  public var property: String
  /// The Salesforce field, by its API name.
  public var field: String
  /// What happens to values that differ.
  public var rule: SyncRule
  /// Where the mapping comes from.
  public var origin: MappingOrigin
  /// The only Salesforce object that it serves; nil: every object of the pair.
  public var salesforceObject: String?
  /// How values compare, where the row says so.
  public var comparison: Comparison?
  /// Translations of picklist values.
  public var valueMap: ValueMap
  /// Text that is too long for Salesforce is cut (`on_too_long: truncate`).
  public var truncate: Bool
  /// The line of the mapping file on which the row begins; the header is on line 1.
  public var line: Int

  /// A row; what is not given is as an empty cell.
  public init(
    property: String, field: String, rule: SyncRule, origin: MappingOrigin = .custom,
    salesforceObject: String? = nil, comparison: Comparison? = nil, valueMap: ValueMap = ValueMap(),
    truncate: Bool = false, line: Int = 0
  ) {
    self.property = property
    self.field = field
    self.rule = rule
    self.origin = origin
    self.salesforceObject = salesforceObject
    self.comparison = comparison
    self.valueMap = valueMap
    self.truncate = truncate
    self.line = line
  }
}

/// What is to be said of a mapping (spec, requirements M9).
public enum MappingStatus: String, Sendable {
  /// It is as it should be.
  case ok
  /// It works, but not quite as it is written.
  case warning
  /// It cannot be used.
  case issue
}

/// A reason why a mapping is not simply ok.
public struct MappingIssue: Equatable, Sendable, CustomStringConvertible {
  /// `warning` or `issue`.
  public var status: MappingStatus
  /// What kind of thing is wrong.
  public var code: MappingIssueCode
  /// The line of the mapping file; nil where it is about the file as a whole.
  public var line: Int?
  /// The HubSpot property and the Salesforce field, or empty.
  public var property: String, field: String
  /// What is wrong, and what to do, for a person.
  public var reason: String

  /// Whether no run can be made with it: the file as a whole is wrong, or an opt-out of email would go unheeded. Any
  /// other mapping with an issue moves no data, and the rest of the run goes on (requirements M9).
  public var stopsTheRun: Bool { status == .issue && (code == .tooMany || code == .optOut) }

  /// The mapping by its names, as messages have it; empty where it is about the file.
  public var mappingName: String { property.isEmpty ? "" : "\(property) ↔ \(field)" }

  /// The mapping and what is wrong with it, for a person.
  public var description: String { mappingName.isEmpty ? reason : "\(mappingName): \(reason)" }

  /// Something to say of a row.
  init(_ status: MappingStatus, _ code: MappingIssueCode, _ row: MappingRow, _ reason: String) {
    self.status = status
    self.code = code
    line = row.line
    property = row.property
    field = row.field
    self.reason = reason
  }

  /// A warning about a mapping.
  public init(warning code: MappingIssueCode, _ mapping: FieldMapping, _ reason: String) {
    status = .warning
    self.code = code
    line = mapping.line
    property = mapping.property
    field = mapping.field
    self.reason = reason
  }

  /// Something to say of the file.
  init(fileIssue code: MappingIssueCode, _ reason: String) {
    status = .issue
    self.code = code
    property = ""
    field = ""
    self.reason = reason
  }
}
