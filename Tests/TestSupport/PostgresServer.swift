import Foundation

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

  private let folder: String
  private let programs: String

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
    // The path of a socket has a limit of about 100 bytes.
    var path = Array("/tmp/resync-pg-XXXXXX".utf8CString)
    let made = mkdtemp(&path) != nil
    guard made else { throw HelperError("cannot make a folder for the server") }
    folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if getuid() == 0 { try Self.run("/bin/chown", ["postgres", folder]) }
    try asServer(["\(programs)/initdb", "-D", "\(folder)/data", "-U", "resync", "-A", "trust", "-E", "UTF8", "--no-sync"])
    try start()
  }

  /// The URL of the server's databases, for libpq.
  public func url(_ database: String) -> String { "postgresql://resync@/\(database)?host=\(folder)" }

  /// Starts it again after it was stopped.
  public func start() throws {
    try asServer([
      "\(programs)/pg_ctl", "-D", "\(folder)/data", "-w", "-s", "-l", "\(folder)/log", "-o",
      "-k \(folder) -c listen_addresses='' -c fsync=off -c max_connections=60", "start",
    ])
  }

  /// Ends it at once, as a crash does.
  public func crash() throws { try control("immediate") }

  private func control(_ mode: String) throws {
    try asServer(["\(programs)/pg_ctl", "-D", "\(folder)/data", "-w", "-s", "-m", mode, "stop"])
  }

  fileprivate func stop() {
    try? control("immediate")
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Makes a new, empty database, and returns its URL.
  public func makeDatabase() throws -> String {
    let name = "d" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    _ = try query("postgres", "CREATE DATABASE \(name)")
    return url(name)
  }

  /// What a statement gives, as psql prints it unaligned: cells separated by `|`.
  @discardableResult
  public func query(_ database: String, _ statement: String) throws -> String {
    let target = database.contains("://") ? database : url(database)
    return try Self.run("\(programs)/psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", target, "-c", statement])
  }

  private func asServer(_ words: [String]) throws {
    if getuid() == 0 {
      try Self.run("/usr/sbin/runuser", ["-u", "postgres", "--"] + words)
    } else {
      try Self.run(words[0], Array(words.dropFirst()))
    }
  }

  @discardableResult
  private static func run(_ path: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
    let streams = try Sandbox("server")
    let (output, messages) = (streams.file("out"), streams.file("err"))
    for file in ["out", "err"] { try streams.write(file, "") }
    // Files, for the server inherits them: the end of a pipe would not come while it runs.
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: messages)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw HelperError("\(path) \(arguments.joined(separator: " ")): \(try streams.text("err"))")
    }
    return try streams.text("out").trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
