/// The records that are free, by the value of one match key: how many of each side, and which is the newest.
struct KeyGroups {
  /// The records with one value.
  struct Group {
    let key: KeyDigest
    var hubspotCount = 0
    var salesforceCount = 0
    /// The last modified of each side (ties: semantics 3.5).
    var newestHubSpot: Int32 = -1
    var newestSalesforce: Int32 = -1
    /// A record that is already paired has the value too.
    var holdsPaired = false
  }

  private let key: Int
  private let hubspot: HubSpotIndex
  private let salesforce: SalesforceIndex
  private let ranks: [UInt8]
  private(set) var all: [Group] = []
  private var slots = [Int32](repeating: -1, count: 1024)

  init(_ key: Int, _ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, _ ranks: [UInt8]) {
    self.key = key
    self.hubspot = hubspot
    self.salesforce = salesforce
    self.ranks = ranks
  }

  /// How many values there are.
  var count: Int { all.count }

  /// The group of a value, if a free record has it.
  func find(_ digest: KeyDigest) -> Group? {
    guard digest != .blank, let number = number(of: digest) else { return nil }
    return all[number]
  }

  /// Adds a free HubSpot record. The newest: the last modified, at a tie the highest id.
  mutating func addHubSpot(_ row: Int) {
    guard let number = place(of: hubspot.keys[key][row]) else { return }
    all[number].hubspotCount += 1
    let best = Int(all[number].newestHubSpot)
    if best < 0 || (hubspot.times[row], hubspot.ids[row]) > (hubspot.times[best], hubspot.ids[best]) {
      all[number].newestHubSpot = Int32(truncatingIfNeeded: row)
    }
  }

  /// Adds a free Salesforce record. At a tie Contact before Lead, else the object that is listed first; then the highest id.
  mutating func addSalesforce(_ row: Int) {
    guard let number = place(of: salesforce.keys[key][row]) else { return }
    all[number].salesforceCount += 1
    let best = Int(all[number].newestSalesforce)
    if best < 0 || isNewer(row, best) { all[number].newestSalesforce = Int32(truncatingIfNeeded: row) }
  }

  private func isNewer(_ row: Int, _ best: Int) -> Bool {
    if salesforce.times[row] != salesforce.times[best] { return salesforce.times[row] > salesforce.times[best] }
    let (rank, bestRank) = (rank(row), rank(best))
    if rank != bestRank { return rank < bestRank }
    guard let id = salesforce.ids[row], let other = salesforce.ids[best] else { return false }
    return other < id
  }

  private func rank(_ row: Int) -> UInt8 {
    let object = Int(salesforce.objects[row])
    return object < ranks.count ? ranks[object] : .max
  }

  /// Notes that a record that is already paired has this value.
  mutating func notePaired(_ digest: KeyDigest) {
    guard digest != .blank, let number = number(of: digest) else { return }
    all[number].holdsPaired = true
  }

  private func number(of digest: KeyDigest) -> Int? {
    let slot = slot(of: digest)
    return slots[slot] < 0 ? nil : Int(slots[slot])
  }

  /// The number of a value's group, which is made if need be; nil for a blank value.
  private mutating func place(of digest: KeyDigest) -> Int? {
    guard digest != .blank else { return nil }
    if let number = number(of: digest) { return number }
    if (all.count + 1) * 2 > slots.count { grow() }
    slots[slot(of: digest)] = Int32(truncatingIfNeeded: all.count)
    all.append(Group(key: digest))
    return all.count - 1
  }

  /// Where a value stands, or could stand. The digest is a hash already.
  private func slot(of digest: KeyDigest) -> Int {
    var slot = Int(truncatingIfNeeded: digest.low) & (slots.count - 1)
    while slots[slot] >= 0 && all[Int(slots[slot])].key != digest { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in all.indices { slots[slot(of: all[number].key)] = Int32(truncatingIfNeeded: number) }
  }
}
