/// The rows of one side by their ids, and those that do not stand for theirs (spec, semantics 3.1).
struct RowsByID: Sendable {
  private(set) var table: RowTable
  /// Rows whose id another row stands for.
  private(set) var repeated: [Int32] = []

  /// The readable HubSpot rows. One whose id was merged into another contact stands for nothing.
  init(_ index: HubSpotIndex, isMerged: (UInt64) -> Bool) {
    table = RowTable(capacity: index.count)
    for row in 0..<index.count where index.ids[row] != 0 {
      let id = index.ids[row]
      if isMerged(id) {
        repeated.append(Int32(truncatingIfNeeded: row))
        continue
      }
      add(row, id, index.times) { index.ids[$0] == id }
    }
  }

  /// The readable Salesforce rows.
  init(_ index: SalesforceIndex) {
    table = RowTable(capacity: index.count)
    for row in 0..<index.count {
      guard let id = index.ids[row] else { continue }
      add(row, id.hash, index.times) { index.ids[$0] == id }
    }
  }

  /// The last modified row stays; at a tie the later one.
  private mutating func add(_ row: Int, _ hash: UInt64, _ times: [Int64], _ matches: (Int) -> Bool) {
    guard let other = table.insert(row, hash, matches) else { return }
    let wins = times[row] >= times[other]
    repeated.append(Int32(truncatingIfNeeded: wins ? other : row))
    if wins { table.replace(other, by: row, hash) }
  }
}
