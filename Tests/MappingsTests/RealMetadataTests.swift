import CRM
import Foundation
import PipelineFile
import TestSupport
import Testing

/// The type table (semantics 1) over all pairs of a property and a field of real metadata.
@Suite struct RealMetadataTests {
  private static let describes = [
    "amaxa/test_describes/Account": "Account", "amaxa/test_describes/Contact": "Contact",
    "amaxa/test_describes/Opportunity": "Opportunity", "amaxa/test_describes/Task": "Task",
    "cumulusci/describes/Account": "Account", "cumulusci/describes/Contact": "Contact",
    "cumulusci/describes/Event": "Event", "cumulusci/describes/Lead": "Lead",
    "cumulusci/describes/Opportunity": "Opportunity", "grouparoo/salesforce/describe_v42_Account": "Account",
    "grouparoo/salesforce/describe_v42_Contact": "Contact", "grouparoo/salesforce/describe_v42_Lead": "Lead",
  ]

  /// The table as the spec prints it, line by line, without our code.
  private static func expected(_ property: HubSpotProperty, _ field: SalesforceField) -> Set<String> {
    let pair = "\(property.type) / \(property.fieldType)"
    let isUser = field.type == "reference" && field.referenceTo.contains("User")
    let refersToOwner = property.referencedObjectType?.uppercased() == "OWNER"
    if property.name == "hubspot_owner_id" || (property.hubspotDefined && refersToOwner) {
      return isUser ? ["owner"] : []
    }
    if refersToOwner { return [] }
    let texts = ["string", "textarea", "phone", "email", "url", "encryptedstring", "combobox"]
    let numbers = ["double", "int", "long", "currency", "percent"]
    let isCalculation = property.fieldType.hasPrefix("calculation_")
    var kinds: Set<String> = []
    func line(_ kind: String, _ pairs: [String], calculated type: String, _ types: [String]) {
      let fits = pairs.contains(pair) || (isCalculation && property.type == type)
      if fits, types.contains(field.type) { kinds.insert(kind) }
    }
    line("text", ["string / text", "string / phonenumber"], calculated: "string", texts)
    if property.type == "phone_number", texts.contains(field.type) { kinds.insert("text") }
    line("longtext", ["string / textarea", "string / html"], calculated: "-", ["textarea"])
    line("number", ["number / number"], calculated: "number", numbers)
    line("boolean", ["bool / booleancheckbox", "enumeration / booleancheckbox"], calculated: "bool", ["boolean"])
    line("boolean", [], calculated: "enumeration", ["boolean"])
    line(
      "picklist", ["enumeration / select", "enumeration / radio"], calculated: "enumeration", ["picklist", "combobox"])
    line("multipicklist", ["enumeration / checkbox"], calculated: "enumeration", ["multipicklist"])
    line("date", ["date / date"], calculated: "date", ["date", "datetime"])
    line("date", ["datetime / date"], calculated: "datetime", ["date"])
    line("datetime", ["datetime / date"], calculated: "datetime", ["datetime"])
    line("id", ["string / text"], calculated: "string", ["id", "reference"])
    if !isUser {
      line("id", ["enumeration / select", "enumeration / radio"], calculated: "enumeration", ["id", "reference"])
    }
    return kinds
  }

  @Test(.enabled(if: MappingSandbox.fixtures != nil, "the shared fixtures are not beside the package"))
  func `the table holds for every pair of property and field, and a refusal says what would do`() throws {
    let fixtures = try #require(MappingSandbox.fixtures)
    let hubspot = try readHubSpotProperties(fixtures + "/grouparoo/hubspot/crm_v3_schema_CONTACT.json")
    #expect(hubspot.properties.count == 273)
    var (pairs, compatible, formats) = (0, 0, 0)
    for (path, name) in Self.describes {
      let schema = try readSalesforceDescribe("\(fixtures)/\(path).json", object: name)
      for property in hubspot.properties {
        for field in schema.fields {
          pairs += 1
          let expected = Self.expected(property, field)
          do {
            let kind = try resolveKind(property: property.name, hubspot: property, salesforce: field)
            compatible += 1
            #expect(expected == [kind.rawValue], "\(property.name) ↔ \(name).\(field.name)")
          } catch {
            #expect(expected.isEmpty, "\(property.name) ↔ \(name).\(field.name): \(error.reason)")
            #expect(error.reason.contains("goes with") || error.code == .hubspotUser)
            if error.code == .formatMismatch { formats += 1 }
          }
        }
      }
    }
    print("\(pairs) pairs, \(compatible) compatible, \(formats) refused for their format alone")
    #expect(pairs > 150_000 && compatible > 10_000 && formats > 1_000)
  }

  @Test(.enabled(if: MappingSandbox.fixtures != nil, "the shared fixtures are not beside the package"))
  func `check tells three describes of one object apart`() throws {
    let fixtures = try #require(MappingSandbox.fixtures)
    var verdicts: [String: [String]] = [:]
    for path in [
      "amaxa/test_describes/Account", "cumulusci/describes/Account", "grouparoo/salesforce/describe_v42_Account",
    ] {
      let folder = try MappingSandbox("describes")
      try folder.sandbox.copy("\(fixtures)/\(path).json", to: "Account.json")
      try folder.sandbox.copy("\(fixtures)/grouparoo/hubspot/crm_v3_schema_CONTACT.json", to: "companies.json")
      let fields = try readSalesforceDescribe("\(fixtures)/\(path).json", object: "Account").fields.map(\.name)
      let all = fields.prefix(480).enumerated().map { "firstname\($0.offset == 0 ? "" : "x"),\($0.element),two_way\n" }
      try folder.sandbox.write(
        "mappings.csv", "hubspot_property,salesforce_field,sync_rule\nphone,Phone,two_way\n" + all.joined())
      let crash = try folder.run("check", "--object", "companies")
      #expect(crash.exitCode == 2, "\(crash.messages)")
      for field in ["Tradestyle", "CleanStatus", "Rating", "Primary_Contact__c", "ABM_Tier__c"] {
        try folder.sandbox.write(
          "mappings.csv", "hubspot_property,salesforce_field,sync_rule\nhs_lead_status,\(field),two_way\n")
        let outcome = try folder.run("check", "--object", "companies", "--json")
        let isThere = fields.contains(field)
        #expect(outcome.output.contains("there is no field \(field) in Account") == !isThere, "\(path) \(field)")
        verdicts[path, default: []].append("\(field) \(outcome.exitCode) \(isThere)")
      }
    }
    #expect(Set(verdicts.values).count == 3, "\(verdicts)")
  }

  @Test(.enabled(if: MappingSandbox.fixtures != nil, "the shared fixtures are not beside the package"))
  func `the default mappings of contacts fit HubSpot's and Salesforce's own metadata`() throws {
    let fixtures = try #require(MappingSandbox.fixtures)
    let rows = try readMappings(Repository.root + "/pipelines/mappings/contacts.csv").filter { $0.origin == .default }
    let hubspot = try readHubSpotProperties(fixtures + "/grouparoo/hubspot/crm_v3_schema_CONTACT.json")
    let objects = try [("Contact", "amaxa/test_describes/Contact"), ("Lead", "grouparoo/salesforce/describe_v42_Lead")]
      .map { name, path in
        SalesforceObject(name: name, schema: try readSalesforceDescribe("\(fixtures)/\(path).json", object: name))
      }
    let resolution = MappingResolution(rows, hubspot: hubspot, objects: objects)
    #expect(resolution.faults.isEmpty, "\(resolution.faults)")
    #expect(resolution.mappings.count == rows.count)
  }

  @Test func `the default mapping files of the three objects can be read`() throws {
    for (name, count) in [("companies", 14), ("contacts", 22), ("deals", 7)] {
      let rows = try readMappings(Repository.root + "/pipelines/mappings/\(name).csv")
      #expect(rows.count(where: { $0.origin == .default }) == count, "\(name)")
    }
  }
}
