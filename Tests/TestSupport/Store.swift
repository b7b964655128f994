import Foundation

/// Where a pipeline of the tests stages its runs. What holds of one store holds of the other (requirement P3).
public enum Store: String, CaseIterable, Sendable {
  case files, postgres

  /// The stores that tests can use: without PostgreSQL, files alone.
  public static var installed: [Store] { PostgresServer.installation == nil ? [.files] : allCases }

  /// Has pipelines of a sandbox stage in this store: files is what they say, PostgreSQL a new database for them all.
  public func take(_ pipelines: [String], in sandbox: Sandbox) throws {
    guard self == .postgres else { return }
    guard let server = PostgresServer.shared else { throw HelperError("PostgreSQL is not installed") }
    let url = try server.makeDatabase()
    for pipeline in pipelines { try sandbox.write(pipeline, try Self.staged(try sandbox.text(pipeline), in: url)) }
  }

  /// The text of a pipeline with its staging in a database.
  ///
  /// - Throws: `HelperError` if it does not stage in files.
  public static func staged(_ pipeline: String, in url: String) throws -> String {
    let place = "postgres: {url: \"\(url)\", schema: staging}"
    var isStaging = false
    var isChanged = false
    let lines = pipeline.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if !line.hasPrefix(" ") { isStaging = line.hasPrefix("staging:") }
      guard isStaging, let start = line.firstRange(of: "csv: ") else { return String(line) }
      isChanged = true
      // `staging: {csv: FOLDER}` or a line of its own, with a comment or without.
      return line.hasPrefix("staging:") ? "staging: {\(place)}" : String(line[..<start.lowerBound]) + place
    }
    guard isChanged else { throw HelperError("the pipeline does not stage in files") }
    return lines.joined(separator: "\n")
  }

  /// Of what runs with staging in files left, that which runs with this store leave too: load files and reports.
  public func common(_ files: [String: Data]) -> [String: Data] {
    self == .files ? files : files.filter { $0.key.hasPrefix("out/") && !$0.key.hasPrefix("out/.resync/scratch/") }
  }
}
