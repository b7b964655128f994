import Activities
import CRM
import Records

/// Finds the HubSpot records that an imported activity belongs to (activities-pipelines 4, "Links"). One a thread, used
/// again for each row.
struct LinkFinder: ~Copyable {
  private let lookups: ActivityLookups
  private(set) var contacts: [UInt64] = []
  private(set) var companies: [UInt64] = []
  private(set) var deals: [UInt64] = []
  private var whole = ByteBuffer(capacity: 64)

  init(_ lookups: ActivityLookups) { self.lookups = lookups }

  /// Forgets the row.
  mutating func clear() {
    contacts.removeAll(keepingCapacity: true)
    companies.removeAll(keepingCapacity: true)
    deals.removeAll(keepingCapacity: true)
  }

  /// The kinds of Salesforce records that can be linked, by the prefix of their ids.
  private enum Prefix { case contact, lead, account, opportunity, other }

  private mutating func read(_ id: Bytes) -> (key: SalesforceKey, prefix: Prefix)? {
    whole.clear()
    guard salesforceID18(id, into: &whole), let key = SalesforceKey(whole.bytes) else { return nil }
    let start = whole.part(0, 3)
    if start.same(as: "003") { return (key, .contact) }
    if start.same(as: "00Q") { return (key, .lead) }
    if start.same(as: "001") { return (key, .account) }
    return (key, start.same(as: "006") ? .opportunity : .other)
  }

  /// Follows a person's id; `.none` if nothing is to be reported.
  mutating func follow(who id: Bytes) -> IssueCode {
    guard let (key, prefix) = read(id) else { return .invalidID }
    return follow(key, prefix)
  }

  /// Follows a relation: those to anything but people are passed over.
  mutating func follow(relation id: Bytes) -> IssueCode {
    guard let (key, prefix) = read(id) else { return .invalidID }
    return prefix == .contact || prefix == .lead ? follow(key, prefix) : .none
  }

  private mutating func follow(_ key: SalesforceKey, _ prefix: Prefix) -> IssueCode {
    var match = ContactTable.Match.none
    switch prefix {
    case .contact: match = lookups.contacts.match(contact: key)
    case .lead:
      if let contact = lookups.converted[key] { match = lookups.contacts.match(contact: contact) }
      if match == .none { match = lookups.contacts.match(lead: key) }
    default: break
    }
    switch match {
    case .none: return .linkNotFound
    case .one(let id):
      Self.add(id, to: &contacts)
      return .none
    case .disputed(let id):
      Self.add(id, to: &contacts)
      return .duplicateLink
    }
  }

  /// Follows what an activity is about: an account or an opportunity.
  mutating func follow(what id: Bytes) -> IssueCode {
    guard let (key, prefix) = read(id) else { return .invalidID }
    let match: RecordTable.Match
    switch prefix {
    case .account: match = lookups.companies.match(key)
    case .opportunity: match = lookups.deals.match(key)
    default: return .linkNotFound
    }
    switch match {
    case .none: return .linkNotFound
    case .disputed: return .duplicateLink
    case .one(let id):
      if prefix == .account { Self.add(id, to: &companies) } else { Self.add(id, to: &deals) }
      return .none
    }
  }

  /// Follows the account that Salesforce computed: only accounts, and nothing is reported.
  mutating func follow(account id: Bytes) {
    guard let (key, prefix) = read(id), prefix == .account else { return }
    if case .one(let id) = lookups.companies.match(key) { Self.add(id, to: &companies) }
  }

  private static func add(_ id: UInt64, to list: inout [UInt64]) {
    if !list.contains(id) { list.append(id) }
  }
}
