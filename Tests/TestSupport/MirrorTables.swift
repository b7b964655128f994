import Foundation

/// The tables of a CRM mirror in a database of the tests, and what load files should make of them.
public struct MirrorTables {
  private let server: PostgresServer
  private let url: String
  private static let columns: [String: [String]] = [
    "companies": [
      "hs_object_id", "name", "domain", "phone", "city", "numberofemployees", "salesforceaccountid",
    ],
    "Account": ["Id", "Name", "Website", "Phone", "BillingCity", "NumberOfEmployees", "HubSpot_Id__c"],
  ]

  /// Makes the tables in the schema `crm`: ids that may be empty, numbers that are numbers.
  public init(_ server: PostgresServer, _ url: String) throws {
    self.server = server
    self.url = url
    try server.query(
      url,
      """
      CREATE SCHEMA crm;
      CREATE TABLE crm.companies (number bigserial PRIMARY KEY, hs_object_id bigint UNIQUE, name text, domain text,
        phone varchar(40), city text, numberofemployees integer, salesforceaccountid text);
      CREATE TABLE crm."Account" (number bigserial PRIMARY KEY, "Id" text UNIQUE, "Name" text, "Website" text,
        "Phone" text, "BillingCity" text, "NumberOfEmployees" integer, "HubSpot_Id__c" text)
      """)
  }

  /// The rows of a table, as text, sorted; what is NULL is empty.
  public func rows(_ table: String) throws -> [String] { try Self.rows(table, server, url) }

  /// The rows of a table of the mirror in a database.
  public static func rows(_ table: String, _ server: PostgresServer, _ url: String) throws -> [String] {
    let cells = (columns[table] ?? []).map { "coalesce(\"\($0)\"::text, '')" }.joined(separator: " || '|' || ")
    let text = try server.query(url, "SELECT \(cells) FROM crm.\"\(table)\"")
    return text.split(separator: "\n").map(String.init).sorted()
  }

  /// The rows that a table should have after the load files of some runs, one after the other, on an empty mirror.
  public static func expected(_ table: String, after runs: [[RecordWrite]]) -> [String] {
    let columns = Self.columns[table] ?? []
    var records: [String: [String: String]] = [:]
    var made: [[String: String]] = []
    for write in runs.joined() where write.object == table {
      if write.isCreate {
        made.append(write.values)
      } else {
        records[write.id, default: [columns[0]: write.id]].merge(write.values) { $1 }
      }
    }
    return (Array(records.values) + made).map { cells in columns.map { cells[$0] ?? "" }.joined(separator: "|") }
      .sorted()
  }
}
