import CRM
import Load
import Postgres

/// What the program keeps in the mirror's database: which chunks are there, which records it created, and what was refused.
struct MirrorLedger {
  private let schema: String
  let pipeline: String
  let run: String

  init(schema: String, pipeline: String, run: String) {
    self.schema = schema
    self.pipeline = pipeline
    self.run = run
  }

  /// A table of the ledger, as SQL.
  func named(_ table: String) -> String { "\(quoted(schema)).\(quoted(table))" }

  /// Makes the tables where they are missing; a role that may create in the schema is enough.
  func make(_ connection: borrowing Connection) throws {
    try connection.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 3))", [schema])
    let found = try connection.query(
      "SELECT to_regnamespace($1) IS NOT NULL, to_regclass($2) IS NOT NULL",
      [
        quoted(schema), named("mirror_refused"),
      ])
    if found.first?[0] != "t" { try connection.query("CREATE SCHEMA \(quoted(schema))") }
    guard found.first?[1] != "t" else { return }
    let key = "pipeline text NOT NULL, run text NOT NULL, object text NOT NULL"
    try connection.query(
      "CREATE TABLE \(named("mirror_chunks")) (\(key), chunk integer NOT NULL, digest text NOT NULL, "
        + "rows bigint NOT NULL, loaded_at timestamptz NOT NULL DEFAULT now(), "
        + "PRIMARY KEY (pipeline, run, object, chunk))")
    try connection.query(
      "CREATE TABLE \(named("mirror_created")) (\(key), partner bytea NOT NULL, "
        + "PRIMARY KEY (pipeline, run, object, partner))")
    try connection.query(
      "CREATE TABLE \(named("mirror_refused")) (\(key), chunk integer NOT NULL, number bigint NOT NULL, "
        + "side text NOT NULL, record_id bytea NOT NULL, field text NOT NULL, value bytea NOT NULL, "
        + "message text NOT NULL, PRIMARY KEY (pipeline, run, object, chunk, number))")
    try connection.query(
      "COMMENT ON TABLE \(named("mirror_chunks")) IS "
        + literal("one row a chunk that is in the mirror, written in one transaction with it"))
  }

  /// Whether a chunk is there, with just these rows.
  func isLoaded(_ object: String, _ chunk: Int, digest: String, _ connection: borrowing Connection) throws -> Bool {
    let rows = try connection.query(
      "SELECT digest FROM \(named("mirror_chunks")) WHERE pipeline = $1 AND run = $2 AND object = $3 "
        + "AND chunk = $4::integer FOR UPDATE", [pipeline, run, object, "\(chunk)"])
    return rows.first?.first == digest
  }

  /// Notes a chunk that is written in this transaction.
  func note(_ object: String, _ chunk: Int, digest: String, rows: Int, _ connection: borrowing Connection) throws {
    try connection.query(
      "INSERT INTO \(named("mirror_chunks")) (pipeline, run, object, chunk, digest, rows) "
        + "VALUES ($1, $2, $3, $4::integer, $5, $6::bigint) ON CONFLICT (pipeline, run, object, chunk) "
        + "DO UPDATE SET digest = EXCLUDED.digest, rows = EXCLUDED.rows, loaded_at = now()",
      [pipeline, run, object, "\(chunk)", digest, "\(rows)"])
  }

  /// Forgets what of a chunk was refused before, for it is written anew.
  func forgetRefusals(_ object: String, _ chunk: Int, _ connection: borrowing Connection) throws {
    try connection.query(
      "DELETE FROM \(named("mirror_refused")) WHERE pipeline = $1 AND run = $2 AND object = $3 AND chunk = $4::integer",
      [pipeline, run, object, "\(chunk)"])
  }

  /// What of a chunk was refused, in the order in which it was handed over.
  func refusals(_ object: String, _ chunk: Int, _ connection: borrowing Connection) throws -> [TargetRefusal] {
    let rows = try connection.query(
      "SELECT side, encode(record_id, 'hex'), field, encode(value, 'hex'), message FROM \(named("mirror_refused")) "
        + "WHERE pipeline = $1 AND run = $2 AND object = $3 AND chunk = $4::integer ORDER BY number",
      [pipeline, run, object, "\(chunk)"])
    return rows.map { row in
      TargetRefusal(
        side: row[0] == Side.hubspot.name ? .hubspot : .salesforce, id: Self.bytes(row[1]), field: row[2] ?? "",
        value: Self.bytes(row[3]), message: row[4] ?? "")
    }
  }

  /// The bytes that hexadecimal digits stand for.
  private static func bytes(_ hex: String?) -> [UInt8] {
    let digits = (hex ?? "").utf8.map { $0 < 0x40 ? $0 &- 0x30 : $0 &- 0x57 }
    return stride(from: 0, to: digits.count - digits.count % 2, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
