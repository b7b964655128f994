import CRM
import Foundation
import Postgres
import Records

/// A table or a query of a database, as the source of an object's records.
public struct DatabaseRows: Sendable {
  private let url: String
  private let table: String?
  private let query: String?
  /// The names that the metadata know, the id among them: what columns can stand for.
  private let fields: [String]
  /// Columns by the name that they stand for, as the pipeline declares them (`columns:`).
  private let declared: [String: String]
  private let side: Side
  private let object: String

  /// Rows of a table, or of a query; one of the two. `url` is for libpq, and is never shown; `object` is what the source is
  /// called in the pipeline, where that decides what a column stands for.
  public init(
    url: String, table: String?, query: String?, side: Side, object: String = "", fields: [String],
    declared: [String: String]
  ) {
    self.url = url
    self.table = table
    self.query = query
    self.side = side
    self.object = object
    self.fields = fields
    self.declared = declared
  }

  /// As messages and `rejects.csv` name it.
  public var displayName: String { table.map { "table \($0)" } ?? "query of \(side.name)" }

  /// A digest of all rows, whatever their order: whether the source has changed since a run began.
  ///
  /// In a table every row has the number of the transaction that wrote it, and any change is a row with another number: so, as
  /// with the times of files, what was written anew counts as changed. To digest the values themselves, as has to be done with
  /// a view or a query, takes seven times as long (measured on a million rows).
  ///
  /// - Throws: `SourceError` if the database refuses.
  public func fingerprint() throws -> String {
    try reading { connection in
      let from = try from(connection)
      let hash =
        try isTable(from, connection) ? "hashint8extended(xmin::text::bigint, 0)" : "hashtextextended(rows::text, 0)"
      let rows = try connection.query("SELECT count(*), coalesce(sum(\(hash)::numeric), 0) FROM \(from) AS rows")
      return (rows.first ?? []).map { $0 ?? "" }.joined(separator: " ")
    }
  }

  /// Whether it is one whose rows lie in this database, each with its transaction.
  private func isTable(_ from: String, _ connection: borrowing Connection) throws -> Bool {
    guard query == nil else { return false }
    let found = try connection.query("SELECT relkind IN ('r', 'm') FROM pg_class WHERE oid = to_regclass($1)", [from])
    return found.first?.first == .some("t")
  }

  /// Copies some columns of the rows, by the names that they stand for, as CSV into files of `folder`, all as of one moment.
  /// A large table is read in ranges side by side; how many there are depends on its size alone.
  ///
  /// - Throws: `SourceError` if the database refuses, or its columns are not clear.
  func copy(_ names: [String], into folder: String) throws -> [String] {
    try copy(into: folder) { try selection(names, $0, $1) }
  }

  /// Copies the columns of a field history, one for each list of names that it may go by, as `copy` does.
  ///
  /// - Throws: `SourceError` if the database refuses, or a column is missing.
  func copy(history names: [[String]], into folder: String) throws -> [String] {
    try copy(into: folder) { connection, from in
      let columns = try connection.columns(of: "SELECT * FROM \(from) AS rows LIMIT 0")
      let places = try HistoryNames(columns: columns.map(\.name)).resolve(names, in: displayName)
      return RowSelection(from: from, columns: columns, places: places, json: nil, missing: [])
    }
  }

  /// The rows of a small table as the text of a CSV file: people. Columns come under the names that they stand for; those
  /// that are missing are left out.
  ///
  /// - Throws: `SourceError` if the database refuses, or its columns are not clear.
  public func text(_ names: [String]) throws -> Data {
    try reading { connection in
      let select = try selection(names, connection, try from(connection))
      var text = ByteBuffer()
      text.appendCSVHeader(select.names)
      try connection.beginCopyOut(select.copy(nil))
      while try connection.nextRow({ text.append($0) }) {}
      return Data(UnsafeRawBufferPointer(text.bytes))
    }
  }

  private func copy(
    into folder: String, _ selection: (borrowing Connection, String) throws -> RowSelection
  ) throws -> [String] {
    try reading { connection in
      let select = try selection(connection, try from(connection))
      let ranges = try ranges(connection)
      let snapshot = try connection.query("SELECT pg_export_snapshot()").first?.first.flatMap { $0 } ?? ""
      let files = Slots<String>(ranges.count)
      let failures = Slots<any Error>(ranges.count)
      DispatchQueue.concurrentPerform(iterations: ranges.count) { number in
        do {
          let path = "\(folder)/rows-\(UUID().uuidString).csv"
          try RangeCopy(url: url, snapshot: snapshot).run(select, ranges[number], to: path)
          files[number] = path
        } catch {
          failures[number] = error
        }
      }
      if let failure = failures.all().first {
        // Where the snapshot went with its connection, that is what is to be told, and tried again.
        try connection.query("SELECT 1")
        throw failure
      }
      return files.all()
    }
  }

  // MARK: What is read

  /// Does `body` in a transaction that sees one moment and writes nothing.
  private func reading<Value>(_ body: (borrowing Connection) throws -> Value) throws -> Value {
    do {
      return try Database(url: url).transaction { connection in
        try connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return try body(connection)
      }
    } catch let error as DatabaseError {
      throw SourceError(displayName, "cannot be read: \(error); check the url, the rights, and the table or query")
    }
  }

  /// The table or the query as it stands behind FROM.
  private func from(_ connection: borrowing Connection) throws -> String {
    if let query {
      let text = query.trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: ";")))
      // A query may end with a comment: the bracket goes to a line of its own.
      return "(\(text)\n)"
    }
    let name = table ?? ""
    let exact = name.split(separator: ".").map { quoted(String($0)) }.joined(separator: ".")
    let found = try connection.query("SELECT coalesce(to_regclass($1), to_regclass($2))::text", [exact, name])
    guard let table = found.first?.first ?? nil else {
      throw SourceError(displayName, "there is no such table, or it may not be read: check its name and schema")
    }
    return table
  }

  private func selection(
    _ wanted: [String], _ connection: borrowing Connection, _ from: String
  ) throws -> RowSelection {
    let columns = try connection.columns(of: "SELECT * FROM \(from) AS rows LIMIT 0")
    let names = WarehouseNames(columns: columns.map(\.name), side: side, object: object)
    let places = try names.resolve(wanted, among: fields, declared: declared, in: displayName)
    return RowSelection(
      from: from, columns: columns, places: places, json: columns.first { $0.name == "properties" && $0.isJSON }?.name,
      missing: side == .hubspot ? wanted.filter { places[$0] == nil } : [])
  }

  /// The parts of a large table, as conditions on the places of its rows.
  private func ranges(_ connection: borrowing Connection) throws -> [String?] {
    guard query == nil else { return [nil] }
    let pages =
      try connection.query(
        "SELECT pg_relation_size(oid) / current_setting('block_size')::bigint FROM pg_class "
          + "WHERE oid = to_regclass($1) AND relkind IN ('r', 'm')", [try from(connection)]
      ).first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
    guard pages >= Self.pagesOfLargeTable else { return [nil] }
    let parts = 4
    return (0..<parts).map { part in
      let first = pages / parts * part
      // The last part has no end: rows may have been added behind what was counted.
      let end = part == parts - 1 ? "" : " AND ctid < '(\(pages / parts * (part + 1)),0)'::tid"
      return "ctid >= '(\(first),0)'::tid\(end)"
    }
  }

  /// 32 MB: below that, further connections cost more than they bring.
  private static let pagesOfLargeTable = 4096
}
