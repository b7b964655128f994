import Parallel
import Synchronization

/// The records that are free, by the value of one match key: how many of each side, and which is the newest.
struct KeyGroups {
  /// The records with one value.
  struct Group {
    let key: KeyDigest
    /// How many free records of each side have it; 2 stands for more.
    var hubspotCount: UInt8 = 0
    var salesforceCount: UInt8 = 0
    /// A record that is already paired has the value too.
    var holdsPaired = false
    /// The last modified of each side (ties: semantics 3.5), and when that was.
    var newestHubSpot: Int32 = -1
    var newestSalesforce: Int32 = -1
    fileprivate var hubspotTime = Int64.min
    fileprivate var salesforceTime = Int64.min

    /// Whether a pair comes out of it: the only candidates, or the newest of each side.
    func isPair(_ onDuplicate: OnDuplicate) -> Bool {
      guard !holdsPaired, hubspotCount > 0, salesforceCount > 0 else { return false }
      return (hubspotCount == 1 && salesforceCount == 1) || onDuplicate == .newest
    }

    /// What the key makes of those of its records that it does not pair. A value on one side only goes on to the next key.
    fileprivate func verdict(_ onDuplicate: OnDuplicate) -> Verdict {
      if holdsPaired { return .duplicate }
      guard hubspotCount > 0, salesforceCount > 0 else { return .free }
      return onDuplicate == .newest ? .duplicate : .ambiguousMatch
    }
  }

  private let hubspot: HubSpotIndex
  private let salesforce: SalesforceIndex
  private let ranks: [UInt8]
  private(set) var all: [Group] = []
  private var slots = [Int32](repeating: -1, count: 1024)

  init(_ hubspot: HubSpotIndex, _ salesforce: SalesforceIndex, _ ranks: [UInt8]) {
    self.hubspot = hubspot
    self.salesforce = salesforce
    self.ranks = ranks
  }

  /// How many values there are.
  var count: Int { all.count }

  /// Adds a free HubSpot record. The newest: the last modified, at a tie the highest id.
  mutating func addHubSpot(_ row: Int, _ digest: KeyDigest, time: Int64) {
    guard let number = place(of: digest) else { return }
    all[number].hubspotCount = min(all[number].hubspotCount + 1, 2)
    let best = Int(all[number].newestHubSpot)
    guard best < 0 || (time, hubspot.ids[row]) > (all[number].hubspotTime, hubspot.ids[best]) else { return }
    all[number].newestHubSpot = Int32(truncatingIfNeeded: row)
    all[number].hubspotTime = time
  }

  /// Adds a free Salesforce record. At a tie Contact before Lead, else the object that is listed first; then the highest id.
  mutating func addSalesforce(_ row: Int, _ digest: KeyDigest, time: Int64) {
    guard let number = place(of: digest) else { return }
    all[number].salesforceCount = min(all[number].salesforceCount + 1, 2)
    guard isNewer(row, time, than: all[number]) else { return }
    all[number].newestSalesforce = Int32(truncatingIfNeeded: row)
    all[number].salesforceTime = time
  }

  private func isNewer(_ row: Int, _ time: Int64, than group: Group) -> Bool {
    let best = Int(group.newestSalesforce)
    guard best >= 0 else { return true }
    if time != group.salesforceTime { return time > group.salesforceTime }
    let (rank, bestRank) = (rank(row), rank(best))
    return rank != bestRank ? rank < bestRank : salesforce.ids[best] < salesforce.ids[row]
  }

  private func rank(_ row: Int) -> UInt8 {
    let object = Int(salesforce.objects[row])
    return object < ranks.count ? ranks[object] : .max
  }

  /// The numbers of the groups whose value a paired row has, some of them repeatedly. All threads look them up.
  ///
  /// - Throws: what the column throws.
  func numbers(
    of digests: SequentialColumn<KeyDigest>, where verdicts: [Verdict], _ workers: Workers
  ) throws -> [Int] {
    let found = Mutex<[Int]>([])
    try digests.forEachRun(workers) { rows, run in
      var numbers: [Int] = []
      for (row, digest) in zip(rows, run) where digest != .blank && verdicts[row].isPaired {
        if let number = number(of: digest) { numbers.append(number) }
      }
      if !numbers.isEmpty { found.withLock { $0 += numbers } }
    }
    return found.withLock { $0 }
  }

  /// Notes that a record that is already paired has the value of this group.
  mutating func notePaired(_ number: Int) { all[number].holdsPaired = true }

  /// Gives the free rows of a side the verdicts of their groups, on all threads.
  ///
  /// - Throws: what the column throws.
  func giveVerdicts(
    to verdicts: inout [Verdict], _ digests: SequentialColumn<KeyDigest>, _ onDuplicate: OnDuplicate,
    _ workers: Workers
  ) throws {
    try verdicts.withUnsafeMutableBufferPointer { places in
      // Each thread has rows of its own.
      nonisolated(unsafe) let places = places
      try digests.forEachRun(workers) { rows, run in
        for (row, digest) in zip(rows, run) where digest != .blank && places[row] == .free {
          if let number = number(of: digest) { places[row] = all[number].verdict(onDuplicate) }
        }
      }
    }
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
