import CRM
import Extract
import Foundation
import PipelineFile

/// A PostgreSQL database with tables of both sides, as Fivetran, Stitch, Airbyte and Heroku Connect make them (domain
/// facts 2.12).
public struct Warehouse {
  /// The variable that a pipeline takes the url from if nothing else is said.
  public static let usualVariable = "RESYNC_SOURCE_URL"

  /// The variable of the environment that the pipeline names, so that the url is written nowhere.
  public let variable: String
  /// Whether the url came from that variable, so that it is set already.
  public let isFromVariable: Bool
  private let url: String
  private let schema: String?

  /// A database by its url, or by the name of the variable that holds it; all its schemas, or one.
  ///
  /// - Throws: `SetupError` if the variable is not set.
  public init(
    _ text: String, schema: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    self.schema = schema
    isFromVariable = !text.contains { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }
    variable = isFromVariable ? text : Self.usualVariable
    guard isFromVariable else {
      url = text
      return
    }
    guard let value = environment[text], !value.isEmpty else {
      throw SetupError("--postgres \(text): the environment has no variable of that name; set it, or give a url")
    }
    url = value
  }

  /// How many rows tell what a table holds.
  private static let maxRows = 1000

  /// Adds the tables that hold records of an object.
  func look(into census: inout FolderCensus) throws {
    let tables = try WarehouseTable.all(of: url, schema: schema)
    guard !tables.isEmpty else {
      let place = schema.map { "the schema \($0) of the database" } ?? "the database"
      throw SetupError("\(place) has no table that may be read: check --schema, and the rights")
    }
    for table in tables {
      do {
        guard let found = try recognize(table, census) else {
          census.addUnknown("table \(table.name)", "it holds no object that resync keeps in step, or no rows")
          continue
        }
        census.add(found)
      } catch let error as SourceError {
        census.addUnknown("table \(table.name)", error.message)
      }
    }
  }

  /// Salesforce's ids tell their object, so they are looked at first; an id of HubSpot's is a number and tells nothing.
  private func recognize(_ table: WarehouseTable, _ census: FolderCensus) throws -> FoundFile? {
    if Set(table.columns).isSuperset(of: ["id", "email", "archived"]) { return found(table, .owners, nil) }
    if let query = Self.queryOfOwners(table) { return found(table, .owners, nil, query: query) }
    let ids = try table.head(.salesforce, known: ["Email", "IsActive"], maxRows: 100)
    let name = (table.name as NSString).pathExtension
    switch HeaderRecognition(ids, name: name).role {
    case .users: return found(table, .users, ids)
    case .export(.salesforce, let object):
      let head = try table.head(.salesforce, known: fields(object, census), maxRows: Self.maxRows)
      return found(table, .export(.salesforce, object), head)
    default: break
    }
    let head = try table.head(.hubspot, known: [], maxRows: Self.maxRows)
    let numbers = head.values(of: "hs_object_id")
    guard !numbers.isEmpty, numbers.allSatisfy({ Int($0) != nil }) else { return nil }
    guard let role = HeaderRecognition(head, name: name).role, case .export(.hubspot, _) = role else { return nil }
    return found(table, role, head)
  }

  /// Fivetran calls the id of an owner `owner_id`, and may not say who is archived. A table of Salesforce that has a column
  /// `owner_id` has an id of its own.
  private static func queryOfOwners(_ table: WarehouseTable) -> String? {
    let columns = Set(table.columns)
    guard columns.isSuperset(of: ["owner_id", "email"]), columns.isDisjoint(with: ["id", "Id", "sfid"]) else {
      return nil
    }
    let archived = columns.contains("archived") ? "archived" : "false AS archived"
    return "SELECT owner_id AS id, email, \(archived) FROM \(table.quotedName)"
  }

  private func found(
    _ table: WarehouseTable, _ role: FileRole, _ head: ExportHead?, query: String? = nil
  ) -> FoundFile {
    FoundFile(
      path: "", name: "table \(table.name)", role: role, head: head, modified: .distantPast, table: table.name,
      query: query)
  }

  /// The fields that a table of an object may have: those that describe knows, or else those that HubSpot maps by default.
  private func fields(_ object: String, _ census: FolderCensus) throws -> [String] {
    if let file = census.files(of: .metadata(.salesforce, object)).used.first {
      return try readSalesforceDescribe(file.path, object: object).fields.map(\.name)
    }
    let defaults = ["companies", "contacts", "deals"].flatMap { DefaultMapping.of($0) }.map(\.field)
    return Array(Set(defaults + ["LastModifiedDate", "SystemModstamp", "IsDeleted", "HubSpot_Id__c"])).sorted()
  }
}
