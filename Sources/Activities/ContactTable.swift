import CRM
import Records

/// What the map stage knows of a HubSpot contact.
public struct ContactEntry: Sendable {
  /// The `hs_object_id`.
  public var id: UInt64
  /// The day of its creation in the pipeline's zone, from 1970-01-01; `Int32.min` if it is not known: before all others.
  public var day: Int32
  /// The Salesforce contact that it is linked to.
  public var contact: SalesforceKey?
  /// The lead that it is linked to.
  public var lead: SalesforceKey?
  /// Whether the integration says that its Salesforce record was deleted.
  public var isDeleted: Bool
  /// The owner's id as text: a place in the table's texts.
  public var owner: Int32

  /// A contact.
  public init(
    id: UInt64, day: Int32, contact: SalesforceKey?, lead: SalesforceKey?, isDeleted: Bool, owner: Int32
  ) {
    self.id = id
    self.day = day
    self.contact = contact
    self.lead = lead
    self.isDeleted = isDeleted
    self.owner = owner
  }

  /// Whether this contact was created after another: the later day, on the same day the higher number (requirement A6).
  public func isNewer(than other: ContactEntry) -> Bool { day != other.day ? day > other.day : id > other.id }
}

/// The contacts of the HubSpot export, by id, Salesforce id and email. Made once, then only read.
public struct ContactTable: Sendable {
  private var entries: [ContactEntry] = []
  private var byID: [UInt64: Int32] = [:]
  private var byContact: [SalesforceKey: Claim] = [:]
  private var byLead: [SalesforceKey: Claim] = [:]
  private var byEmail: [[UInt8]: Int32] = [:]
  private var merged: [UInt64: Int32] = [:]
  private var owners: [[UInt8]] = [[]]
  private var ownerPlaces: [[UInt8]: Int32] = [:]
  private let needsEmails: Bool

  /// The contact that a Salesforce id means, and whether several claim it.
  private struct Claim {
    var entry: Int32
    var isDisputed: Bool
  }

  /// What a Salesforce id leads to.
  public enum Match: Equatable, Sendable {
    case none
    /// One contact claims it.
    case one(UInt64)
    /// Several do; this one was created last.
    case disputed(UInt64)
  }

  /// An empty table; emails are kept only where activities name contacts by them.
  public init(needsEmails: Bool) { self.needsEmails = needsEmails }

  /// How many contacts it holds.
  public var count: Int { entries.count }

  /// Gives an owner's id a place; a blank one is place 0.
  public mutating func owner(_ id: Bytes) -> Int32 {
    guard id.count > 0 else { return 0 }
    let key = Array(id)
    if let place = ownerPlaces[key] { return place }
    owners.append(key)
    ownerPlaces[key] = Int32(owners.count - 1)
    return Int32(owners.count - 1)
  }

  /// The owner's id of a contact, or no bytes.
  public func withOwner<Result>(of contact: ContactEntry, _ body: (Bytes) -> Result) -> Result {
    owners[Int(contact.owner)].withUnsafeBufferPointer(body)
  }

  /// Adds a contact with its email and the ids of contacts that were merged into it.
  public mutating func add(_ entry: ContactEntry, email: Bytes, merged ids: [UInt64]) {
    let place = Int32(entries.count)
    entries.append(entry)
    byID[entry.id] = place
    if let key = entry.contact { byContact[key] = claimed(byContact[key], place) }
    if let key = entry.lead { byLead[key] = claimed(byLead[key], place) }
    if needsEmails, email.count > 0 {
      let key = folded(email)
      if byEmail[key].map({ entry.isNewer(than: entries[Int($0)]) }) ?? true { byEmail[key] = place }
    }
    for id in ids where id != entry.id {
      if merged[id].map({ entry.isNewer(than: entries[Int($0)]) }) ?? true { merged[id] = place }
    }
  }

  private func isNewer(_ place: Int32, than other: Int32) -> Bool {
    entries[Int(place)].isNewer(than: entries[Int(other)])
  }

  private func claimed(_ old: Claim?, _ place: Int32) -> Claim {
    guard let old else { return Claim(entry: place, isDisputed: false) }
    return Claim(entry: isNewer(place, than: old.entry) ? place : old.entry, isDisputed: true)
  }

  /// The contact that an id stands for today: a merged one is the one that it became.
  public func contact(_ id: UInt64) -> ContactEntry? {
    var place = merged[id] ?? byID[id]
    // Who merged what already was merged: follow it, but not in circles.
    for _ in 0..<16 {
      guard let here = place, let next = merged[entries[Int(here)].id], next != here else { break }
      place = next
    }
    return place.map { entries[Int($0)] }
  }

  /// The contact with an email, case-folded; of several the one created last.
  public func contact(email: [UInt8]) -> ContactEntry? { byEmail[email].map { entries[Int($0)] } }

  /// The contact whose `salesforcecontactid` this is.
  public func match(contact key: SalesforceKey) -> Match { match(byContact[key]) }
  /// The contact whose `salesforceleadid` this is.
  public func match(lead key: SalesforceKey) -> Match { match(byLead[key]) }

  private func match(_ claim: Claim?) -> Match {
    guard let claim else { return .none }
    let id = entries[Int(claim.entry)].id
    return claim.isDisputed ? .disputed(id) : .one(id)
  }
}

/// Companies or deals: the HubSpot id of a Salesforce id, and back.
public struct RecordTable: Sendable {
  private var bySalesforce: [SalesforceKey: UInt64] = [:]
  private var disputed: Set<SalesforceKey> = []
  private var byHubSpot: [UInt64: SalesforceKey] = [:]

  /// An empty table.
  public init() {}

  /// Adds a record that is linked.
  public mutating func add(_ id: UInt64, _ key: SalesforceKey) {
    byHubSpot[id] = key
    if bySalesforce.updateValue(id, forKey: key) != nil { disputed.insert(key) }
  }

  /// What a Salesforce id leads to.
  public enum Match: Equatable, Sendable { case none, one(UInt64), disputed }

  /// The record that claims a Salesforce id; several are none.
  public func match(_ key: SalesforceKey) -> Match {
    guard let id = bySalesforce[key] else { return .none }
    return disputed.contains(key) ? .disputed : .one(id)
  }

  /// The Salesforce id that a HubSpot record is linked to.
  public func salesforce(_ id: UInt64) -> SalesforceKey? { byHubSpot[id] }
}

/// All that the map stage looks up.
public final class ActivityLookups: Sendable {
  /// The contacts.
  public let contacts: ContactTable
  /// The companies, and the accounts that they are linked to.
  public let companies: RecordTable
  /// The deals, and the opportunities that they are linked to.
  public let deals: RecordTable
  /// The contacts that leads were converted to.
  public let converted: [SalesforceKey: SalesforceKey]
  /// HubSpot owners and Salesforce users.
  public let owners: OwnerVocabulary
  /// The ids of HubSpot owners that are not archived, and of Salesforce users that are active.
  public let presentOwners, activeUsers: Set<String>

  /// Nothing.
  public static let none = ActivityLookups(
    contacts: ContactTable(needsEmails: false), companies: RecordTable(), deals: RecordTable(), converted: [:],
    owners: [], users: [])

  /// What was read of the lookup sources.
  public init(
    contacts: ContactTable, companies: RecordTable, deals: RecordTable, converted: [SalesforceKey: SalesforceKey],
    owners: [Owner], users: [User]
  ) {
    self.contacts = contacts
    self.companies = companies
    self.deals = deals
    self.converted = converted
    self.owners = OwnerVocabulary(owners: owners, users: users)
    presentOwners = Set(owners.filter { !$0.archived }.map(\.id))
    activeUsers = Set(users.filter(\.isActive).map(\.id))
  }
}
