import Foundation

/// A PgBouncer in front of a server of the tests, which lends a connection for one transaction at a time.
public final class PgBouncer {
  private let folder: String
  private let server: PostgresServer
  private static let port = 6432
  private static let path = "/usr/sbin/pgbouncer"

  /// Whether it is installed.
  public static var isInstalled: Bool { access(path, X_OK) == 0 }

  /// Starts one beside the server's socket, with so many connections to each database.
  ///
  /// - Throws: `HelperError` if it does not start.
  public init(_ server: PostgresServer, connections: Int) throws {
    self.server = server
    folder = "\(server.folder)/pooler"
    let settings = """
      [databases]
      * = host=\(server.folder) user=resync
      [pgbouncer]
      unix_socket_dir = \(folder)
      listen_port = \(Self.port)
      auth_type = any
      pool_mode = transaction
      default_pool_size = \(connections)
      server_reset_query =
      pidfile = \(folder)/pid
      logfile = \(folder)/log
      """
    try server.asServer(["/bin/bash", "-c", "mkdir -p \(folder) && cat > \(folder)/ini <<'END'\n\(settings)\nEND"])
    try server.asServer([Self.path, "-d", "-q", "\(folder)/ini"])
    try wait(until: "PgBouncer, see \(folder)/log") { access("\(folder)/.s.PGSQL.\(Self.port)", F_OK) == 0 }
  }

  deinit { try? server.asServer(["/bin/bash", "-c", "kill $(cat \(folder)/pid)"]) }

  /// The URL of a database of the server by way of PgBouncer; every client becomes the user `resync`.
  public func url(_ url: String) -> String {
    url.replacingOccurrences(of: "host=\(server.folder)", with: "host=\(folder)&port=\(Self.port)")
  }
}
