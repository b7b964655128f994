import Foundation

/// What a disturbed night stages: states of it can be kept, and put in place again.
public protocol NightStaging {
  /// What the pipeline file says below `staging:`.
  var setting: String { get }
  /// Keeps it as it is now, under a name.
  func keep(_ state: String) throws
  /// Puts in place again what was kept.
  func takeBack(to state: String) throws
  /// What is the same after each run over the same input: tables and baseline, without times.
  func contents() throws -> [String: Data]
}

/// Staging in a folder of the sandbox.
struct FolderStaging: NightStaging {
  let sandbox: Sandbox
  /// The pipeline's folder: `staging/NAME`.
  let folder: String

  var setting: String { "csv: staging" }
  func keep(_ state: String) throws { try copy(folder, to: "states/\(state)") }
  func takeBack(to state: String) throws { try copy("states/\(state)", to: folder) }

  /// With times and hard links: the ledger of activities goes by the times of its files, and the baseline is linked.
  private func copy(_ from: String, to name: String) throws {
    let (from, to) = (sandbox.file(from), sandbox.file(name))
    guard Program.shell("mkdir -p \(to) && rm -rf \(to) && cp -a \(from) \(to)") else {
      throw HelperError("cannot copy \(from) to \(to)")
    }
  }

  func contents() throws -> [String: Data] {
    try sandbox.leftBehind(staging: folder).filter { !$0.key.hasPrefix("out/") }
  }
}

/// Staging in a database of a server; a state is a copy of the database.
public struct DatabaseStaging: NightStaging {
  /// The server.
  public let server: PostgresServer
  /// The name of the database.
  public let name = "n" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()

  init(server: PostgresServer) throws {
    self.server = server
    try server.query("postgres", "CREATE DATABASE \(name)")
  }

  var url: String { server.url(name) }
  /// A schema of the database.
  public var setting: String { "postgres: {url: \"\(url)\", schema: staging}" }

  /// Copies the database.
  public func keep(_ state: String) throws { try copy(name, to: "\(name)_\(Self.word(state))") }
  /// Puts a copy in its place.
  public func takeBack(to state: String) throws { try copy("\(name)_\(Self.word(state))", to: name) }

  private static func word(_ state: String) -> String { state.replacingOccurrences(of: "-", with: "_") }

  /// A copy cannot be made while somebody is connected, and the session of a program that was killed may still be ending.
  private func copy(_ from: String, to name: String) throws {
    try server.query("postgres", "DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    try server.query(
      "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(from)'")
    try server.wait("postgres", until: "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = '\(from)'")
    try server.query("postgres", "CREATE DATABASE \(name) TEMPLATE \(from)")
  }

  /// A digest of each table; of runs and chunks without their times.
  public func contents() throws -> [String: Data] {
    let rows = try server.query(
      url,
      """
      SELECT relname || '|' || coalesce((xpath('//d/text()', query_to_xml(format(
          'SELECT md5(string_agg(t::text, E''\\n'' ORDER BY t::text)) AS d FROM (SELECT %s FROM %s) AS t',
          CASE relname WHEN 'runs' THEN 'run, state' WHEN 'chunks' THEN '_run, object, chunk, stage, rows_in, rows_out, counts'
            WHEN 'ledger_chunks' THEN 'run, chunk, part, columns, rows' ELSE '*' END, oid::regclass), false, false, '')))[1]::text, '')
      FROM pg_class WHERE relnamespace = 'staging'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      """)
    let pairs = rows.split(separator: "\n").compactMap { line -> (String, Data)? in
      let parts = line.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? ("table \(parts[0])", Data(parts[1].utf8)) : nil
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }
}
