import Parallel
import Synchronization

/// Pairs the records of two exports: by link, by the baseline, by match keys, in that order (spec, semantics 3).
///
/// It sees both exports as a whole, so that every verdict about duplicates and ambiguity holds over chunks, and looks only
/// at ids, links, times and digests of keys. Deciding is pure: arrays in, verdicts out.
public struct Pairing: Sendable {
  private let hubspot: HubSpotIndex
  private let salesforce: SalesforceIndex
  private let onDuplicate: [OnDuplicate]
  /// The number of Contact, if it is one of the pipeline's Salesforce objects.
  private let contact: UInt8?
  /// Salesforce objects in the order that decides ties, by their number.
  private let ranks: [UInt8]
  private let workers: Workers
  private var result: PairingResult

  /// Pairs the two sides; `onDuplicate` has an entry for each match key, `objects` are the pipeline's Salesforce objects.
  public static func pair(
    _ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, baseline: [BaselinePair], onDuplicate: [OnDuplicate],
    objects: [String], workers: Workers = Workers(count: 1)
  ) -> PairingResult {
    var pairing = Pairing(hubspot, salesforce, onDuplicate, objects, workers)
    pairing.followMerges()
    pairing.keepNewestOfSameID()
    pairing.exclude()
    let baseline = BaselineSuccession.follow(baseline, pairing.result.records, pairing.contact)
    pairing.result.baseline = baseline
    pairing.pairByLink()
    pairing.pairByIDField()
    pairing.pairByBaseline(baseline)
    for key in onDuplicate.indices { pairing.pairByKey(key) }
    pairing.nameTheRest(baseline)
    pairing.locate(baseline)
    return pairing.result
  }

  private init(
    _ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, _ onDuplicate: [OnDuplicate], _ objects: [String],
    _ workers: Workers
  ) {
    self.workers = workers
    self.hubspot = hubspot
    self.salesforce = salesforce
    self.onDuplicate = onDuplicate
    contact = objects.firstIndex(of: "Contact").map { UInt8(truncatingIfNeeded: $0) }
    ranks = Self.ranks(objects)
    result = PairingResult(
      hubspot: hubspot.ids.map { $0 == 0 ? .unreadable : .free },
      salesforce: salesforce.ids.map { $0 == nil ? .unreadable : .free },
      hubspotPartners: Array(repeating: -1, count: hubspot.count), records: RecordFinder(hubspot, salesforce),
      salesforcePartners: Array(repeating: -1, count: salesforce.count))
  }

  /// Contact before Lead, whatever the order of the pipeline; else its order.
  private static func ranks(_ objects: [String]) -> [UInt8] {
    var ranks = objects.indices.map { UInt8(truncatingIfNeeded: $0) }
    if let contact = objects.firstIndex(of: "Contact"), let lead = objects.firstIndex(of: "Lead"), lead < contact {
      ranks.swapAt(contact, lead)
    }
    return ranks
  }

  // MARK: 1. Rows with the same id

  /// The contact that was modified last says first what was merged into it, whatever the order of the rows.
  private mutating func followMerges() {
    guard !hubspot.merges.isEmpty else { return }
    result.records.merge(
      hubspot.merges.filter { result.hubspot[Int($0.row)] == .free }.sorted { first, second in
        let (a, b) = (Int(first.row), Int(second.row))
        return (hubspot.times[a], hubspot.ids[a], a) > (hubspot.times[b], hubspot.ids[b], b)
      })
  }

  /// The last modified row stays; at a tie the later one. A row whose id was merged into another contact does not.
  private mutating func keepNewestOfSameID() {
    let repeated = result.records.insertRows(hubspot, salesforce, workers)
    for row in repeated.hubspot { result.hubspot[Int(row)] = .duplicateID }
    for row in repeated.salesforce { result.salesforce[Int(row)] = .duplicateID }
  }

  private func hubspotRow(_ id: UInt64) -> Int? { result.records.hubspotRow(id) }

  private func salesforceRow(_ id: SalesforceKey) -> Int? { result.records.salesforceRow(id) }

  // MARK: 2. Records that take no part

  /// A converted lead takes no part; its contact stands for it from then on.
  private mutating func exclude() {
    for row in 0..<salesforce.count where result.salesforce[row] == .free && salesforce.exclusions[row] != .free {
      result.salesforce[row] = salesforce.exclusions[row]
    }
    for conversion in salesforce.conversions where result.salesforce[Int(conversion.row)] == .convertedLead {
      guard let lead = salesforce.ids[Int(conversion.row)] else { continue }
      result.records.convert(lead, into: conversion.contact)
    }
  }

  // MARK: 3. By link

  private mutating func pairByLink() {
    // The look-ups wait for memory: every core makes some, and asks for what the next ones will need.
    let pairing = self
    let touched = Atomic<UInt64>(0)
    let linked = workers.map(hubspot.count) { rows in
      touched.wrappingAdd(pairing.result.records.touch(pairing.hubspot.links[rows]), ordering: .relaxed)
    } _: { row in
      guard pairing.result.hubspot[row] == .free, pairing.hubspot.linkStates[row] != .none else { return Int32(-1) }
      return pairing.linkedRow(of: row).map { Int32(truncatingIfNeeded: $0) } ?? -1
    }
    // How many HubSpot rows claim a Salesforce row; more than one is all that matters.
    var claims = [UInt8](repeating: 0, count: salesforce.count)
    for row in 0..<hubspot.count where result.hubspot[row] == .free && hubspot.linkStates[row] != .none {
      guard linked[row] >= 0 else {
        result.hubspot[row] = .danglingLink
        continue
      }
      if claims[Int(linked[row])] < 2 { claims[Int(linked[row])] += 1 }
      result.hubspotPartners[row] = linked[row]
    }
    for row in 0..<hubspot.count where result.hubspot[row] == .free && result.hubspotPartners[row] >= 0 {
      let partner = Int(result.hubspotPartners[row])
      if claims[partner] == 1 {
        join(row, partner, .pairedByLink)
      } else {
        result.hubspot[row] = .duplicateLink
        result.salesforce[partner] = .duplicateLink
        result.hubspotPartners[row] = -1
      }
    }
  }

  /// The row that the link of a HubSpot row names, if it takes part. A link to a converted lead names its contact.
  private func linkedRow(of row: Int) -> Int? {
    guard hubspot.linkStates[row] == .id, let partner = salesforceRow(hubspot.links[row]),
      result.salesforce[partner] == .free
    else { return nil }
    let isConverted = salesforce.ids[partner] != hubspot.links[row]
    return isConverted || salesforce.objects[partner] == hubspot.linkObjects[row] ? partner : nil
  }

  /// A Salesforce record that is still free and holds the id of an unlinked HubSpot record is its pair.
  private mutating func pairByIDField() {
    var candidates: [Int: [Int]] = [:]
    for row in 0..<salesforce.count where result.salesforce[row] == .free && salesforce.hubspotIDs[row] != 0 {
      guard let partner = hubspotRow(salesforce.hubspotIDs[row]) else {
        result.salesforce[row] = .danglingLink
        continue
      }
      guard hubspot.linkStates[partner] == .none else { continue }
      candidates[partner, default: []].append(row)
    }
    for (partner, rows) in candidates {
      if rows.count == 1 {
        join(partner, rows[0], .pairedByIDField)
      } else {
        result.hubspot[partner] = .duplicateLink
        for row in rows { result.salesforce[row] = .duplicateLink }
      }
    }
  }

  // MARK: 4. By baseline

  private mutating func pairByBaseline(_ baseline: [BaselinePair]) {
    for pair in baseline.sorted(by: { $0.missed < $1.missed }) where !pair.isSuperseded {
      guard let (row, partner) = rows(of: pair), result.hubspot[row] == .free, result.salesforce[partner] == .free,
        hubspot.linkStates[row] == .none
      else { continue }
      join(row, partner, .pairedByBaseline)
    }
  }

  /// The two rows of a pair of the baseline, if both exports have them.
  private func rows(of pair: BaselinePair) -> (Int, Int)? {
    guard let id = pair.salesforceID, pair.hubspotID != 0, let row = hubspotRow(pair.hubspotID),
      let partner = salesforceRow(id)
    else { return nil }
    return (row, partner)
  }

  // MARK: 5. By key

  private mutating func pairByKey(_ key: Int) {
    var groups = KeyGroups(key, hubspot, salesforce, ranks)
    for row in 0..<hubspot.count where result.hubspot[row] == .free { groups.addHubSpot(row) }
    for row in 0..<salesforce.count where result.salesforce[row] == .free { groups.addSalesforce(row) }
    guard groups.count > 0 else { return }
    for row in 0..<hubspot.count where result.hubspot[row].isPaired { groups.notePaired(hubspot.keys[key][row]) }
    for row in 0..<salesforce.count where result.salesforce[row].isPaired {
      groups.notePaired(salesforce.keys[key][row])
    }
    for row in 0..<hubspot.count where result.hubspot[row] == .free {
      guard let group = groups.find(hubspot.keys[key][row]) else { continue }
      result.hubspot[row] = verdict(of: group, key)
    }
    for row in 0..<salesforce.count where result.salesforce[row] == .free {
      guard let group = groups.find(salesforce.keys[key][row]) else { continue }
      result.salesforce[row] = verdict(of: group, key)
    }
    for group in groups.all where isPair(group, key) {
      join(Int(group.newestHubSpot), Int(group.newestSalesforce), .pairedByKey)
    }
  }

  /// Whether a pair comes out of a group: the only candidates, or the newest of each side.
  private func isPair(_ group: KeyGroups.Group, _ key: Int) -> Bool {
    guard !group.holdsPaired, group.hubspotCount > 0, group.salesforceCount > 0 else { return false }
    return (group.hubspotCount == 1 && group.salesforceCount == 1) || onDuplicate[key] == .newest
  }

  /// What a key makes of the records of a group that it does not pair. A value on one side only goes on to the next key.
  private func verdict(of group: KeyGroups.Group, _ key: Int) -> Verdict {
    if group.holdsPaired { return .duplicate }
    guard group.hubspotCount > 0, group.salesforceCount > 0 else { return .free }
    return onDuplicate[key] == .newest ? .duplicate : .ambiguousMatch
  }

  // MARK: 6. What is left

  private mutating func nameTheRest(_ baseline: [BaselinePair]) {
    for pair in baseline where !pair.isSuperseded {
      guard let id = pair.salesforceID, pair.hubspotID != 0 else { continue }
      let row = hubspotRow(pair.hubspotID)
      let partner = salesforceRow(id)
      if let row, result.hubspot[row] == .free, isGone(partner.map { result.salesforce[$0] }) {
        result.hubspot[row] = .partnerMissing
      }
      if let partner, result.salesforce[partner] == .free, isGone(row.map { result.hubspot[$0] }) {
        result.salesforce[partner] = .partnerMissing
      }
    }
    for create in baseline where (create.salesforceID == nil || create.hubspotID == 0) && !create.isSuperseded {
      if create.hubspotID != 0, let row = hubspotRow(create.hubspotID), result.hubspot[row] == .free {
        result.hubspot[row] = .createPending
      }
      if let id = create.salesforceID, let row = salesforceRow(id), result.salesforce[row] == .free {
        result.salesforce[row] = .createPending
      }
    }
    for row in 0..<hubspot.count where result.hubspot[row] == .free { result.hubspot[row] = .unmatched }
    for row in 0..<salesforce.count where result.salesforce[row] == .free { result.salesforce[row] = .unmatched }
  }

  /// Finds the rows of the baseline's ids, so that its rows can be brought to their chunks.
  private mutating func locate(_ baseline: [BaselinePair]) {
    result.baselineHubspotRows = baseline.map { pair in
      pair.hubspotID == 0 ? -1 : hubspotRow(pair.hubspotID).map { Int32($0) } ?? -1
    }
    result.baselineSalesforceRows = baseline.map { pair in
      pair.salesforceID.flatMap { salesforceRow($0) }.map { Int32($0) } ?? -1
    }
  }

  /// Whether the other half of a pair is not there any more, or points into the void.
  private func isGone(_ verdict: Verdict?) -> Bool {
    guard let verdict else { return true }
    return verdict.isExcluded || verdict == .danglingLink
  }

  private mutating func join(_ row: Int, _ partner: Int, _ verdict: Verdict) {
    result.hubspot[row] = verdict
    result.salesforce[partner] = verdict
    result.hubspotPartners[row] = Int32(partner)
    result.salesforcePartners[partner] = Int32(row)
  }
}
