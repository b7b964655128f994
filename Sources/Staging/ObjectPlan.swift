import CRM
import Records

/// Everything that the stages must know of one object of a pipeline: decided once, from the pipeline file, the mappings and
/// the metadata, and the same in every stage, however it is started.
public struct ObjectPlan: Sendable {
  /// How a match key compares, and what several candidates mean (semantics 3.5).
  public struct Key: Sendable {
    /// The HubSpot property whose value is matched.
    public var hubspot: String
    /// The Salesforce field that it is matched with, in all Salesforce objects of the pair.
    public var salesforce: String
    /// Under which both values are compared, as text.
    public var comparison: Comparison
    /// What becomes of several candidates with one value.
    public var onDuplicate: OnDuplicate

    /// A key of the pipeline.
    public init(hubspot: String, salesforce: String, comparison: Comparison, onDuplicate: OnDuplicate) {
      self.hubspot = hubspot
      self.salesforce = salesforce
      self.comparison = comparison
      self.onDuplicate = onDuplicate
    }
  }

  /// The link property of one Salesforce object (semantics 3.3).
  public struct Link: Sendable {
    /// The HubSpot property that holds the Salesforce id.
    public var property: String
    /// The number of the Salesforce object that it names, in `salesforceObjects`.
    public var object: Int
    /// Whether HubSpot lets it be written: pairs found otherwise get their link, and creates theirs.
    public var isWritable: Bool

    /// A link property.
    public init(property: String, object: Int, isWritable: Bool) {
      self.property = property
      self.object = object
      self.isWritable = isWritable
    }
  }

  /// Which side wins two-way cells that differ and have no history (`first_run`).
  public enum FirstRun: String, Sendable { case newerRecord = "newer_record", salesforce, hubspot }

  /// The HubSpot object: `companies`.
  public var object: String
  /// The Salesforce objects that it is kept in step with, in the order of the pipeline.
  public var salesforceObjects: [String]
  /// The link properties, in the order in which they are looked at; the first that is not blank decides.
  public var links: [Link]
  /// The Salesforce field that holds the HubSpot id, if the pipeline names one.
  public var hubspotIDField: String?
  /// The match keys, in the order of the pipeline.
  public var keys: [Key]
  /// The mappings that move data, in the order of the mapping file: not those that are never synced.
  public var mappings: [FieldMapping]
  /// Translations of picklist and owner mappings, by the place of the mapping in `mappings`.
  public var vocabularies: [Vocabulary]
  /// The sides on which unmatched records of the other are created (`create_in`).
  public var createIn: Set<Side>
  /// The number of the Salesforce object that is created, in `salesforceObjects`.
  public var createAs: Int
  /// Who wins two-way cells that differ and have no history.
  public var firstRun: FirstRun
  /// Which side is the newer at equal times.
  public var tie: Side
  /// Whether a blank Salesforce cell clears HubSpot under always use Salesforce, also without a baseline.
  public var salesforceBlankClears: Bool
  /// The Salesforce user that owns creates without an owner: an id of 18 characters, or empty if the pipeline names none.
  public var integrationUser: String
  /// The fields that a record of each Salesforce object needs when it is created (not nillable, createable, not defaulted).
  public var requiredFields: [[String]]
  /// The pipeline's `timezone`: in it an instant has its day, and a day its midnight (semantics 1).
  public var pipelineZone: TimeZoneTable
  /// In how many runs in a row a pair may be missing before the baseline forgets it.
  public var keepBaseline: Int
  /// HubSpot sources of history entries that are no edits, beside SALESFORCE (`echo_sources`).
  public var echoSources: [String] = []
  /// Two edits closer than that many seconds are a tie (`clock_tolerance`); 0: only equal times are.
  public var clockTolerance: Int64 = 0
  /// Whether field histories are read, so that cells may have times of their own.
  public var hasHistory = false
  /// Whether the pipeline sets `max_creates` itself, so that a first night may create.
  public var setsMaxCreates: Bool

  /// A plan; every part is given by the room that reads the pipeline file.
  public init(
    object: String, salesforceObjects: [String], links: [Link], hubspotIDField: String?, keys: [Key],
    mappings: [FieldMapping], vocabularies: [Vocabulary], createIn: Set<Side>, createAs: Int, firstRun: FirstRun,
    tie: Side, salesforceBlankClears: Bool, integrationUser: String, requiredFields: [[String]],
    pipelineZone: TimeZoneTable, keepBaseline: Int, setsMaxCreates: Bool
  ) {
    self.object = object
    self.salesforceObjects = salesforceObjects
    self.links = links
    self.hubspotIDField = hubspotIDField
    self.keys = keys
    self.mappings = mappings
    self.vocabularies = vocabularies
    self.createIn = createIn
    self.createAs = createAs
    self.firstRun = firstRun
    self.tie = tie
    self.salesforceBlankClears = salesforceBlankClears
    self.integrationUser = integrationUser
    self.requiredFields = requiredFields
    self.pipelineZone = pipelineZone
    self.keepBaseline = keepBaseline
    self.setsMaxCreates = setsMaxCreates
  }

  /// The integration user, whose edits are echoes; nil if the pipeline names none.
  public var integrationUserKey: SalesforceKey? {
    var user = integrationUser
    return user.withUTF8 { SalesforceKey($0) }
  }

  /// The HubSpot property of the time at which a record was last modified (semantics 4, "Newer").
  public var hubspotTimeProperty: String { object == "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate" }

  /// What each mapping maps on one side: its property or field, or, where several mappings have that, the whole mapping: `phone ↔
  /// Phone of Lead`.
  public func uniqueNames(_ side: Side) -> [String] {
    let names = mappings.map { side == .hubspot ? $0.property : $0.field }
    let uses = names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    return zip(names, mappings).map { name, mapping in
      guard uses[name] != 1 else { return name }
      let served = salesforceObjects.indices.filter { mapping.serves[$0] }.map { salesforceObjects[$0] }
      return "\(mapping.property) ↔ \(mapping.field) of \(served.joined(separator: " and "))"
    }
  }
}

/// How the values of a mapping are translated between the two sides.
public enum Vocabulary: Sendable {
  /// Both sides write the value alike.
  case none
  /// One value of a picklist.
  case picklist(PicklistVocabulary)
  /// Values of a picklist, with `;` between them.
  case multipicklist(PicklistVocabulary)
  /// HubSpot owners and Salesforce users, by their email.
  case owners(OwnerVocabulary)
}
