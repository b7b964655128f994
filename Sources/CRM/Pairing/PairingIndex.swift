/// A match key as 128 bits of digest: equal keys have equal digests, and different ones do not meet in practice.
public struct KeyDigest: Hashable, BitwiseCopyable, Sendable {
  /// The first half; extract sets its lowest bit, so that no key is `blank`.
  public let high: UInt64
  /// The second half.
  public let low: UInt64
  /// Blank keys match nothing.
  public static let blank = KeyDigest(high: 0, low: 0)
  /// A digest from its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

/// What a HubSpot row says about its partner.
public enum LinkState: UInt8, BitwiseCopyable, Sendable { case none, malformed, id }

/// What pairing needs to know of a row of either side.
protocol PairingFacts: BitwiseCopyable, Sendable {
  var time: Int64 { get }
}

/// What pairing needs to know of a HubSpot row besides its id and its keys.
public struct HubSpotFacts: PairingFacts {
  /// When the record was last modified, seconds since 1970; `Int64.min` where it is not known.
  public var time: Int64
  /// The id that the first link property holds that is not blank, where its state is `id`.
  public var link: SalesforceKey
  /// What that property says.
  public var linkState: LinkState
  /// The number of the Salesforce object that it names, in the pipeline's list.
  public var linkObject: UInt8
  /// What a row says; without arguments, a row that was rejected.
  public init(time: Int64 = .min, link: SalesforceKey = .absent, linkState: LinkState = .none, linkObject: UInt8 = 0) {
    self.time = time
    self.link = link
    self.linkState = linkState
    self.linkObject = linkObject
  }
}

/// The same of a Salesforce row.
public struct SalesforceFacts: PairingFacts {
  /// When the record was last modified, seconds since 1970; `Int64.min` where it is not known.
  public var time: Int64
  /// What the `hubspot_id_field` holds: 0 blank, `UInt64.max` no HubSpot id.
  public var hubspotID: UInt64
  /// Deleted or converted: takes no part.
  public var exclusion: Verdict
  /// What a row says; without arguments, a row that was rejected.
  public init(time: Int64 = .min, hubspotID: UInt64 = 0, exclusion: Verdict = .free) {
    self.time = time
    self.hubspotID = hubspotID
    self.exclusion = exclusion
  }
}

/// The rows of one side as pairing sees them; the place in a column is the number of the row.
///
/// Only ids are looked up, and held in memory: 8 bytes a row. What is read from the first row to the last lies in sequential
/// columns. Freed when extract is done.
public struct HubSpotIndex: Sendable {
  /// The record id; 0 for a row that was rejected.
  public var ids: [UInt64] = []
  /// What else is known of each row.
  public var facts: SequentialColumn<HubSpotFacts>
  /// The ids that stand in a contact's `hs_merged_object_ids`, and the row that says so; few rows have any.
  public var merges: [(id: UInt64, row: Int32)] = []
  /// A column for each match key of the pipeline.
  public var keys: [SequentialColumn<KeyDigest>]

  /// An empty index for this many match keys. What need not be in memory goes to `spill`.
  public init(keyCount: Int, spill: (any ColumnSpill)? = nil) {
    facts = SequentialColumn(spill: spill)
    keys = (0..<keyCount).map { _ in SequentialColumn(spill: spill) }
  }

  /// How many rows it holds.
  public var count: Int { ids.count }
}

/// The same for the Salesforce rows of all objects of a pair, in the order of the pipeline's list: 13 bytes a row.
public struct SalesforceIndex: Sendable {
  /// The record id; `absent` for a row that was rejected.
  public var ids: [SalesforceKey] = []
  /// The number of the Salesforce object in the pipeline's list.
  public var objects: [UInt8] = []
  /// What else is known of each row.
  public var facts: SequentialColumn<SalesforceFacts>
  /// False where no row holds a HubSpot id, since the pipeline has no `hubspot_id_field`.
  public var holdsHubSpotIDs = true
  /// The contacts that stand for converted leads, and the rows of the leads.
  public var conversions: [(row: Int32, contact: SalesforceKey)] = []
  /// A column for each match key of the pipeline.
  public var keys: [SequentialColumn<KeyDigest>]

  /// An empty index, like that of HubSpot.
  public init(keyCount: Int, spill: (any ColumnSpill)? = nil) {
    facts = SequentialColumn(spill: spill)
    keys = (0..<keyCount).map { _ in SequentialColumn(spill: spill) }
  }

  /// How many rows it holds.
  public var count: Int { ids.count }
}

/// A pair, or a create that was made and not yet seen, as the baseline remembers it: 32 bytes, for a run has them all.
public struct BaselinePair: Hashable, Sendable {
  /// 0 where the HubSpot record was to be created.
  public var hubspotID: UInt64
  /// nil where the Salesforce record was to be created.
  public var salesforceID: SalesforceKey? {
    get { salesforceKey == .absent ? nil : salesforceKey }
    set { salesforceKey = newValue ?? .absent }
  }
  private var salesforceKey: SalesforceKey
  /// In how many runs in a row it was not found.
  public var missed: Int { Int(missedRuns) }
  private let missedRuns: Int32
  /// The number of its Salesforce object in the pipeline's list.
  public var object: UInt8
  /// Its Salesforce record was a lead and is the contact now: only the mappings that both have are inherited.
  public var isConverted = false
  /// Another entry is of the same two records since one of them was merged or converted: this one is dropped.
  public var isSuperseded = false
  /// A pair or a create of the baseline.
  public init(hubspotID: UInt64, object: UInt8, salesforceID: SalesforceKey?, missed: Int) {
    self.hubspotID = hubspotID
    self.object = object
    salesforceKey = salesforceID ?? .absent
    missedRuns = Int32(clamping: missed)
  }
}

/// How a match key treats several candidates (`on_duplicate`).
public enum OnDuplicate: String, Sendable { case ambiguous, newest }

/// What pairing decided, for every row of both sides.
public struct PairingResult: Sendable {
  /// By HubSpot row.
  public var hubspot: [Verdict]
  /// By Salesforce row.
  public var salesforce: [Verdict]
  /// The Salesforce row that a HubSpot row is paired with, or -1.
  public var hubspotPartners: [Int32]
  /// The pairs of the baseline in their order, with the ids that their records go by today.
  public var baseline: [BaselinePair] = []
  /// For each of them, the row of its HubSpot id; -1 where the export has none.
  public var baselineHubspotRows: [Int32] = []
  /// The same of its Salesforce id.
  public var baselineSalesforceRows: [Int32] = []
  /// Finds rows by their ids.
  public var records = RecordFinder.empty
  /// The HubSpot row that a Salesforce row is paired with, or -1.
  public var salesforcePartners: [Int32]
}
