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
  ///
  /// - Throws: what the sequential columns of the indexes throw.
  public static func pair(
    _ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, baseline: [BaselinePair], onDuplicate: [OnDuplicate],
    objects: [String], workers: Workers = Workers(count: 1)
  ) throws -> PairingResult {
    var pairing = Pairing(hubspot, salesforce, onDuplicate, objects, workers)
    try pairing.followMerges()
    try pairing.keepNewestOfSameID()
    try pairing.exclude()
    pairing.result.baseline = BaselineSuccession.follow(baseline, pairing.result.records, pairing.contact)
    pairing.locateBaseline()
    try pairing.pairByLink()
    try pairing.pairByIDField()
    pairing.pairByBaseline()
    for key in onDuplicate.indices { try pairing.pairByKey(key) }
    pairing.nameTheRest()
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
      salesforce: salesforce.ids.map { $0 == .absent ? .unreadable : .free },
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
  private mutating func followMerges() throws {
    guard !hubspot.merges.isEmpty else { return }
    let claims = try hubspot.merges.filter { result.hubspot[Int($0.row)] == .free }.map { claim in
      (claim: claim, time: try hubspot.facts.element(at: Int(claim.row)).time)
    }
    let sorted = claims.sorted { first, second in
      let (a, b) = (Int(first.claim.row), Int(second.claim.row))
      return (first.time, hubspot.ids[a], a) > (second.time, hubspot.ids[b], b)
    }
    result.records.merge(sorted.map(\.claim))
  }

  /// The last modified row stays; at a tie the later one. A row whose id was merged into another contact does not.
  private mutating func keepNewestOfSameID() throws {
    let repeated = try result.records.insertRows(hubspot, salesforce, workers)
    for row in repeated.hubspot { result.hubspot[Int(row)] = .duplicateID }
    for row in repeated.salesforce { result.salesforce[Int(row)] = .duplicateID }
  }

  private func hubspotRow(_ id: UInt64) -> Int? { result.records.hubspotRow(id) }

  private func salesforceRow(_ id: SalesforceKey) -> Int? { result.records.salesforceRow(id) }

  // MARK: 2. Records that take no part

  /// A converted lead takes no part; its contact stands for it from then on.
  private mutating func exclude() throws {
    try salesforce.facts.forEach { row, facts in
      if result.salesforce[row] == .free && facts.exclusion != .free { result.salesforce[row] = facts.exclusion }
    }
    for conversion in salesforce.conversions where result.salesforce[Int(conversion.row)] == .convertedLead {
      result.records.convert(salesforce.ids[Int(conversion.row)], into: conversion.contact)
    }
  }

  // MARK: 3. By link

  private mutating func pairByLink() throws {
    result.hubspotPartners = try linkedRows()
    // How many HubSpot rows claim a Salesforce row; more than one is all that matters.
    var claims = [UInt8](repeating: 0, count: salesforce.count)
    for row in 0..<hubspot.count {
      let partner = Int(result.hubspotPartners[row])
      if partner == Self.dangling {
        result.hubspot[row] = .danglingLink
        result.hubspotPartners[row] = -1
      } else if partner >= 0 && claims[partner] < 2 {
        claims[partner] += 1
      }
    }
    for row in 0..<hubspot.count where result.hubspotPartners[row] >= 0 {
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

  /// In place of a partner: the row has a link, but not to a row that takes part.
  private static let dangling = -2

  /// For each HubSpot row the Salesforce row that its link names, `dangling`, or -1 where it has none or takes no part.
  private func linkedRows() throws -> [Int32] {
    // What is touched is summed, so that it is not optimised away.
    let touched = Atomic<UInt64>(0)
    return try Array(unsafeUninitializedCapacity: hubspot.count) { places, filled in
      // Each thread fills places of its own.
      nonisolated(unsafe) let places = places
      // The look-ups wait for memory: every core makes some, and asks for what the next ones will need.
      try hubspot.facts.forEachRun(workers) { rows, facts in
        let first = rows.lowerBound
        for start in stride(from: 0, to: facts.count, by: Self.lookAhead) {
          let few = start..<min(facts.count, start + Self.lookAhead)
          touched.wrappingAdd(result.records.touch(facts[few].lazy.map(\.link)), ordering: .relaxed)
          for place in few {
            places.initializeElement(at: first + place, to: linkedRow(of: first + place, facts[place]))
          }
        }
      }
      filled = hubspot.count
    }
  }

  /// For how many rows memory is asked at once.
  private static let lookAhead = 64

  /// What `linkedRows` has of a row. A link to a converted lead names its contact.
  private func linkedRow(of row: Int, _ facts: HubSpotFacts) -> Int32 {
    guard result.hubspot[row] == .free, facts.linkState != .none else { return -1 }
    guard facts.linkState == .id, let partner = salesforceRow(facts.link), result.salesforce[partner] == .free else {
      return Int32(Self.dangling)
    }
    let isConverted = salesforce.ids[partner] != facts.link
    let isRight = isConverted || salesforce.objects[partner] == facts.linkObject
    return isRight ? Int32(truncatingIfNeeded: partner) : Int32(Self.dangling)
  }

  /// A Salesforce record that is still free and holds the id of an unlinked HubSpot record is its pair. Every HubSpot record
  /// with a link has its verdict by now.
  private mutating func pairByIDField() throws {
    guard salesforce.holdsHubSpotIDs else { return }
    var candidates: [Int: [Int]] = [:]
    try salesforce.facts.forEach { row, facts in
      guard result.salesforce[row] == .free, facts.hubspotID != 0 else { return }
      guard let partner = hubspotRow(facts.hubspotID) else { return result.salesforce[row] = .danglingLink }
      if result.hubspot[partner] == .free { candidates[partner, default: []].append(row) }
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

  /// What was missed last comes last: of two pairs with one of the records, the one that was seen later counts.
  private mutating func pairByBaseline() {
    let pairs = result.baseline
    let missed = pairs.indices.filter { pairs[$0].missed > 0 }
    for number in pairs.indices where pairs[number].missed == 0 { pairByBaseline(number) }
    for number in missed.sorted(by: { (pairs[$0].missed, $0) < (pairs[$1].missed, $1) }) { pairByBaseline(number) }
  }

  private mutating func pairByBaseline(_ number: Int) {
    let (row, partner) = (Int(result.baselineHubspotRows[number]), Int(result.baselineSalesforceRows[number]))
    guard row >= 0, partner >= 0, !result.baseline[number].isSuperseded, result.hubspot[row] == .free,
      result.salesforce[partner] == .free
    else { return }
    join(row, partner, .pairedByBaseline)
  }

  /// Finds the rows of the baseline's ids, for pairing and so that its rows can be brought to their chunks.
  private mutating func locateBaseline() {
    let pairs = result.baseline
    let records = result.records
    result.baselineHubspotRows = rows(of: pairs) { few in
      few.map { $0.hubspotID == 0 ? nil : $0.hubspotID }
    } touch: {
      records.touch(hubspot: $0)
    } find: {
      records.hubspotRow($0)
    }
    result.baselineSalesforceRows = rows(of: pairs) { few in
      few.map(\.salesforceID)
    } touch: {
      records.touch($0)
    } find: {
      records.salesforceRow($0)
    }
  }

  /// For each pair the row of one of its ids, or -1. Every core makes some look-ups, and asks for what the next ones need.
  private func rows<ID>(
    of pairs: [BaselinePair], _ ids: @Sendable (ArraySlice<BaselinePair>) -> [ID?], touch: @Sendable ([ID]) -> UInt64,
    find: @Sendable (ID) -> Int?
  ) -> [Int32] {
    let touched = Atomic<UInt64>(0)
    return Array(unsafeUninitializedCapacity: pairs.count) { places, filled in
      // Each thread fills places of its own.
      nonisolated(unsafe) let places = places
      workers.forEach((pairs.count + Self.lookAhead - 1) / Self.lookAhead) { _, piece in
        let start = piece * Self.lookAhead
        let few = ids(pairs[start..<min(pairs.count, start + Self.lookAhead)])
        touched.wrappingAdd(touch(few.compactMap { $0 }), ordering: .relaxed)
        for (place, id) in few.enumerated() {
          places.initializeElement(at: start + place, to: id.flatMap(find).map { Int32(truncatingIfNeeded: $0) } ?? -1)
        }
      }
      filled = pairs.count
    }
  }

  // MARK: 5. By key

  private mutating func pairByKey(_ key: Int) throws {
    var groups = KeyGroups(hubspot, salesforce, ranks)
    try addFree(to: &groups, key)
    guard groups.count > 0 else { return }
    let paired =
      try groups.numbers(of: hubspot.keys[key], where: result.hubspot, workers)
      + groups.numbers(of: salesforce.keys[key], where: result.salesforce, workers)
    for number in paired { groups.notePaired(number) }
    try groups.giveVerdicts(to: &result.hubspot, hubspot.keys[key], onDuplicate[key], workers)
    try groups.giveVerdicts(to: &result.salesforce, salesforce.keys[key], onDuplicate[key], workers)
    for group in groups.all where group.isPair(onDuplicate[key]) {
      join(Int(group.newestHubSpot), Int(group.newestSalesforce), .pairedByKey)
    }
  }

  /// Only the newest of several needs times: they are read only where one is asked for.
  private func addFree(to groups: inout KeyGroups, _ key: Int) throws {
    let needsTimes = onDuplicate[key] == .newest
    try forEachKey(hubspot.keys[key], needsTimes ? hubspot.facts : nil) { row, digest, time in
      if result.hubspot[row] == .free { groups.addHubSpot(row, digest, time: time) }
    }
    try forEachKey(salesforce.keys[key], needsTimes ? salesforce.facts : nil) { row, digest, time in
      if result.salesforce[row] == .free { groups.addSalesforce(row, digest, time: time) }
    }
  }

  /// Gives `body` all keys of a side with the times of their rows, if there are any.
  private func forEachKey<Facts: PairingFacts>(
    _ keys: SequentialColumn<KeyDigest>, _ times: SequentialColumn<Facts>?,
    _ body: (_ row: Int, _ digest: KeyDigest, _ time: Int64) -> Void
  ) throws {
    var digests: [KeyDigest] = []
    var facts: [Facts] = []
    for run in 0..<keys.runCount {
      try keys.read(run: run, into: &digests)
      try times?.read(run: run, into: &facts)
      let first = keys.rows(ofRun: run).lowerBound
      for place in digests.indices { body(first + place, digests[place], times == nil ? .min : facts[place].time) }
    }
  }

  // MARK: 6. What is left

  private mutating func nameTheRest() {
    for number in result.baseline.indices where isPair(number) {
      let (row, partner) = (Int(result.baselineHubspotRows[number]), Int(result.baselineSalesforceRows[number]))
      if row >= 0, result.hubspot[row] == .free, isGone(partner < 0 ? nil : result.salesforce[partner]) {
        result.hubspot[row] = .partnerMissing
      }
      if partner >= 0, result.salesforce[partner] == .free, isGone(row < 0 ? nil : result.hubspot[row]) {
        result.salesforce[partner] = .partnerMissing
      }
    }
    for number in result.baseline.indices where !isPair(number) && !result.baseline[number].isSuperseded {
      let (row, partner) = (Int(result.baselineHubspotRows[number]), Int(result.baselineSalesforceRows[number]))
      if row >= 0, result.hubspot[row] == .free { result.hubspot[row] = .createPending }
      if partner >= 0, result.salesforce[partner] == .free { result.salesforce[partner] = .createPending }
    }
    for row in 0..<hubspot.count where result.hubspot[row] == .free { result.hubspot[row] = .unmatched }
    for row in 0..<salesforce.count where result.salesforce[row] == .free { result.salesforce[row] = .unmatched }
  }

  /// Whether an entry of the baseline is a pair that still counts: not a create, and not dropped.
  private func isPair(_ number: Int) -> Bool {
    let entry = result.baseline[number]
    return entry.hubspotID != 0 && entry.salesforceID != nil && !entry.isSuperseded
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
