import CRM
import Records
import TestSupport
import Testing

/// Mappings joined with metadata (semantics 1 and 4; requirements M8).
@Suite struct MappingModelTests {
  static let hubspot = HubSpotSchema([
    HubSpotProperty(name: "name", type: "string", fieldType: "text"),
    HubSpotProperty(name: "description", type: "string", fieldType: "textarea"),
    HubSpotProperty(name: "email", type: "string", fieldType: "text"),
    HubSpotProperty(name: "score", type: "number", fieldType: "number"),
    HubSpotProperty(name: "computed", type: "number", fieldType: "calculation_equation"),
    HubSpotProperty(name: "locked", type: "string", fieldType: "text", readOnlyValue: true),
    HubSpotProperty(name: "hs_email_optout", type: "bool", fieldType: "booleancheckbox"),
    HubSpotProperty(name: "hubspot_owner_id", type: "enumeration", fieldType: "select"),
    HubSpotProperty(name: "last_call", type: "datetime", fieldType: "date"),
    HubSpotProperty(
      name: "region", type: "enumeration", fieldType: "select",
      options: [
        HubSpotOption(label: "North", value: "001000000000001AAA"),
        HubSpotOption(label: "South", value: "001000000000002AAA", hidden: true),
      ]),
  ])
  static let contact = SalesforceObject(
    name: "Contact",
    schema: SalesforceSchema(
      name: "Contact",
      fields: [
        SalesforceField(name: "Name", type: "string", length: 80, nillable: false),
        SalesforceField(name: "Description", type: "textarea", length: 32000),
        SalesforceField(name: "Email", type: "email", length: 80),
        SalesforceField(name: "Score__c", type: "double", precision: 6, scale: 3),
        SalesforceField(name: "Count__c", type: "int", scale: 2, digits: 8),
        SalesforceField(name: "Big__c", type: "long", precision: 0),
        SalesforceField(name: "Amount__c", type: "currency", precision: 18, scale: 2),
        SalesforceField(name: "HasOptedOutOfEmail", type: "boolean", nillable: false),
        SalesforceField(name: "OwnerId", type: "reference", nillable: false, referenceTo: ["User"]),
        SalesforceField(name: "LastCall__c", type: "datetime"),
        SalesforceField(name: "CallDay__c", type: "date"),
        SalesforceField(name: "Region__c", type: "reference", referenceTo: ["Region__c"]),
        SalesforceField(name: "Formula__c", type: "string", length: 1300, calculated: true),
      ]))
  static let lead = SalesforceObject(
    name: "Lead",
    schema: SalesforceSchema(
      name: "Lead",
      fields: [
        SalesforceField(name: "Name", type: "string", length: 40, updateable: false),
        SalesforceField(name: "Company", type: "string", length: 255),
        SalesforceField(name: "Email", type: "email", length: 80),
      ]))

  static func resolve(
    _ rows: [MappingRow], objects: [SalesforceObject] = [contact, lead], hubspot: HubSpotSchema? = hubspot
  ) -> MappingResolution { MappingResolution(rows, hubspot: hubspot, objects: objects) }

  static func one(_ property: String, _ field: String, _ rule: SyncRule = .twoWay) throws -> FieldMapping {
    let resolution = resolve([MappingRow(property: property, field: field, rule: rule, line: 2)])
    #expect(resolution.faults.isEmpty, "\(resolution.faults)")
    return try #require(resolution.mappings.first)
  }

  @Test
  func `the first listed object that has the field decides kind and length, and the others are warned about`()
    throws
  {
    let row = MappingRow(property: "name", field: "Name", rule: .twoWay, truncate: true, line: 2)
    let resolution = Self.resolve([row])
    let mapping = try #require(resolution.mappings.first)
    #expect(mapping.kind == .text)
    #expect(mapping.salesforceLength == 80)
    #expect(mapping.truncate)
    #expect(mapping.serves == [true, true])
    #expect(mapping.salesforceFields.map { $0?.length } == [80, 40])
    #expect(
      resolution.warnings.map(\.reason) == ["Contact and Lead differ in length of Name: Contact counts"])
    let other = try #require(Self.resolve([row], objects: [Self.lead, Self.contact]).mappings.first)
    #expect(other.salesforceLength == 40)
  }

  @Test func `whether a field can be written or cleared is asked of the object that is written`() throws {
    let mapping = try Self.one("name", "Name")
    #expect(mapping.isUpdateable(object: 0) && !mapping.isUpdateable(object: 1))
    #expect(mapping.isCreateable(object: 0) && mapping.isCreateable(object: 1))
    #expect(!mapping.isNillable(object: 0) && mapping.isNillable(object: 1))
    #expect(!mapping.isWritable(.salesforce, object: 1, forCreate: false))
    #expect(mapping.isWritable(.hubspot, object: 1, forCreate: false))
  }

  @Test(arguments: [("computed", "Score__c"), ("locked", "Email")])
  func `calculations and read-only properties cannot be written in HubSpot`(
    property: String, field: String
  ) throws {
    #expect(try !Self.one(property, field).isWritableInHubSpot)
  }

  @Test func `a formula can be written nowhere`() throws {
    let mapping = try Self.one("name", "Formula__c")
    #expect(!mapping.isUpdateable(object: 0) && !mapping.isCreateable(object: 0))
  }

  @Test func `a field that only one object has serves that object only`() throws {
    let mapping = try Self.one("name", "Company")
    #expect(mapping.serves == [false, true])
    #expect(mapping.salesforceFields[0] == nil)
  }

  @Test(arguments: [
    ("Score__c", 3, 3), ("Count__c", 0, 8), ("Big__c", 0, nil as Int?), ("Amount__c", 2, 16),
  ])
  func `numbers take scale and digits from describe, where 0 is no limit`(
    field: String, scale: Int, digits: Int?
  )
    throws
  {
    let mapping = try Self.one("score", field)
    #expect(mapping.scale == scale)
    #expect(mapping.maxIntegerDigits == digits)
    #expect(mapping.isCurrency == (field == "Amount__c"))
    #expect(mapping.salesforceLength == nil)
  }

  @Test func `values compare exactly, but email ignores case, and the row can say otherwise`() throws {
    #expect(try Self.one("name", "Name").comparison == .exact)
    #expect(try Self.one("email", "Email").comparison == .ignoreCase)
    let row = MappingRow(property: "email", field: "Email", rule: .twoWay, comparison: .domain, line: 2)
    #expect(Self.resolve([row]).mappings.first?.comparison == .domain)
  }

  @Test func `a boolean of a field that is not nillable has no blank`() throws {
    let mapping = try Self.one("hs_email_optout", "HasOptedOutOfEmail")
    #expect(mapping.blankIsFalse && mapping.isOptOut)
  }

  @Test func `dates know which side holds an instant`() throws {
    let instant = try Self.one("last_call", "LastCall__c")
    #expect(instant.kind == .datetime && instant.hubspotHoldsInstant && instant.salesforceHoldsInstant)
    let day = try Self.one("last_call", "CallDay__c")
    #expect(day.kind == .date && day.hubspotHoldsInstant && !day.salesforceHoldsInstant)
  }

  @Test(arguments: [
    ("001000000000001AAA", true), ("001000000000002AAA", false), ("001000000000003AAA", false),
  ])
  func `an enumeration of ids takes only its options that are not hidden`(id: String, isOption: Bool) throws {
    let mapping = try Self.one("region", "Region__c")
    #expect(mapping.kind == .id)
    #expect(withBytes(id) { mapping.isHubSpotOption($0) } == isOption)
    let text = try Self.one("name", "Region__c")
    #expect(withBytes(id) { text.isHubSpotOption($0) })
  }

  @Test(arguments: SyncRule.allCases) func `an owner is two-way or not synced`(rule: SyncRule) throws {
    let resolution = Self.resolve([
      MappingRow(property: "hubspot_owner_id", field: "OwnerId", rule: rule, line: 2)
    ])
    let mapping = try #require(resolution.mappings.first)
    #expect(mapping.rule == (rule == .dontSync ? .dontSync : .twoWay))
    #expect(resolution.warnings.count == (rule == .preferSalesforce || rule == .alwaysSalesforce ? 1 : 0))
  }

  /// A row that cannot be used, and what is said of it.
  static let faults: [(MappingRow, String)] = [
    (
      MappingRow(property: "nmae", field: "Name", rule: .twoWay, line: 3),
      "HubSpot has no property nmae; did you mean name?"
    ),
    (
      MappingRow(property: "name", field: "name", rule: .twoWay, line: 3),
      "there is no field name in Contact and Lead; did you mean Name?"
    ),
    (
      MappingRow(property: "score", field: "Name", rule: .twoWay, line: 3),
      "score (HubSpot number / number) goes with Salesforce double, int, long, currency, percent; Name is string"
    ),
    (
      MappingRow(property: "name", field: "Name", rule: .twoWay, salesforceObject: "Contcat", line: 3),
      "Contcat is no Salesforce object of this pipeline; did you mean Contact?"
    ),
    (
      MappingRow(property: "name", field: "Company", rule: .twoWay, salesforceObject: "Contact", line: 3),
      "there is no field Company in Contact; did you mean Email?"
    ),
    (
      MappingRow(property: "hs_email_optout", field: "HasOptedOutOfEmail", rule: .dontSync, line: 3),
      "the opt-out of email cannot be set to dont_sync: choose another rule"
    ),
  ]

  @Test(arguments: faults.indices) func `a row that cannot be used says why`(index: Int) {
    let (row, reason) = Self.faults[index]
    let resolution = Self.resolve([row])
    #expect(resolution.mappings.isEmpty)
    #expect(resolution.faults.map(\.reason) == [reason])
    #expect(resolution.faults.first?.line == 3)
  }

  @Test func `what is wrong with a row that is never synced is a warning`() {
    let rows = [
      MappingRow(property: "nmae", field: "Name", rule: .dontSync, line: 2),
      MappingRow(property: "score", field: "Email", rule: .dontSync, line: 3),
      MappingRow(property: "email", field: "Emial", rule: .dontSync, line: 4),
    ]
    let resolution = Self.resolve(rows)
    #expect(resolution.faults.isEmpty)
    #expect(resolution.warnings.map(\.line) == [2, 3, 4])
    #expect(resolution.mappings.count == 3)
  }

  @Test func `one property may serve Contact and Lead by two rows, but no object twice`() {
    let toContact = MappingRow(
      property: "name", field: "Name", rule: .twoWay, salesforceObject: "Contact", line: 2)
    let toLead = MappingRow(
      property: "name", field: "Company", rule: .twoWay, salesforceObject: "Lead", line: 3)
    #expect(Self.resolve([toContact, toLead]).faults.isEmpty)
    let again = MappingRow(property: "name", field: "Email", rule: .dontSync, line: 4)
    #expect(
      Self.resolve([toContact, toLead, again]).faults.map(\.reason)
        == ["name is mapped to Contact twice (also in line 2)"])
    let field = MappingRow(property: "email", field: "Company", rule: .twoWay, line: 4)
    #expect(
      Self.resolve([toContact, toLead, field]).faults.map(\.reason) == [
        "Lead.Company is mapped twice (also in line 3)"
      ])
  }

  @Test(arguments: [(500, true), (501, false)])
  func `an object has at most 500 mappings`(count: Int, isFine: Bool) {
    let rows = (0..<count).map {
      MappingRow(property: "p\($0)", field: "f\($0)", rule: .twoWay, line: $0 + 2)
    }
    let resolution = MappingResolution(rows, hubspot: nil, objects: [SalesforceObject(name: "Account")])
    #expect(resolution.faults.isEmpty == isFine)
  }

  @Test func `without metadata all is text, and everything can be written`() throws {
    let row = MappingRow(property: "p", field: "f", rule: .twoWay, truncate: true, line: 2)
    let mapping = try #require(
      Self.resolve([row], objects: [SalesforceObject(name: "Account")], hubspot: nil).mappings.first)
    #expect(mapping.kind == .text && !mapping.truncate && mapping.salesforceLength == nil)
    #expect(mapping.isWritableInHubSpot && mapping.isUpdateable(object: 0) && mapping.isNillable(object: 0))
    #expect(mapping.makePicklistVocabulary() == nil)
  }

  @Test func `a value map on what is no picklist is warned about`() {
    let row = MappingRow(
      property: "name", field: "Name", rule: .twoWay, salesforceObject: "Lead",
      valueMap: ValueMap([ValueMap.Entry("a", "b")]), line: 2)
    #expect(Self.resolve([row]).warnings.count == 1)
  }
}
