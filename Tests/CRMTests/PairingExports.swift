import CRM

/// A HubSpot row as pairing sees it.
struct HubSpotExportRow: Sendable {
  enum Link: Equatable, Sendable {
    case none, malformed
    /// The id in the link property of the Salesforce object with this number.
    case to(Int, object: Int)
  }

  /// 0: the row could not be read.
  var id: Int
  var link = Link.none
  /// The ids that were merged into it.
  var merged: [Int] = []
  var keys: [String] = []
  /// nil: not known.
  var time: Int? = 0
}

/// A Salesforce row as pairing sees it. Ids are numbers here, and in the order of the real ones.
struct SalesforceExportRow: Sendable {
  /// 0: the row could not be read.
  var id: Int
  var object = 0
  /// What the `hubspot_id_field` holds: 0 nothing, -1 no HubSpot id.
  var hubspotID = 0
  var excluded = Verdict.free
  /// Of a converted lead: its contact; 0: none is named.
  var contact = 0
  var keys: [String] = []
  /// nil: not known.
  var time: Int? = 0
}

/// A line of the baseline; 0 is the id of a record that was to be created.
struct RememberedPair: Sendable {
  var hubspot: Int
  var salesforce: Int
  var missed = 0
}

/// Two exports, a baseline and match keys.
struct PairingExample: Sendable {
  var hubspot: [HubSpotExportRow] = []
  var salesforce: [SalesforceExportRow] = []
  var baseline: [RememberedPair] = []
  var keys: [OnDuplicate] = []

  /// What the code under test makes of them.
  var result: PairingResult { get throws { try result(spill: nil) } }

  /// The same with an index that spills.
  func result(spill: (any ColumnSpill)?) throws -> PairingResult {
    var left = HubSpotIndex(keyCount: keys.count, spill: spill)
    for row in hubspot { try add(row, to: &left) }
    var right = SalesforceIndex(keyCount: keys.count, spill: spill)
    for row in salesforce { try add(row, to: &right) }
    let pairs = baseline.map {
      BaselinePair(
        hubspotID: UInt64($0.hubspot), object: 0,
        salesforceID: $0.salesforce == 0 ? nil : salesforceKey($0.salesforce), missed: $0.missed)
    }
    return try Pairing.pair(left, right, baseline: pairs, onDuplicate: keys, objects: ["Contact", "Lead", "Account"])
  }

  private func add(_ row: HubSpotExportRow, to index: inout HubSpotIndex) throws {
    index.ids.append(UInt64(row.id))
    var facts = HubSpotFacts(time: row.time.map { Int64($0) } ?? .min)
    switch row.link {
    case .none: break
    case .malformed: facts.linkState = .malformed
    case .to(let id, let object):
      facts.linkState = .id
      facts.link = salesforceKey(id)
      facts.linkObject = UInt8(object)
    }
    try index.facts.append(facts)
    for place in keys.indices { try index.keys[place].append(digest(row.keys, place)) }
    for id in row.merged { index.merges.append((UInt64(id), Int32(index.count - 1))) }
  }

  private func add(_ row: SalesforceExportRow, to index: inout SalesforceIndex) throws {
    index.ids.append(row.id == 0 ? .absent : salesforceKey(row.id))
    index.objects.append(UInt8(row.object))
    try index.facts.append(
      SalesforceFacts(
        time: row.time.map { Int64($0) } ?? .min, hubspotID: row.hubspotID < 0 ? .max : UInt64(row.hubspotID),
        exclusion: row.excluded))
    if row.contact > 0 { index.conversions.append((Int32(index.count - 1), salesforceKey(row.contact))) }
    for place in keys.indices { try index.keys[place].append(digest(row.keys, place)) }
  }

  private func salesforceKey(_ id: Int) -> SalesforceKey { SalesforceKey(hi: 7, lo: UInt32(id)) }

  /// Keys that are equal have equal digests; all have few low bits, so that tables see collisions.
  private func digest(_ keys: [String], _ place: Int) -> KeyDigest {
    guard place < keys.count, !keys[place].isEmpty else { return .blank }
    let hash = keys[place].utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
    return KeyDigest(high: hash | 1 << 63, low: hash & 7)
  }
}

/// Verdicts in words, `key 3` for one that has row 3 as partner.
func verdicts(_ verdicts: [Verdict], _ partners: [Int32]) -> [String] {
  zip(verdicts, partners).map { $0.isPaired || $1 >= 0 ? "\($0.name) \($1)" : $0.name }
}

extension PairingResult {
  /// The verdicts of the HubSpot rows.
  var ofHubSpot: [String] { verdicts(hubspot, hubspotPartners) }
  /// The verdicts of the Salesforce rows.
  var ofSalesforce: [String] { verdicts(salesforce, salesforcePartners) }
}
