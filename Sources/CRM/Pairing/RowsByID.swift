/// The rows of one side by their ids, and those that do not stand for theirs (spec, semantics 3.1).
struct RowsByID: Sendable {
  private(set) var table: RowTable
  /// Rows whose id another row stands for.
  private(set) var repeated: [Int32] = []

  /// The readable HubSpot rows. One whose id was merged into another contact stands for nothing.
  init(_ index: HubSpotIndex, isMerged: (UInt64) -> Bool) throws {
    table = RowTable(capacity: index.count)
    for row in 0..<index.count where index.ids[row] != 0 {
      let id = index.ids[row]
      if isMerged(id) {
        repeated.append(Int32(truncatingIfNeeded: row))
        continue
      }
      try add(row, id) {
        index.ids[$0] == id
      } time: {
        try index.facts.element(at: $0).time
      }
    }
  }

  /// The readable Salesforce rows.
  init(_ index: SalesforceIndex) throws {
    table = RowTable(capacity: index.count)
    for row in 0..<index.count where index.ids[row] != .absent {
      let id = index.ids[row]
      try add(row, id.hash) {
        index.ids[$0] == id
      } time: {
        try index.facts.element(at: $0).time
      }
    }
  }

  /// The last modified row stays; at a tie the later one.
  private mutating func add(
    _ row: Int, _ hash: UInt64, _ matches: (Int) -> Bool, time: (Int) throws -> Int64
  ) throws {
    guard let other = table.insert(row, hash, matches) else { return }
    let wins = try time(row) >= time(other)
    repeated.append(Int32(truncatingIfNeeded: wins ? other : row))
    if wins { table.replace(other, by: row, hash) }
  }
}
