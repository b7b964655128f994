/// Finds the columns of a field history in a table: `CreatedDate`, `createddate` and `created_date` are one name.
struct HistoryNames {
  private let columns: [String]

  init(columns: [String]) { self.columns = columns }

  /// For each list of names the column that goes by the first of them that there is, by that name.
  ///
  /// - Throws: `SourceError` if there is none.
  func resolve(_ lists: [[String]], in source: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for names in lists {
      let pairs = names.lazy.compactMap { name in column(name).map { (name, $0) } }
      guard let (name, column) = pairs.first else {
        throw SourceError(
          source, "is no field history: it has no column \(names.joined(separator: " or ")); name it so in a query")
      }
      found[name] = column
    }
    return found
  }

  private func column(_ name: String) -> String? {
    columns.first { Self.bare($0) == Self.bare(name) }
  }

  private static func bare(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
}
