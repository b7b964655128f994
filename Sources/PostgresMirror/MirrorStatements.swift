import Load
import Postgres

/// The statements that bring gathered rows into a table of the mirror.
///
/// A staged cell is NULL where a field stays as it is, empty where it is cleared, else its value in UTF-8. Ranges are bound
/// as `$1` (first row) and `$2` (behind the last one).
struct MirrorStatements {
  let staged: String
  private let table: MirrorTable
  private let columns: [MirrorTable.Column]
  private let isCreate: Bool
  private let object: String
  private let ledger: MirrorLedger

  init(_ kind: TargetRecords, _ table: MirrorTable, staged: String, _ ledger: MirrorLedger, _ object: String) {
    self.staged = "pg_temp.\(staged)"
    self.table = table
    columns = kind.fields.compactMap { table.fields[$0] }
    isCreate = kind.isCreate
    self.object = object
    self.ledger = ledger
  }

  /// The temporary table; it goes with the transaction, so that PgBouncer may stand between.
  var createStaged: String {
    let cells = columns.indices.map { "c\($0) bytea" }
    return "CREATE TEMP TABLE \(staged.dropFirst(8)) (n bigint PRIMARY KEY, id bytea, "
      + "\(cells.joined(separator: ", "))) ON COMMIT DROP"
  }

  /// Fills it.
  var copyStaged: String { "COPY \(staged) FROM STDIN (FORMAT binary)" }

  private var key: String { "convert_from(s.id, 'UTF8')::\(table.key.type)" }
  private static let range = "s.n >= $1::bigint AND s.n < $2::bigint"

  /// A staged cell as a value of its column; `untouched` is what stands where the field stays as it is.
  private func value(_ place: Int, untouched: String) -> String {
    "CASE WHEN s.c\(place) IS NULL THEN \(untouched) WHEN s.c\(place) = '' THEN NULL "
      + "ELSE convert_from(s.c\(place), 'UTF8')::\(columns[place].type) END"
  }

  /// All staged cells as the values of a row that is not there yet.
  private var newValues: String {
    columns.indices.map { value($0, untouched: columns[$0].initial ?? "NULL") }.joined(separator: ", ")
  }

  private var names: String { columns.map { quoted($0.name) }.joined(separator: ", ") }

  /// Changes records that are there; how many they are.
  var update: String {
    let changes = columns.indices.map { place in
      "\(quoted(columns[place].name)) = \(value(place, untouched: "m." + quoted(columns[place].name)))"
    }
    return "WITH done AS (UPDATE \(table.name) AS m SET \(changes.joined(separator: ", ")) FROM \(staged) AS s "
      + "WHERE m.\(quoted(table.key.name)) = \(key) AND \(Self.range) RETURNING 1) SELECT count(*) FROM done"
  }

  /// Adds records that are not there; how many they are.
  var insert: String {
    "WITH done AS (INSERT INTO \(table.name) AS m (\(quoted(table.key.name)), \(names)) "
      + "SELECT \(key), \(newValues) FROM \(staged) AS s WHERE \(Self.range) AND NOT EXISTS "
      + "(SELECT FROM \(table.name) AS t WHERE t.\(quoted(table.key.name)) = \(key)) "
      + "ON CONFLICT (\(quoted(table.key.name))) DO NOTHING RETURNING 1) SELECT count(*) FROM done"
  }

  /// Adds records that are new on their side, unless this run has done so before; how many should be added, and how many were.
  var create: String {
    let mine = [ledger.pipeline, ledger.run, object].map { literal($0) }.joined(separator: ", ")
    return "WITH fresh AS (INSERT INTO \(ledger.named("mirror_created")) (pipeline, run, object, partner) "
      + "SELECT \(mine), s.id FROM \(staged) AS s WHERE \(Self.range) ON CONFLICT DO NOTHING RETURNING partner), "
      + "done AS (INSERT INTO \(table.name) (\(names)) SELECT \(newValues) "
      + "FROM \(staged) AS s JOIN fresh ON fresh.partner = s.id WHERE \(Self.range) RETURNING 1) "
      + "SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM done)"
  }

  /// Whether a cell of row `$1` is longer than its column; an error where it is no value of the column's type.
  func probe(_ place: Int) -> String {
    let cell = "convert_from(nullif(s.c\(place), ''), 'UTF8')"
    let length = columns[place].length.map { "char_length(\(cell)) > \($0)" } ?? "false"
    // The cast is a column of its own, lest the server leave it out.
    return "SELECT \(length), \(cell)::\(columns[place].exactType) IS NULL FROM \(staged) AS s WHERE s.n = $1::bigint"
  }
}
