import Foundation

/// Where a pipeline of the tests stages its runs. What holds of one store holds of the other (requirement P3).
public enum Store: String, CaseIterable, Sendable, CustomStringConvertible {
  case files
  case postgres = "PostgreSQL"

  /// Its name, for messages.
  public var description: String { rawValue }

  /// The stores that tests can use: without PostgreSQL, files alone.
  public static var installed: [Store] { PostgresServer.installation == nil ? [.files] : allCases }

  /// Where a pipeline of the tests stages that does not say so itself: files, but in a suite `.overBothStores`.
  @TaskLocal public static var current = Store.files

  /// What stands below `staging:` of the pipeline of a sandbox: the folder `staging`, or an empty database.
  public func setting(in sandbox: Sandbox) throws -> String {
    self == .files ? "csv: staging" : Self.setting(try Self.database(for: sandbox))
  }

  private static func setting(_ url: String) -> String { "postgres: {url: \"\(url)\", schema: staging}" }

  /// An empty database, for as long as the sandbox is there.
  private static func database(for sandbox: Sandbox) throws -> String {
    guard let server = PostgresServer.shared else { throw HelperError("PostgreSQL is not installed") }
    return try sandbox.takeDatabase(of: server)
  }

  /// Has pipelines of a sandbox stage in this store: files is what they say, PostgreSQL an empty database for them all.
  public func take(_ pipelines: [String], in sandbox: Sandbox) throws {
    guard self == .postgres else { return }
    let url = try Self.database(for: sandbox)
    for pipeline in pipelines { try sandbox.write(pipeline, try Self.staged(try sandbox.text(pipeline), in: url)) }
  }

  /// The text of a pipeline with its staging in a database.
  ///
  /// - Throws: `HelperError` if it does not stage in files.
  public static func staged(_ pipeline: String, in url: String) throws -> String {
    let place = setting(url)
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
