import Staging

extension StagedLookup {
  /// How many rows of some tables there are of each kind, that is of each combination of some columns: the most frequent
  /// first, equally frequent ones by name.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  func counted(_ tables: [TableName], by columns: [String]) throws -> [(key: [String], count: Int)] {
    var counts: [[String]: Int] = [:]
    for table in tables { counts.merge(try self.counts(of: table, by: columns), uniquingKeysWith: +) }
    return counts.map { (key: $0.key, count: $0.value) }.sorted {
      $0.count == $1.count ? $0.key.lexicographicallyPrecedes($1.key) : $0.count > $1.count
    }
  }

  /// The first `limit` rows of each kind, kinds by name; none where no samples are wanted.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  func sampled(_ tables: [TableName], by columns: [String], limit: Int) throws -> [TextRow] {
    var found: [[String]: [TextRow]] = [:]
    for table in tables { try samples(of: table, by: columns, limit: limit, into: &found) }
    return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.value)
  }
}
