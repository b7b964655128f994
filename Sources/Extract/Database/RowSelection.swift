import CSV
import FileStaging
import Postgres
import Records

/// What is read of a table or query: its columns under the names that they stand for, in the notation of exports.
struct RowSelection: Sendable {
  /// The names, in the order in which they are read: the header of the copy.
  let names: [String]
  private let statement: String

  /// `missing` are names that have no column: they are looked up in the JSON column `json`, if there is one (Airbyte).
  init(from: String, columns: [QueryColumn], places: [String: String], json: String?, missing: [String]) {
    let types = Dictionary(columns.map { ($0.name, $0) }) { first, _ in first }
    var items = places.sorted { $0.key < $1.key }.map { (name: $0.key, value: types[$0.value]?.text ?? "NULL") }
    if let json { items += missing.sorted().map { ($0, "\(quoted(json)) ->> \(literal($0))") } }
    names = items.map(\.name)
    // What Fivetran has marked is no longer in the CRM: a full export would not have it.
    let isMarked = types["_fivetran_deleted"] != nil && !places.values.contains("_fivetran_deleted")
    let filter = isMarked ? " WHERE _fivetran_deleted IS NOT TRUE" : ""
    statement = "SELECT \(items.map(\.value).joined(separator: ", ")) FROM \(from) AS rows\(filter)"
  }

  /// The COPY of a part; nil means all of it.
  func copy(_ range: String?) -> String {
    let condition = range.map { (statement.hasSuffix(" IS NOT TRUE") ? " AND " : " WHERE ") + $0 } ?? ""
    return "COPY (\(statement)\(condition)) TO STDOUT (FORMAT csv)"
  }
}

extension QueryColumn {
  /// The column's value as SQL, in the notation that exports use: instants in UTC as ISO 8601, the rest as it is.
  fileprivate var text: String {
    switch self {
    case let column where column.isInstant:
      #"to_char(\#(quoted(name)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"#
    case let column where column.isLocalTime: #"to_char(\#(quoted(name)), 'YYYY-MM-DD"T"HH24:MI:SS.MS')"#
    default: "\(quoted(name))::text"
    }
  }
}

/// Copies one part of a table on a connection of its own, which sees the same moment as the others.
struct RangeCopy {
  let url: String
  let snapshot: String

  /// Writes a CSV file with a header. It holds a row in memory, however many there are.
  func run(_ select: RowSelection, _ range: String?, to path: String) throws {
    try Database(url: url).transaction { connection in
      try connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
      try connection.query("SET TRANSACTION SNAPSHOT \(literal(snapshot))")
      try connection.query("SET LOCAL datestyle = 'ISO'")
      // Rows come as they lie: the same table gives the same file.
      try connection.query("SET LOCAL synchronize_seqscans = off")
      let file = try AtomicFile(path: path)
      var header = ByteBuffer()
      header.appendCSVHeader(select.names)
      try file.append(header.bytes)
      try connection.beginCopyOut(select.copy(range))
      while try connection.nextRow({ try file.append($0) }) {}
      try file.commit()
    }
  }
}

extension ByteBuffer {
  /// Appends the header of a copy.
  mutating func appendCSVHeader(_ names: [String]) {
    for (place, name) in names.enumerated() {
      if place > 0 { append(UInt8(ascii: ",")) }
      appendCSV(name)
    }
    append(UInt8(ascii: "\n"))
  }
}
