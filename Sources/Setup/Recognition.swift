import CRM
import Extract
import Foundation

/// Which file a CSV is, by its columns and ids; by its name only where those leave it open.
struct HeaderRecognition {
  private let columns: Set<String>
  private let head: ExportHead
  private let name: String

  init(_ head: ExportHead, name: String) {
    self.head = head
    columns = Set(head.columns)
    self.name = (name as NSString).lastPathComponent.lowercased()
  }

  var role: FileRole? {
    if let history { return history }
    if columns.isSuperset(of: ["id", "email", "archived"]) { return .owners }
    if columns.isSuperset(of: ["Id", "Email", "IsActive"]) { return .users }
    if columns.contains("hs_object_id") || columns.contains("Record ID") {
      return hubspotObject.map { .export(.hubspot, $0) }
    }
    guard columns.contains("Id") else { return nil }
    return salesforceObject.map { .export(.salesforce, $0) }
  }

  private var history: FileRole? {
    if columns.isSuperset(of: ["property", "value", "timestamp"]) {
      let byColumn = [("contact_id", "contacts"), ("company_id", "companies"), ("deal_id", "deals")]
      let object = byColumn.first { columns.contains($0.0) }?.1 ?? Setup.hubspotObject(ofName: name)
      return object.map { .history(.hubspot, $0) }
    }
    guard columns.isSuperset(of: ["Field", "OldValue", "NewValue"]) else { return nil }
    let owners = ["Account", "Contact", "Lead", "Opportunity"]
    return owners.first { columns.contains("\($0)Id") }.map { .history(.salesforce, $0) }
  }

  private var hubspotObject: String? {
    let marks: [(String, [String])] = [
      ("deals", ["dealname", "dealstage", "Deal Name", "Deal Stage"]),
      ("contacts", ["salesforcecontactid", "salesforceleadid", "firstname", "lastname", "First Name", "Last Name"]),
      ("companies", ["salesforceaccountid", "domain", "Company name", "Company Domain Name", "numberofemployees"]),
    ]
    return marks.first { !columns.isDisjoint(with: $0.1) }?.0 ?? Setup.hubspotObject(ofName: name)
  }

  /// The first three characters of an id tell the object (domain facts 2.9, key prefixes).
  private var salesforceObject: String? {
    let prefixes = ["001": "Account", "003": "Contact", "00Q": "Lead", "006": "Opportunity"]
    let ids = head.values(of: "Id")
    let known = ids.compactMap { prefixes[String($0.prefix(3))] }
    // Some ids may be broken; most of them are what the file is.
    let counts = Dictionary(known.map { ($0, 1) }, uniquingKeysWith: +)
    if let most = counts.max(by: { $0.value < $1.value }), most.value * 2 > ids.count { return most.key }
    guard ids.isEmpty else { return nil }
    return ["Account", "Contact", "Lead", "Opportunity"].first { name.hasPrefix($0.lowercased()) }
  }
}

/// The HubSpot object that a file's name speaks of.
func hubspotObject(ofName name: String) -> String? {
  let words = [("compan", "companies"), ("contact", "contacts"), ("deal", "deals")]
  return words.first { name.contains($0.0) }?.1
}

/// Which file a JSON is.
struct JSONRecognition {
  private let path: String
  private let name: String
  /// Metadata of a real portal is about a megabyte; what is much larger is no metadata.
  private static let maxBytes = 64 << 20

  init(path: String, name: String) {
    self.path = path
    self.name = (name as NSString).lastPathComponent.lowercased()
  }

  var role: FileRole? {
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    guard size <= Self.maxBytes, let data = FileManager.default.contents(atPath: path),
      let json = try? JSONSerialization.jsonObject(with: data)
    else { return nil }
    var top = json as? [String: Any] ?? [:]
    if let result = top["result"] as? [String: Any] { top = result }
    if top["fields"] is [Any], let object = top["name"] as? String { return .metadata(.salesforce, object) }
    let list = (json as? [Any]) ?? (top["results"] as? [Any]) ?? (top["properties"] as? [Any]) ?? []
    guard let first = list.first as? [String: Any] else { return nil }
    if first["propertiesWithHistory"] != nil { return Setup.hubspotObject(ofName: name).map { .history(.hubspot, $0) } }
    guard first["fieldType"] != nil else { return nil }
    return hubspotObject(list.compactMap { ($0 as? [String: Any])?["name"] as? String })
      .map { .metadata(.hubspot, $0) }
  }

  private func hubspotObject(_ properties: [String]) -> String? {
    let names = Set(properties)
    if names.contains("dealstage") || names.contains("dealname") { return "deals" }
    if names.contains("lastname") || names.contains("salesforcecontactid") { return "contacts" }
    if names.contains("domain") || names.contains("salesforceaccountid") { return "companies" }
    return Setup.hubspotObject(ofName: name)
  }

}
