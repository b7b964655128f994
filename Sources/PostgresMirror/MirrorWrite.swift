import CRM
import Load
import Postgres
import Staging

/// Writes the gathered rows of one table: COPY into a temporary table, then as few statements as the bad rows allow.
///
/// Rows go in ranges. A range that the server refuses is undone to a savepoint, and tried as two halves, until it is one row:
/// that one is noted. With `k` bad rows among `n` these are at most about `2 k log n` statements, over fewer rows each time.
struct MirrorWrite {
  private let rows: MirrorRows
  private let refusals: RefusalLog
  private let sql: MirrorStatements
  /// How many rows of a chunk a table may refuse: more are no bad values, but a table of another kind.
  static let maxRefusals = 1000

  init(_ rows: MirrorRows, number: Int, refusals: RefusalLog) {
    self.rows = rows
    self.refusals = refusals
    sql = MirrorStatements(rows.kind, rows.table, staged: "resync_load_\(number)", refusals.ledger, refusals.object)
  }

  func run(_ connection: borrowing Connection) throws {
    try connection.query(sql.createStaged)
    try connection.copyIn(sql.copyStaged) { try rows.send($0) }
    try connection.query("ANALYZE \(sql.staged)")
    try apply(0, rows.count, connection)
  }

  private func apply(_ first: Int, _ end: Int, _ connection: borrowing Connection) throws {
    guard first < end, let failure = try attempt(first, end, connection) else { return }
    guard end - first == 1 else {
      let middle = first + (end - first) / 2
      try apply(first, middle, connection)
      return try apply(middle, end, connection)
    }
    guard refusals.count < Self.maxRefusals else {
      throw StagingError.failed(
        "the table \(rows.table.name) refuses more than \(Self.maxRefusals) rows of chunk \(refusals.chunk) of "
          + "\(refusals.object), the last one with \(failure): nothing of the chunk was written to the mirror; compare "
          + "its columns and constraints with the load files")
    }
    try refuse(first, failure, connection)
  }

  /// Writes a range of rows, wholly or not at all; why not, if it is about the rows.
  private func attempt(_ first: Int, _ end: Int, _ connection: borrowing Connection) throws -> RowFailure? {
    try connection.query("SAVEPOINT part")
    let failure: RowFailure
    do {
      if try write(first, end, connection) {
        try connection.query("RELEASE SAVEPOINT part")
        return nil
      }
      failure = .suppressed
    } catch let error as DatabaseError where error.isAboutRow {
      failure = .refused(error)
    }
    try connection.query("ROLLBACK TO SAVEPOINT part")
    try connection.query("RELEASE SAVEPOINT part")
    return failure
  }

  /// Whether every row of the range found its place.
  private func write(_ first: Int, _ end: Int, _ connection: borrowing Connection) throws -> Bool {
    let range: [String?] = ["\(first)", "\(end)"]
    if rows.kind.isCreate {
      let counts = try connection.query(sql.create, range).first
      return counts?[0] == counts?[1]
    }
    // A row that somebody else inserts in between is neither updated nor inserted at first, but updated then.
    for _ in 0..<3 {
      let updated = try connection.query(sql.update, range).first?[0].flatMap { Int($0) } ?? 0
      if updated == end - first { return true }
      let inserted = try connection.query(sql.insert, range).first?[0].flatMap { Int($0) } ?? 0
      if updated + inserted == end - first { return true }
    }
    return false
  }

  // MARK: What was refused

  private func refuse(_ row: Int, _ failure: RowFailure, _ connection: borrowing Connection) throws {
    let field = try culprit(row, failure, connection)
    let column = field.flatMap { rows.kind.fields.firstIndex(of: $0) }
    try refusals.add(
      "SELECT id, \(column.map { "coalesce(c\($0), '')" } ?? "''::bytea") FROM \(sql.staged) WHERE n = \(row)",
      side: rows.kind.side, field: field ?? "",
      message: failure.message(rows.table, field.flatMap { rows.table.fields[$0] }), connection)
  }

  /// The field whose value it was: the one that the server names, or whose cast fails alone, or that is too long.
  private func culprit(_ row: Int, _ failure: RowFailure, _ connection: borrowing Connection) throws -> String? {
    guard case .refused(let error) = failure else { return nil }
    if let name = error.column { return rows.kind.fields.first { rows.table.fields[$0]?.name == name } }
    guard error.sqlState.hasPrefix("22") else { return nil }
    for (place, field) in rows.kind.fields.enumerated() {
      try connection.query("SAVEPOINT cell")
      do {
        let answer = try connection.query(sql.probe(place), ["\(row)"])
        try connection.query("RELEASE SAVEPOINT cell")
        if answer.first?.first == "t" { return field }
      } catch {
        guard error.isAboutRow else { throw error }
        try connection.query("ROLLBACK TO SAVEPOINT cell")
        try connection.query("RELEASE SAVEPOINT cell")
        return field
      }
    }
    return nil
  }
}

/// Why a row is not in the table.
enum RowFailure: CustomStringConvertible {
  case refused(DatabaseError)
  case suppressed

  var description: String {
    switch self {
    case .refused(let error): "SQLSTATE \(error.sqlState)"
    case .suppressed: "no word"
    }
  }

  /// The sentence for `rejects.csv`. It does not quote the server, whose words may hold other people's values.
  func message(_ table: MirrorTable, _ column: MirrorTable.Column?) -> String {
    let advice = "correct the value, or the table; the load files have the record all the same."
    guard case .refused(let error) = self else {
      return "\(table.name) took no row, and gave no reason: a trigger or a rule keeps it away; \(advice)"
    }
    if let constraint = error.constraint {
      return "The constraint \(constraint) of \(table.name) forbids it (\(error.sqlState)): \(advice)"
    }
    let place = column.map { "\(table.name).\($0.name), \($0.type)\($0.length.map { " of \($0) characters" } ?? "")," }
    return "\(place ?? table.name) does not take it (\(error.sqlState)): \(advice)"
  }
}

/// Writes down what of a chunk was refused, in the ledger.
final class RefusalLog {
  let ledger: MirrorLedger
  let object: String
  let chunk: Int
  private(set) var count = 0

  init(ledger: MirrorLedger, object: String, chunk: Int) {
    self.ledger = ledger
    self.object = object
    self.chunk = chunk
  }

  /// Adds a record; `cells` is a statement that gives its id and the value.
  func add(
    _ cells: String, side: Side, field: String, message: String, _ connection: borrowing Connection
  ) throws {
    try connection.query(
      "INSERT INTO \(ledger.named("mirror_refused")) (pipeline, run, object, chunk, number, side, record_id, field, "
        + "value, message) SELECT $1, $2, $3, $4::integer, $5::bigint, $6, refused.id, $7, refused.value, $8 "
        + "FROM (\(cells)) AS refused(id, value)",
      [ledger.pipeline, ledger.run, object, "\(chunk)", "\(count)", side.name, field, message])
    count += 1
  }
}
