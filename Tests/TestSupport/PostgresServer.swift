import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own: its data and its socket lie in a temporary folder, and it listens nowhere else.
///
/// It is started by an unprivileged user, for the server refuses root: where the tests run as root, by `postgres`.
public final class PostgresServer: Sendable {
  /// The server that tests share; each takes a database of its own. Nil if PostgreSQL is not installed.
  public static let shared: PostgresServer? = {
    guard let programs = installation else { return nil }
    do {
      let server = try PostgresServer(programs)
      atexit { PostgresServer.shared?.stop() }
      return server
    } catch {
      print("no private PostgreSQL server: \(error)")
      return nil
    }
  }()

  /// A server that no other test uses, for those that crash it; `stop` ends it.
  ///
  /// - Throws: `HelperError` if PostgreSQL is not installed, or does not start.
  public static func own() throws -> PostgresServer {
    guard let programs = installation else { throw HelperError("PostgreSQL is not installed") }
    return try PostgresServer(programs)
  }

  /// The folder of its data and its socket, which belongs to the user that it runs as.
  public let folder: String
  private let programs: String
  private let idle = Mutex<[String]>([])

  /// The folder of `initdb` and `pg_ctl`, the newest version that is installed; nil if there is none.
  public static let installation: String? = {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    guard let newest = versions.compactMap({ Int($0) }).max() else { return nil }
    let programs = "\(root)/\(newest)/bin"
    return access("\(programs)/initdb", X_OK) == 0 ? programs : nil
  }()

  private init(_ programs: String) throws {
    self.programs = programs
    var path = Array("\(Self.temporaryFolder)/resync-pg-XXXXXX".utf8CString)
    let made = mkdtemp(&path) != nil
    guard made else { throw HelperError("cannot make a folder for the server") }
    folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if getuid() == 0 { try Self.run("/bin/chown", ["postgres", folder]) }
    try asServer([
      "\(programs)/initdb", "-D", "\(folder)/data", "-U", "resync", "-A", "trust", "-E", "UTF8", "--no-sync",
    ])
    try start()
  }

  /// The URL of the server's databases, for libpq.
  public func url(_ database: String) -> String { "postgresql://resync@/\(database)?host=\(folder)" }

  /// The temporary folder, if a socket can lie in it: its path has a limit of about 100 bytes.
  private static let temporaryFolder: String = {
    let folder = FileManager.default.temporaryDirectory.standardizedFileURL.path
    return folder.utf8.count < 60 ? folder : "/tmp"
  }()

  /// What its data need not outlast: the machine. With many small databases, autovacuum would be at work all the time, and
  /// statements would be compiled that run once. (`synchronous_commit` stays on: the tests crash the server.)
  private static let thrift = ["fsync", "full_page_writes", "autovacuum", "jit"].map { "-c \($0)=off" }
    .joined(separator: " ")

  /// Starts it again after it was stopped.
  public func start() throws {
    try asServer([
      "\(programs)/pg_ctl", "-D", "\(folder)/data", "-w", "-s", "-l", "\(folder)/log", "-o",
      "-k \(folder) -c listen_addresses='' -c max_connections=60 \(Self.thrift)", "start",
    ])
  }

  /// Ends it at once, as a crash does.
  public func crash() throws { try control("immediate") }

  private func control(_ mode: String) throws {
    try asServer(["\(programs)/pg_ctl", "-D", "\(folder)/data", "-w", "-s", "-m", mode, "stop"])
  }

  /// Ends it, and removes its data.
  public func stop() {
    try? control("immediate")
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Makes a new, empty database, and returns its URL.
  public func makeDatabase() throws -> String {
    let name = "d" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    _ = try query("postgres", "CREATE DATABASE \(name)")
    return url(name)
  }

  /// An empty database for the staging of one pipeline, whose user gives it back: to make one takes long.
  func takeDatabase() throws -> String { try idle.withLock { $0.popLast() } ?? makeDatabase() }

  /// Takes back a database, with whatever is staged in it, for the next who needs one.
  func giveBack(_ url: String) {
    let left = try? query(
      url,
      """
      SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
      DROP SCHEMA IF EXISTS staging CASCADE;
      SELECT count(*) FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^(pg_|inf)')
      """)
    // Where a test has made more than that, or the server is gone, nobody gets it.
    if left?.split(separator: "\n").last == "0" { idle.withLock { $0.append(url) } }
  }

  /// What a statement gives, as psql prints it unaligned: cells separated by `|`.
  @discardableResult
  public func query(_ database: String, _ statement: String) throws -> String {
    let target = database.contains("://") ? database : url(database)
    return try Self.run("\(programs)/psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", target, "-c", statement])
  }

  /// All tables of a database as text, as pg_dump writes them.
  public func dump(_ database: String) throws -> String { try Self.run("\(programs)/pg_dump", ["-d", database]) }

  /// Closes what it inherits: a server that stays must not hold the files and locks of the test runner.
  private static let closing = """
    for file in /proc/$$/fd/*; do file=${file##*/}; [ "$file" -gt 2 ] && eval "exec $file>&-"; done; exec "$@"
    """

  /// Waits until a query gives `t`, ten seconds at most.
  ///
  /// - Throws: `HelperError` if it does not.
  public func wait(_ database: String, until condition: String) throws {
    try TestSupport.wait(until: condition) { try query(database, condition) == "t" }
  }

  func asServer(_ words: [String]) throws {
    let user = getuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : []
    try Self.run("/bin/bash", ["-c", Self.closing, "bash"] + user + words)
  }

  @discardableResult
  private static func run(_ path: String, _ arguments: [String]) throws -> String {
    // Not with Foundation's Process: it waits until the last heir of its socket is gone, and the server is one.
    let outcome = try Program(path: path, arguments).wait()
    guard outcome.exitCode == 0 else {
      throw HelperError("\(path) \(arguments.joined(separator: " ")): \(outcome.messages)")
    }
    return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
