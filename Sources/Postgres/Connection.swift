import CLibPQ
import Foundation
import Records

/// What the database refused, without any value: messages name tables and codes, never customers' data or passwords.
public struct DatabaseError: Error, CustomStringConvertible, Sendable {
  /// The code of the SQL standard, such as `42501`; empty where the connection itself failed.
  public let sqlState: String
  /// What the server or libpq said first: its details, which may quote values, are left out.
  public let message: String
  /// Whether the connection is gone: the whole transaction may be tried again on another.
  public let isConnectionLost: Bool
  /// The column that a constraint forbids to be empty, where the server names one.
  public var column: String?
  /// The constraint that was broken, where the server names one.
  public var constraint: String?

  /// The message with its code.
  public var description: String { sqlState.isEmpty ? message : "\(message) (SQLSTATE \(sqlState))" }

  /// Whether it is a row that the server does not take, rather than the statement: a value that is none of its type, a
  /// constraint, a rule that a trigger or a view checks (classes 22, 23, 44 and P0).
  public var isAboutRow: Bool { ["22", "23", "44", "P0"].contains { sqlState.hasPrefix($0) } }

  /// Whether the same transaction may succeed when it is tried again: the connection or the server went, or others were in
  /// the way (serialization failures and deadlocks).
  public var isWorthRetrying: Bool {
    isConnectionLost || sqlState.hasPrefix("08") || sqlState.hasPrefix("40") || sqlState.hasPrefix("57P")
  }
}

/// A column of an answer.
public struct QueryColumn: Sendable {
  /// Its name.
  public let name: String
  /// The number of its type, which the catalogue of every server has the same for built-in types.
  let type: UInt32

  /// `timestamptz`
  public var isInstant: Bool { type == 1184 }
  /// `timestamp`
  public var isLocalTime: Bool { type == 1114 }
  /// `json` or `jsonb`
  public var isJSON: Bool { type == 114 || type == 3802 }
}

/// One connection to PostgreSQL. It closes when it goes, and an open transaction is undone by that.
public struct Connection: ~Copyable {
  private let raw: OpaquePointer

  /// Connects. `url` is what libpq takes: a URL or `key=value` words; its environment, service and password files work.
  ///
  /// - Throws: `DatabaseError`, which never quotes the URL.
  public init(_ url: String) throws(DatabaseError) {
    guard !ConnectionURL.needsEncoding(url) else {
      throw DatabaseError(
        sqlState: "",
        message:
          "the postgres url cannot be taken apart: percent-encode what its user name or password holds of @ / : ? %, "
          + "as %40 %2F %3A %3F %25",
        isConnectionLost: false)
    }
    guard let parsed = PQconninfoParse(url, nil) else {
      throw DatabaseError(
        sqlState: "", message: "the postgres url is not one that libpq can read: postgres://USER@HOST/DATABASE",
        isConnectionLost: false)
    }
    PQconninfoFree(parsed)
    guard let raw = Self.connect(url) else {
      throw DatabaseError(sqlState: "", message: "no memory for a connection", isConnectionLost: false)
    }
    guard PQstatus(raw) == CONNECTION_OK else {
      let message = Self.firstLine(PQerrorMessage(raw))
      PQfinish(raw)
      throw DatabaseError(sqlState: "", message: message, isConnectionLost: true)
    }
    // Notices ("already exists, skipping") are no news.
    PQsetNoticeProcessor(raw, { _, _ in }, nil)
    self.raw = raw
  }

  /// Connects with what the URL says; where it and the environment say nothing, for 30 seconds at most.
  private static func connect(_ url: String) -> OpaquePointer? {
    var settings = [("fallback_application_name", "resync")]
    if getenv("PGCONNECT_TIMEOUT") == nil { settings.append(("connect_timeout", "30")) }
    // What comes later prevails: the URL, which libpq takes apart where it stands as dbname.
    settings.append(("dbname", url))
    let names = settings.map { strdup($0.0) } + [nil]
    let values = settings.map { strdup($0.1) } + [nil]
    defer { for text in names + values { free(text) } }
    return PQconnectdbParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
  }

  deinit { PQfinish(raw) }

  /// Whether the connection is still there, as far as libpq knows.
  public var isAlive: Bool { PQstatus(raw) == CONNECTION_OK }

  /// Whether the connection is still there, after a look at what the server has sent meanwhile; it waits for nothing.
  ///
  /// A server that ends a connection says so first and closes it then: the second look sees the end.
  public var isStillThere: Bool { PQconsumeInput(raw) == 1 && PQconsumeInput(raw) == 1 && isAlive }

  /// Whether a transaction is open, or a COPY is under way.
  public var isIdle: Bool { PQtransactionStatus(raw) == PQTRANS_IDLE }

  /// Runs one statement with bound values (`$1`, …) and returns its rows as text.
  ///
  /// - Throws: `DatabaseError` with what the server said.
  @discardableResult
  public func query(_ statement: String, _ values: [String?] = []) throws(DatabaseError) -> [[String?]] {
    let copies = values.map { value in value.map { strdup($0) } ?? nil }
    defer { for copy in copies { free(copy) } }
    let result = QueryResult(
      PQexecParams(
        raw, statement, Int32(values.count), nil, copies.map { UnsafePointer($0) }, nil, nil, 0))
    try check(result)
    return result.rows
  }

  /// The columns that a statement gives, with their types.
  ///
  /// - Throws: `DatabaseError` with what the server said.
  public func columns(of statement: String) throws(DatabaseError) -> [QueryColumn] {
    let result = QueryResult(PQexec(raw, statement))
    try check(result)
    return result.columns
  }

  /// Sends bytes with a `COPY … FROM STDIN`. `fill` gives them piece by piece to the function that it is handed.
  ///
  /// - Throws: `DatabaseError`, or what `fill` throws, after the COPY was given up.
  public func copyIn(_ statement: String, _ fill: ((Bytes) throws -> Void) throws -> Void) throws {
    let started = QueryResult(PQexec(raw, statement))
    guard started.status == PGRES_COPY_IN else { throw error(started) }
    do {
      try fill { piece in
        try piece.withMemoryRebound(to: CChar.self) { characters in
          guard let length = Int32(exactly: characters.count),
            PQputCopyData(raw, characters.baseAddress, length) == 1
          else { throw lost() }
        }
      }
    } catch {
      PQputCopyEnd(raw, "given up")
      _ = drain()
      throw error
    }
    guard PQputCopyEnd(raw, nil) == 1 else { throw lost() }
    if let failure = drain() { throw failure }
  }

  /// Begins a `COPY … TO STDOUT`; `nextRow` gives its rows.
  public func beginCopyOut(_ statement: String) throws(DatabaseError) {
    let started = QueryResult(PQexec(raw, statement))
    guard started.status == PGRES_COPY_OUT else { throw error(started) }
  }

  /// Hands the next piece of a COPY to `use`: one row. False at the end.
  public func nextRow(_ use: (Bytes) throws -> Void) throws -> Bool {
    var data: UnsafeMutablePointer<CChar>?
    let count = PQgetCopyData(raw, &data, 0)
    defer { PQfreemem(data) }
    if count > 0, let data {
      try data.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { start in
        try use(Bytes(start: start, count: Int(count)))
      }
      return true
    }
    guard count == -1 else { throw lost() }
    if let failure = drain() { throw failure }
    return false
  }

  /// Takes all results that are left; the error among them, if there is one.
  private func drain() -> DatabaseError? {
    var failure: DatabaseError?
    while let next = PQgetResult(raw) {
      let result = QueryResult(next)
      guard result.status == PGRES_COMMAND_OK || result.status == PGRES_TUPLES_OK else {
        failure = failure ?? error(result)
        // A broken COPY answers for ever: whoever owns the connection closes it.
        if result.status == PGRES_COPY_IN || result.status == PGRES_COPY_OUT { break }
        continue
      }
    }
    return failure
  }

  private func check(_ result: borrowing QueryResult) throws(DatabaseError) {
    guard result.status == PGRES_COMMAND_OK || result.status == PGRES_TUPLES_OK else { throw error(result) }
  }

  private func error(_ result: borrowing QueryResult) -> DatabaseError {
    let message = result.message ?? Self.firstLine(PQerrorMessage(raw))
    var error = DatabaseError(sqlState: result.sqlState, message: message, isConnectionLost: !isAlive)
    (error.column, error.constraint) = (result.column, result.constraint)
    return error
  }

  private func lost() -> DatabaseError {
    DatabaseError(sqlState: "", message: Self.firstLine(PQerrorMessage(raw)), isConnectionLost: true)
  }

  private static func firstLine(_ text: UnsafePointer<CChar>?) -> String {
    let lines = text.map { String(cString: $0) } ?? ""
    return lines.split(separator: "\n").first.map { String($0) } ?? "the connection to the database was lost"
  }
}

/// The answer to a statement.
private struct QueryResult: ~Copyable {
  private let raw: OpaquePointer?

  init(_ raw: OpaquePointer?) { self.raw = raw }
  deinit { PQclear(raw) }

  var status: ExecStatusType { PQresultStatus(raw) }
  // PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_SQLSTATE and so on are characters in C, which Swift does not import.
  var message: String? { field(UInt8(ascii: "M")) }
  var sqlState: String { field(UInt8(ascii: "C")) ?? "" }
  var column: String? { field(UInt8(ascii: "c")) }
  var constraint: String? { field(UInt8(ascii: "n")) }

  private func field(_ code: UInt8) -> String? {
    PQresultErrorField(raw, Int32(code)).map { String(cString: $0) }
  }

  var columns: [QueryColumn] {
    (0..<PQnfields(raw)).map { column in
      QueryColumn(name: PQfname(raw, column).map { String(cString: $0) } ?? "", type: PQftype(raw, column))
    }
  }

  var rows: [[String?]] {
    (0..<PQntuples(raw)).map { row in
      (0..<PQnfields(raw)).map { column in
        PQgetisnull(raw, row, column) == 1 ? nil : PQgetvalue(raw, row, column).map { String(cString: $0) }
      }
    }
  }
}
