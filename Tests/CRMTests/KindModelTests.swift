import CRM
import Testing

/// The table of kinds of semantics 1, pair by pair.
@Suite struct KindModelTests {
  static let texts = ["string", "textarea", "phone", "email", "url", "encryptedstring", "combobox"]
  static let numbers = ["double", "int", "long", "currency", "percent"]
  static let others = ["time", "location", "address", "base64", "anyType", "complexvalue"]
  static let allTypes =
    texts + numbers + ["boolean", "picklist", "multipicklist", "date", "datetime", "id", "reference", "User"]
    + others

  /// A HubSpot property, and what each Salesforce type that it goes with makes of it.
  struct Case: CustomTestStringConvertible {
    let type: String
    let fieldType: String
    let kinds: [String: Kind]
    var testDescription: String { "\(type) / \(fieldType)" }

    init(_ type: String, _ fieldType: String, _ kinds: [([String], Kind)]) {
      self.type = type
      self.fieldType = fieldType
      var all: [String: Kind] = [:]
      for (types, kind) in kinds { for type in types { all[type] = kind } }
      self.kinds = all
    }
  }

  static let ids: [([String], Kind)] = [(["id", "reference", "User"], .id)]
  static let cases = [
    Case("string", "text", [(texts, .text)] + ids),
    Case("string", "phonenumber", [(texts, .text)]),
    Case("phone_number", "phonenumber", [(texts, .text)]),
    Case("phone_number", "text", [(texts, .text)]),
    Case("string", "textarea", [(["textarea"], .longtext)]),
    Case("string", "html", [(["textarea"], .longtext)]),
    Case("string", "file", []),
    Case("number", "number", [(numbers, .number)]),
    Case("number", "text", []),
    Case("bool", "booleancheckbox", [(["boolean"], .boolean)]),
    Case("enumeration", "booleancheckbox", [(["boolean"], .boolean)]),
    Case("enumeration", "select", [(["picklist", "combobox"], .picklist), (["id", "reference"], .id)]),
    Case("enumeration", "radio", [(["picklist", "combobox"], .picklist), (["id", "reference"], .id)]),
    Case("enumeration", "checkbox", [(["multipicklist"], .multipicklist)]),
    Case("date", "date", [(["date", "datetime"], .date)]),
    Case("datetime", "date", [(["date"], .date), (["datetime"], .datetime)]),
    // A calculation counts by its type.
    Case("string", "calculation_equation", [(texts, .text)] + ids),
    Case("number", "calculation_score", [(numbers, .number)]),
    Case("bool", "calculation_read_time", [(["boolean"], .boolean)]),
    Case("date", "calculation_rollup", [(["date", "datetime"], .date)]),
    Case("datetime", "calculation_rollup", [(["date"], .date), (["datetime"], .datetime)]),
    Case(
      "enumeration", "calculation_equation",
      [
        (["picklist", "combobox"], .picklist), (["multipicklist"], .multipicklist), (["boolean"], .boolean),
        (["id", "reference"], .id),
      ]),
    Case("json", "text", []),
  ]

  static func field(_ type: String) -> SalesforceField {
    switch type {
    case "User": SalesforceField(name: "F__c", type: "reference", referenceTo: ["Group", "User"])
    case "reference": SalesforceField(name: "F__c", type: "reference", referenceTo: ["Account"])
    default: SalesforceField(name: "F__c", type: type)
    }
  }

  @Test(arguments: cases) func `each pair has the kind of the table, and all else is refused`(pair: Case) {
    let property = HubSpotProperty(name: "p", type: pair.type, fieldType: pair.fieldType)
    for type in Self.allTypes {
      let kind = try? resolveKind(property: "p", hubspot: property, salesforce: Self.field(type))
      #expect(kind == pair.kinds[type], "\(pair.testDescription) with \(type)")
    }
  }

  @Test func `a refusal names what would be compatible`() {
    let property = HubSpotProperty(name: "founded_on", type: "date", fieldType: "date")
    let refusal = #expect(throws: KindRefusal.self) {
      try resolveKind(property: "founded_on", hubspot: property, salesforce: Self.field("textarea"))
    }
    #expect(
      refusal?.reason
        == "founded_on (HubSpot date / date) goes with Salesforce date, datetime; F__c is textarea")
  }

  @Test(arguments: [
    HubSpotProperty(name: "hubspot_owner_id", type: "enumeration", fieldType: "select"),
    HubSpotProperty(
      name: "hs_created_by", type: "enumeration", fieldType: "select", hubspotDefined: true,
      referencedObjectType: "OWNER"),
  ])
  func `an owner property goes with a reference to User and nothing else`(property: HubSpotProperty) throws {
    for type in Self.allTypes {
      let kind = try? resolveKind(property: property.name, hubspot: property, salesforce: Self.field(type))
      #expect(kind == (type == "User" ? .owner : nil), "\(type)")
    }
  }

  @Test func `a HubSpot user property of the customer's own is refused`() {
    let property = HubSpotProperty(
      name: "account_manager", type: "enumeration", fieldType: "select", referencedObjectType: "OWNER")
    for type in Self.allTypes {
      #expect(throws: KindRefusal.self, "\(type)") {
        try resolveKind(property: property.name, hubspot: property, salesforce: Self.field(type))
      }
    }
    #expect(throws: KindRefusal.self) {
      try resolveKind(property: property.name, hubspot: property, salesforce: nil)
    }
  }

  @Test(arguments: [
    ("string", "text", Kind.text), ("phone_number", "phonenumber", .text), ("string", "textarea", .longtext),
    ("string", "html", .longtext), ("number", "number", .number), ("bool", "booleancheckbox", .boolean),
    ("enumeration", "booleancheckbox", .boolean), ("enumeration", "radio", .picklist),
    ("enumeration", "checkbox", .multipicklist), ("date", "date", .date), ("datetime", "date", .datetime),
    ("datetime", "calculation_rollup", .datetime), ("number", "calculation_equation", .number),
  ])
  func `with the metadata of HubSpot only, the kind follows from that`(
    type: String, fieldType: String, kind: Kind
  ) throws {
    let property = HubSpotProperty(name: "p", type: type, fieldType: fieldType)
    #expect(try resolveKind(property: "p", hubspot: property, salesforce: nil) == kind)
  }

  @Test(arguments: [
    ("string", Kind.text), ("phone", .text), ("email", .text), ("url", .text), ("encryptedstring", .text),
    ("combobox", .text), ("textarea", .longtext), ("double", .number), ("int", .number), ("long", .number),
    ("currency", .number), ("percent", .number), ("boolean", .boolean), ("picklist", .picklist),
    ("multipicklist", .multipicklist), ("date", .date), ("datetime", .datetime), ("User", .owner),
    ("reference", .id), ("id", .id),
  ])
  func `with the metadata of Salesforce only, the kind follows from that`(type: String, kind: Kind) throws {
    #expect(try resolveKind(property: "p", hubspot: nil, salesforce: Self.field(type)) == kind)
  }

  @Test(arguments: others) func `a Salesforce type that goes with nothing is refused`(type: String) {
    #expect(throws: KindRefusal.self) {
      try resolveKind(property: "p", hubspot: nil, salesforce: Self.field(type))
    }
  }

  @Test func `without metadata it is text`() throws {
    #expect(try resolveKind(property: "p", hubspot: nil, salesforce: nil) == .text)
    #expect(try resolveKind(property: "hubspot_owner_id", hubspot: nil, salesforce: nil) == .text)
  }
}
