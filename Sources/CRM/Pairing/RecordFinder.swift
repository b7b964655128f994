import Parallel
import Synchronization

/// Finds the row that stands for a record: by its id, or by the id that it had before it was merged into another, or, of a
/// lead, converted (spec, semantics 3.1 and 3.2).
public struct RecordFinder: Sendable {
  private let hubspotIDs: [UInt64]
  private let salesforceIDs: [SalesforceKey]
  private var hubspotRows: RowTable
  private var salesforceRows: RowTable
  /// The id of a merged contact, and the id that it goes by now.
  private var mergedInto: [UInt64: UInt64] = [:]
  /// The id of a converted lead, and its contact.
  private var convertedInto: [SalesforceKey: SalesforceKey] = [:]

  init(_ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex) {
    hubspotIDs = hubspot.ids
    salesforceIDs = salesforce.ids
    hubspotRows = RowTable(capacity: 0)
    salesforceRows = RowTable(capacity: 0)
  }

  /// Finds nothing.
  public static let empty = RecordFinder(HubSpotIndex(keyCount: 0), SalesforceIndex(keyCount: 0))

  /// Whether any record goes by another id today.
  var haveSuccessors: Bool { !mergedInto.isEmpty || !convertedInto.isEmpty }

  /// The id that a HubSpot record goes by today: that of the contact that it was merged into, or its own.
  public func current(_ id: UInt64) -> UInt64 { mergedInto.isEmpty ? id : mergedInto[id] ?? id }

  /// The id that a Salesforce record goes by today: that of the contact that stands for a converted lead, or its own.
  public func current(_ id: SalesforceKey) -> SalesforceKey {
    convertedInto.isEmpty ? id : convertedInto[id] ?? id
  }

  /// The row of a HubSpot id that stands for it, through merges; nil if the export has none.
  public func hubspotRow(_ id: UInt64) -> Int? {
    let id = current(id)
    return hubspotRows.find(id) { hubspotIDs[$0] == id }
  }

  /// The row of a Salesforce id, through conversions; nil if the export has none.
  public func salesforceRow(_ id: SalesforceKey) -> Int? {
    let id = current(id)
    return salesforceRows.find(id.hash) { salesforceIDs[$0] == id }
  }

  /// Reads what the look-ups of a few Salesforce ids will read, and gives a sum of it.
  ///
  /// Each look-up waits for memory twice, for a slot and for an id. Here the slots of all are asked for before any is used,
  /// then the ids, so that they come at the same time (measured: pairing by link takes two fifths of its time).
  func touch(_ ids: some Collection<SalesforceKey>) -> UInt64 {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: ids.count) { rows in
      for (place, id) in ids.enumerated() { rows[place] = salesforceRows.first(id.hash) }
      var sum: UInt64 = 0
      for row in rows where row >= 0 { sum &+= salesforceIDs[Int(row)].hi }
      return sum
    }
  }

  /// The same for HubSpot ids.
  func touch(hubspot ids: some Collection<UInt64>) -> UInt64 {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: ids.count) { rows in
      for (place, id) in ids.enumerated() { rows[place] = hubspotRows.first(id) }
      var sum: UInt64 = 0
      for row in rows where row >= 0 { sum &+= hubspotIDs[Int(row)] }
      return sum
    }
  }

  /// Puts all readable rows in, each side on a thread of its own. Of several rows with one id the last modified stands for
  /// it, at a tie the later one; gives the others, and HubSpot rows whose id was merged into another contact.
  mutating func insertRows(
    _ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, _ workers: Workers
  ) throws -> (hubspot: [Int32], salesforce: [Int32]) {
    let finder = self
    let made = Mutex<(RowsByID?, RowsByID?)>((nil, nil))
    try workers.forEach(2) { _, side in
      if side == 0 {
        let rows = try RowsByID(hubspot) { finder.isMerged($0) }
        made.withLock { $0.0 = rows }
      } else {
        let rows = try RowsByID(salesforce)
        made.withLock { $0.1 = rows }
      }
    }
    guard case (let first?, let second?) = made.withLock({ $0 }) else { return ([], []) }
    hubspotRows = first.table
    salesforceRows = second.table
    return (first.repeated, second.repeated)
  }

  /// From now on a converted lead is its contact.
  mutating func convert(_ lead: SalesforceKey, into contact: SalesforceKey) {
    if lead != contact { convertedInto[lead] = contact }
  }

  /// Follows the merges: each a claim of `row` that `id` is part of it, the claim that counts most first. A claim counts
  /// unless an earlier one has the id, or two contacts claim each other: an id is never merged into itself.
  mutating func merge(_ claims: [(id: UInt64, row: Int32)]) {
    for claim in claims where mergedInto[claim.id] == nil {
      let target = last(hubspotIDs[Int(claim.row)])
      if target != claim.id { mergedInto[claim.id] = target }
    }
    for (id, target) in mergedInto { mergedInto[id] = last(target) }
  }

  /// The end of a chain of merges.
  private func last(_ id: UInt64) -> UInt64 {
    var id = id
    while let next = mergedInto[id] { id = next }
    return id
  }

  /// Whether a HubSpot id is part of another contact now.
  func isMerged(_ id: UInt64) -> Bool { !mergedInto.isEmpty && mergedInto[id] != nil }
}
