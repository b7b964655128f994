/// Pairs the records of two exports: by link, by the baseline, by match keys, in that order (spec, semantics 3).
///
/// It sees both exports as a whole, so that every verdict about duplicates and ambiguity holds over chunks, and looks only
/// at ids, links, times and digests of keys. Deciding is pure: arrays in, verdicts out.
public struct Pairing {
  private let hubspot: HubSpotIndex
  private let salesforce: SalesforceIndex
  private let onDuplicate: [OnDuplicate]
  private var result: PairingResult
  private var hubspotRows: [UInt64: Int32] = [:]
  private var salesforceRows: [SalesforceKey: Int32] = [:]

  /// Pairs the two sides; `onDuplicate` has an entry for each match key.
  public static func pair(
    _ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, baseline: [BaselinePair], onDuplicate: [OnDuplicate]
  ) -> PairingResult {
    var pairing = Pairing(hubspot, salesforce, onDuplicate)
    pairing.keepNewestOfSameID()
    pairing.exclude()
    pairing.pairByLink()
    pairing.pairByIDField()
    pairing.pairByBaseline(baseline)
    for key in onDuplicate.indices { pairing.pairByKey(key) }
    pairing.nameTheRest(baseline)
    return pairing.result
  }

  private init(_ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, _ onDuplicate: [OnDuplicate]) {
    self.hubspot = hubspot
    self.salesforce = salesforce
    self.onDuplicate = onDuplicate
    result = PairingResult(
      hubspot: hubspot.ids.map { $0 == 0 ? .unreadable : .free },
      salesforce: salesforce.ids.map { $0 == nil ? .unreadable : .free },
      hubspotPartners: Array(repeating: -1, count: hubspot.count),
      salesforcePartners: Array(repeating: -1, count: salesforce.count))
  }

  // MARK: 1. Rows with the same id

  /// The last modified row stays; at a tie the later one.
  private mutating func keepNewestOfSameID() {
    hubspotRows.reserveCapacity(hubspot.count)
    for row in 0..<hubspot.count where result.hubspot[row] == .free {
      let id = hubspot.ids[row]
      guard let other = hubspotRows[id] else {
        hubspotRows[id] = Int32(row)
        continue
      }
      let wins = hubspot.times[row] >= hubspot.times[Int(other)]
      result.hubspot[wins ? Int(other) : row] = .duplicateID
      if wins { hubspotRows[id] = Int32(row) }
    }
    salesforceRows.reserveCapacity(salesforce.count)
    for row in 0..<salesforce.count {
      guard let id = salesforce.ids[row] else { continue }
      guard let other = salesforceRows[id] else {
        salesforceRows[id] = Int32(row)
        continue
      }
      let wins = salesforce.times[row] >= salesforce.times[Int(other)]
      result.salesforce[wins ? Int(other) : row] = .duplicateID
      if wins { salesforceRows[id] = Int32(row) }
    }
  }

  // MARK: 2. Records that take no part

  private mutating func exclude() {
    for row in 0..<salesforce.count where result.salesforce[row] == .free && salesforce.exclusions[row] != .free {
      result.salesforce[row] = salesforce.exclusions[row]
    }
  }

  // MARK: 3. By link

  private mutating func pairByLink() {
    var claims: [Int32: Int] = [:]
    claims.reserveCapacity(hubspot.count)
    for row in 0..<hubspot.count where result.hubspot[row] == .free && hubspot.linkStates[row] != .none {
      guard let partner = linkedRow(of: row) else {
        result.hubspot[row] = .danglingLink
        continue
      }
      claims[partner, default: 0] += 1
      result.hubspotPartners[row] = partner
    }
    for row in 0..<hubspot.count where result.hubspot[row] == .free && result.hubspotPartners[row] >= 0 {
      let partner = result.hubspotPartners[row]
      if claims[partner, default: 0] == 1 {
        join(row, Int(partner), .pairedByLink)
      } else {
        result.hubspot[row] = .duplicateLink
        result.salesforce[Int(partner)] = .duplicateLink
        result.hubspotPartners[row] = -1
      }
    }
  }

  /// The row that the link of a HubSpot row names, if it takes part.
  private func linkedRow(of row: Int) -> Int32? {
    guard hubspot.linkStates[row] == .id, let partner = salesforceRows[hubspot.links[row]],
      salesforce.objects[Int(partner)] == hubspot.linkObjects[row], result.salesforce[Int(partner)] == .free
    else { return nil }
    return partner
  }

  /// A Salesforce record that is still free and holds the id of an unlinked HubSpot record is its pair.
  private mutating func pairByIDField() {
    var candidates: [Int32: [Int32]] = [:]
    for row in 0..<salesforce.count where result.salesforce[row] == .free && salesforce.hubspotIDs[row] != 0 {
      guard let partner = hubspotRows[salesforce.hubspotIDs[row]] else {
        result.salesforce[row] = .danglingLink
        continue
      }
      guard hubspot.linkStates[Int(partner)] == .none else { continue }
      candidates[partner, default: []].append(Int32(row))
    }
    for (partner, rows) in candidates {
      if rows.count == 1 {
        join(Int(partner), Int(rows[0]), .pairedByIDField)
      } else {
        result.hubspot[Int(partner)] = .duplicateLink
        for row in rows { result.salesforce[Int(row)] = .duplicateLink }
      }
    }
  }

  // MARK: 4. By baseline

  private mutating func pairByBaseline(_ baseline: [BaselinePair]) {
    for pair in baseline.sorted(by: { $0.missed < $1.missed }) {
      guard let (row, partner) = rows(of: pair), result.hubspot[row] == .free, result.salesforce[partner] == .free,
        hubspot.linkStates[row] == .none
      else { continue }
      join(row, partner, .pairedByBaseline)
    }
  }

  /// The two rows of a pair of the baseline, if both exports have them.
  private func rows(of pair: BaselinePair) -> (Int, Int)? {
    guard let id = pair.salesforceID, let row = hubspotRows[pair.hubspotID], let partner = salesforceRows[id] else {
      return nil
    }
    return (Int(row), Int(partner))
  }

  // MARK: 5. By key

  private struct Group {
    var hubspot: [Int32] = []
    var salesforce: [Int32] = []
    var holdsPaired = false
  }

  private mutating func pairByKey(_ key: Int) {
    var groups: [KeyDigest: Group] = [:]
    for row in 0..<hubspot.count where result.hubspot[row] == .free && hubspot.keys[key][row] != .blank {
      groups[hubspot.keys[key][row], default: Group()].hubspot.append(Int32(row))
    }
    for row in 0..<salesforce.count where result.salesforce[row] == .free && salesforce.keys[key][row] != .blank {
      groups[salesforce.keys[key][row], default: Group()].salesforce.append(Int32(row))
    }
    for row in 0..<hubspot.count where result.hubspot[row].isPaired {
      groups[hubspot.keys[key][row]]?.holdsPaired = true
    }
    for row in 0..<salesforce.count where result.salesforce[row].isPaired {
      groups[salesforce.keys[key][row]]?.holdsPaired = true
    }
    for group in groups.values { decide(group, onDuplicate[key]) }
  }

  private mutating func decide(_ group: Group, _ onDuplicate: OnDuplicate) {
    if group.holdsPaired {
      mark(group, .duplicate)
    } else if group.hubspot.count == 1 && group.salesforce.count == 1 {
      join(Int(group.hubspot[0]), Int(group.salesforce[0]), .pairedByKey)
    } else if !group.hubspot.isEmpty && !group.salesforce.isEmpty {
      guard onDuplicate == .newest else { return mark(group, .ambiguousMatch) }
      mark(group, .duplicate)
      join(newestHubSpot(group.hubspot), newestSalesforce(group.salesforce), .pairedByKey)
    }
  }

  private mutating func mark(_ group: Group, _ verdict: Verdict) {
    for row in group.hubspot { result.hubspot[Int(row)] = verdict }
    for row in group.salesforce { result.salesforce[Int(row)] = verdict }
  }

  /// The last modified; at a tie the highest id.
  private func newestHubSpot(_ rows: [Int32]) -> Int {
    rows.map { Int($0) }.reduce(Int(rows[0])) { best, row in
      (hubspot.times[row], hubspot.ids[row]) > (hubspot.times[best], hubspot.ids[best]) ? row : best
    }
  }

  /// The last modified; at a tie the object that is listed first (Contact before Lead), then the highest id.
  private func newestSalesforce(_ rows: [Int32]) -> Int {
    rows.map { Int($0) }.reduce(Int(rows[0])) { best, row in
      let times = (salesforce.times[row], salesforce.times[best])
      if times.0 != times.1 { return times.0 > times.1 ? row : best }
      let objects = (salesforce.objects[row], salesforce.objects[best])
      if objects.0 != objects.1 { return objects.0 < objects.1 ? row : best }
      guard let id = salesforce.ids[row], let other = salesforce.ids[best] else { return best }
      return other < id ? row : best
    }
  }

  // MARK: 6. What is left

  private mutating func nameTheRest(_ baseline: [BaselinePair]) {
    for pair in baseline {
      guard let id = pair.salesforceID, pair.hubspotID != 0 else { continue }
      let row = hubspotRows[pair.hubspotID].map { Int($0) }
      let partner = salesforceRows[id].map { Int($0) }
      if let row, result.hubspot[row] == .free, isGone(partner.map { result.salesforce[$0] }) {
        result.hubspot[row] = .partnerMissing
      }
      if let partner, result.salesforce[partner] == .free, isGone(row.map { result.hubspot[$0] }) {
        result.salesforce[partner] = .partnerMissing
      }
    }
    for create in baseline where create.salesforceID == nil || create.hubspotID == 0 {
      if let row = hubspotRows[create.hubspotID], result.hubspot[Int(row)] == .free {
        result.hubspot[Int(row)] = .createPending
      }
      if let id = create.salesforceID, let row = salesforceRows[id], result.salesforce[Int(row)] == .free {
        result.salesforce[Int(row)] = .createPending
      }
    }
    for row in 0..<hubspot.count where result.hubspot[row] == .free { result.hubspot[row] = .unmatched }
    for row in 0..<salesforce.count where result.salesforce[row] == .free { result.salesforce[row] = .unmatched }
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
