import CRM
import Foundation
import Postgres

/// A table or view of a warehouse, for those who have to find out what it holds.
public struct WarehouseTable: Sendable {
  /// `schema.table`, as a pipeline names it.
  public let name: String
  /// Its columns as the database calls them.
  public let columns: [String]
  private let url: String
  /// The quoted name, as it stands behind FROM.
  public let quotedName: String

  /// All tables and views of the database that may be read, or those of one schema, in the order of their names.
  ///
  /// - Throws: `SourceError` if the database refuses. `url` is for libpq, and is never shown.
  public static func all(of url: String, schema: String?) throws -> [WarehouseTable] {
    let statement = """
      SELECT n.nspname, c.relname, array_to_json(array_agg(a.attname ORDER BY a.attnum))::text
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition
        AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        AND ($1::text IS NULL OR n.nspname = $1) AND has_table_privilege(c.oid, 'SELECT')
        AND has_schema_privilege(n.oid, 'USAGE')
      GROUP BY 1, 2 ORDER BY 1, 2
      """
    do {
      return try Database(url: url).transaction { connection in
        try connection.query("SET TRANSACTION READ ONLY")
        return try connection.query(statement, [schema]).compactMap { row in
          guard let schema = row[0], let table = row[1], let names = row[2],
            let columns = try? JSONDecoder().decode([String].self, from: Data(names.utf8))
          else { return nil }
          return WarehouseTable(
            name: "\(schema).\(table)", columns: columns, url: url, quotedName: "\(quoted(schema)).\(quoted(table))")
        }
      }
    } catch let error as DatabaseError {
      throw SourceError("the database", "cannot be looked at: \(error); check the url and the rights")
    }
  }

  /// The first rows under the names that their columns stand for. Of Salesforce the names come from `known`, since a
  /// warehouse's column does not tell them (spec, domain facts 2.12); of HubSpot the columns and Airbyte's JSON tell them.
  ///
  /// - Throws: `SourceError` if the table cannot be read, or a column could be two of the names.
  public func head(_ side: Side, known: [String], maxRows: Int) throws -> ExportHead {
    do {
      return try Database(url: url).transaction { connection in
        try connection.query("SET TRANSACTION READ ONLY")
        let places = try names(side, known)
        var items = places.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\(quoted($0.value))::text") }
        if side == .hubspot {
          for key in try keysOfJSON(connection) where places[key] == nil {
            items.append((key, "properties ->> \(literal(key))"))
          }
        }
        guard !items.isEmpty else { return ExportHead(columns: [], rows: [], isWhole: true) }
        let list = items.map(\.value).joined(separator: ", ")
        let rows = try connection.query("SELECT \(list) FROM \(quotedName) LIMIT \(maxRows + 1)")
        return ExportHead(
          columns: items.map(\.name), rows: rows.prefix(maxRows).map { $0.map { $0 ?? "" } },
          isWhole: rows.count <= maxRows)
      }
    } catch let error as DatabaseError {
      throw SourceError("table \(name)", "cannot be read: \(error)")
    }
  }

  private func names(_ side: Side, _ known: [String]) throws -> [String: String] {
    let fields = side == .hubspot ? Set(known).union(columns.compactMap(Self.property)) : Set(known)
    let ids = side == .hubspot ? ["hs_object_id"] : ["Id"]
    return try WarehouseNames(columns: columns, side: side)
      .resolve(ids + fields.sorted(), among: [], declared: [:], in: "table \(name)")
  }

  /// The property that a column of HubSpot's stands for; nil for what a loader adds, and for a bare id.
  private static func property(_ column: String) -> String? {
    if column.hasPrefix("property_") { return String(column.dropFirst("property_".count)) }
    if column.hasPrefix("properties__") {
      return column.hasSuffix("__value")
        ? String(column.dropFirst("properties__".count).dropLast("__value".count)) : nil
    }
    let added = ["id", "company_id", "contact_id", "deal_id", "properties", "portal_id"]
    return added.contains(column) || column.hasPrefix("_") ? nil : column
  }

  private func keysOfJSON(_ connection: borrowing Connection) throws -> [String] {
    let types = try connection.columns(of: "SELECT * FROM \(quotedName) LIMIT 0")
    guard types.contains(where: { $0.name == "properties" && $0.isJSON }) else { return [] }
    let statement = """
      SELECT DISTINCT jsonb_object_keys(p) FROM (SELECT properties::jsonb AS p FROM \(quotedName)
      WHERE jsonb_typeof(properties::jsonb) = 'object' LIMIT 1000) AS sample ORDER BY 1
      """
    return try connection.query(statement).compactMap { $0.first ?? nil }
  }
}
