extension Sandbox {
  /// Whether a run has begun the baseline of the pipeline, which stages in a database or in the folder `staging`.
  public func hasBaseline(of object: String, staging: String) throws -> Bool {
    guard database != nil else { return has("\(staging)/baseline/\(object)/current") }
    return try baselineRows() != [:]
  }

  /// What is the same as long as no run moves the baseline: inodes and times of its files, or versions of its rows.
  public func baselineState(staging: String) throws -> [String: String] {
    try database == nil ? stamps(under: "\(staging)/baseline") : baselineRows()
  }

  /// A digest of the rows of each table of the baseline that has some.
  private func baselineRows() throws -> [String: String] {
    guard let database else { return [:] }
    func answer(_ select: String) throws -> String { try database.server.query(database.url, select) }
    var digests: [String: String] = [:]
    for table in ["staging.baseline_generations", "staging.baseline"]
    where try answer("SELECT to_regclass('\(table)') IS NOT NULL") == "t" {
      let rows = "(SELECT xmin, * FROM \(table)) AS row"
      let digest = try answer("SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM \(rows)")
      digests[table] = digest.isEmpty ? nil : digest
    }
    return digests
  }
}
