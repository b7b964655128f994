import Postgres

/// A table of the mirror: where the id and the fields of an object's records lie.
struct MirrorTable {
  /// The table as SQL names it.
  let name: String
  /// The column of the id.
  let key: Column
  /// The columns of the fields that a run may write, by field.
  let fields: [String: Column]

  /// A column.
  struct Column {
    var name: String
    /// Its type as SQL names it, without a length: to cast to a type of some length cuts silently, to assign is refused.
    var type: String
    /// The same with precision and scale, but without a length.
    var exactType: String
    /// How many characters it takes; nil where it has no limit.
    var length: Int?
    /// What it holds where nothing is said, as SQL.
    var initial: String?
    var isNotNull: Bool
    /// Whether it is filled where nothing is said.
    var fillsItself: Bool
    /// Whether the server makes its value.
    var isGenerated: Bool
  }
}

/// Finds the table of an object in the catalogue of a database, and what may be written of it.
struct MirrorTableFinder {
  let schema: String

  /// The columns of a table by name; nil if there is none. A table is looked for by its name as such, then in lower case.
  func columns(
    of table: String, _ connection: borrowing Connection
  ) throws -> (name: String, columns: [MirrorTable.Column])? {
    let names = [table, table.lowercased()].map { "\(quoted(schema)).\(quoted($0))" }
    let found = try connection.query("SELECT coalesce(to_regclass($1), to_regclass($2))::oid", names)
    guard let oid = found.first?.first ?? nil else { return nil }
    let name = try connection.query(
      "SELECT format('%I.%I', $1::text, relname) FROM pg_class WHERE oid = $2::oid", [schema, oid])
    let rows = try connection.query(
      "SELECT attname, format_type(atttypid, -1), CASE WHEN atttypid IN (1042, 1043) AND atttypmod > 0 "
        + "THEN atttypmod - 4 END, CASE WHEN attgenerated = '' THEN pg_get_expr(adbin, adrelid) END, attnotnull, "
        + "attgenerated <> '' OR attidentity = 'a', attidentity <> '', "
        + "format_type(atttypid, CASE WHEN atttypid IN (1042, 1043) THEN -1 ELSE atttypmod END) "
        + "FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
        + "WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum", [oid])
    return (
      name.first?.first.flatMap { $0 } ?? "",
      rows.map { row in
        MirrorTable.Column(
          name: row[0] ?? "", type: row[1] ?? "text", exactType: row[7] ?? "text", length: row[2].flatMap { Int($0) },
          initial: row[3], isNotNull: row[4] == "t", fillsItself: row[3] != nil || row[6] == "t",
          isGenerated: row[5] == "t")
      }
    )
  }

  /// Whether no two rows can have the same value in a column: what an id needs.
  func isUnique(_ table: String, _ column: String, _ connection: borrowing Connection) throws -> Bool {
    let rows = try connection.query(
      "SELECT EXISTS (SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] "
        + "WHERE indrelid = to_regclass($1) AND indisunique AND indisvalid AND indimmediate AND indpred IS NULL "
        + "AND indnkeyatts = 1 AND attname = $2)", [table, column])
    return rows.first?.first == "t"
  }
}
