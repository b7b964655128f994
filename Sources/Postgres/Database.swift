import Foundation

/// A database that several threads work with: a pool of connections, and transactions that are tried again.
///
/// Nothing depends on a session: no prepared statements, no settings outlive a transaction. So a PgBouncer in transaction
/// mode may stand between.
public final class Database: @unchecked Sendable {
  private let url: String
  private let mutex = NSLock()
  private var idle: [Session] = []
  private var lockSession: Session?
  private var lockKey: Int64?
  private var hasConnected = false
  /// How often a transaction is tried in all, when its connection is lost.
  private static let attempts = 7

  /// A database by its libpq URL; it connects when it is first used.
  public init(url: String) { self.url = url }

  /// A connection as an object, so that it can be lent out and kept.
  public final class Session {
    /// The connection.
    public let connection: Connection
    init(_ url: String) throws(DatabaseError) { connection = try Connection(url) }
  }

  /// Lends a connection; `giveBack` returns it.
  ///
  /// - Throws: `DatabaseError` if there is no server, or it refuses.
  public func lend() throws -> Session {
    let free = mutex.withLock { () -> Session? in
      while let session = idle.popLast() { if session.connection.isAlive { return session } }
      return nil
    }
    if let free { return free }
    let session = try Session(url)
    mutex.withLock { hasConnected = true }
    return session
  }

  /// Takes a connection back; one that is in the middle of something is closed.
  public func giveBack(_ session: Session) {
    guard session.connection.isAlive && session.connection.isIdle else { return }
    mutex.withLock { idle.append(session) }
  }

  /// Does `body` in one transaction, and all of it again on another connection where the first was lost, with pauses that
  /// grow from 0.1 to 3.2 seconds. `body` must be fit to be done twice: that its commit got lost is not known.
  ///
  /// - Throws: what `body` throws; `DatabaseError` when the last attempt fails too.
  public func transaction<Value>(_ body: (borrowing Connection) throws -> Value) throws -> Value {
    try retrying { try once(body) }
  }

  /// Does `body`, and all of it again where the database went meanwhile, as `transaction` does.
  ///
  /// - Throws: what `body` throws; `DatabaseError` when the last attempt fails too.
  public func retrying<Value>(_ body: () throws -> Value) throws -> Value {
    var attempt = 1
    while true {
      do {
        return try body()
      } catch let error as DatabaseError {
        let mayRetry = error.isWorthRetrying && mutex.withLock { hasConnected }
        guard mayRetry, attempt < Self.attempts else { throw error }
        // Where one connection was lost the others may be too, and nobody has noticed yet.
        if error.isConnectionLost { mutex.withLock { idle = [] } }
        Thread.sleep(forTimeInterval: 0.1 * Double(1 << (attempt - 1)))
        attempt += 1
        try? holdAgain()
      }
    }
  }

  private func once<Value>(_ body: (borrowing Connection) throws -> Value) throws -> Value {
    try checkLock()
    let session = try lend()
    defer { giveBack(session) }
    try session.connection.query("BEGIN")
    do {
      let value = try body(session.connection)
      try session.connection.query("COMMIT")
      return value
    } catch {
      if session.connection.isAlive { _ = try? session.connection.query("ROLLBACK") }
      throw error
    }
  }

  // MARK: The lock

  /// Takes an advisory lock that goes when this process goes; false if another process holds it.
  ///
  /// It is held by an open transaction, not by a session, so that it also holds through PgBouncer in transaction mode.
  ///
  /// - Throws: `DatabaseError` if the server refuses.
  public func acquireLock(_ key: Int64) throws -> Bool {
    guard let held = try hold(key) else { return false }
    mutex.withLock {
      lockSession = held.session
      lockKey = key
    }
    return true
  }

  /// An advisory lock that is held until it is released, or the connection is gone.
  public struct Held {
    let session: Session
    private let database: Database
    init(_ session: Session, of database: Database) {
      self.session = session
      self.database = database
    }

    /// Gives the lock back.
    public func release() {
      _ = try? session.connection.query("ROLLBACK")
      database.giveBack(session)
    }
  }

  /// Takes an advisory lock with a connection of its own; nil if another transaction holds it.
  ///
  /// - Throws: `DatabaseError` if the server refuses.
  public func hold(_ key: Int64) throws -> Held? {
    try retrying {
      let session = try lend()
      let held = Held(session, of: self)
      if try Self.take(key, session) { return held }
      held.release()
      return nil
    }
  }

  /// Takes an advisory lock in a transaction that stays open, whatever the server's patience with idle ones; false if another
  /// transaction has it.
  private static func take(_ key: Int64, _ session: Session) throws -> Bool {
    try session.connection.query("BEGIN")
    try session.connection.query("SET LOCAL idle_in_transaction_session_timeout = 0")
    let answer = try session.connection.query("SELECT pg_try_advisory_xact_lock($1::bigint)", ["\(key)"])
    return answer.first?.first == "t"
  }

  /// After a connection has gone, its locks are gone: nothing is written before the lock is held again.
  private func checkLock() throws {
    let isHeld = mutex.withLock { lockKey == nil || lockSession?.connection.isStillThere == true }
    guard isHeld else { throw Self.lockLost }
  }

  private static let lockLost = DatabaseError(
    sqlState: "", message: "the connection that holds the pipeline's lock was lost", isConnectionLost: true)

  private func holdAgain() throws {
    mutex.lock()
    defer { mutex.unlock() }
    guard let key = lockKey else { return }
    if let session = lockSession, (try? session.connection.query("SELECT 1")) != nil { return }
    lockSession = nil
    let session = try Session(url)
    if try Self.take(key, session) { lockSession = session }
  }
}

/// A name as SQL takes it, whatever is in it: `"my ""schema"""`.
public func quoted(_ identifier: String) -> String {
  "\"" + identifier.replacingOccurrences(of: "\"", with: "\"\"") + "\""
}

/// A text as SQL takes it, where no value can be bound (`FOR VALUES IN`, COPY).
public func literal(_ text: String) -> String {
  // E'' reads backslashes as escapes whatever standard_conforming_strings says.
  let escaped = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "''")
  return "E'" + escaped + "'"
}
