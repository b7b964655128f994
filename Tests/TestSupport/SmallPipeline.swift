import Foundation

/// A small pipeline of companies and accounts in a sandbox, with exports that a test writes.
public struct SmallPipeline: TestPipeline {
  /// The folder that holds the pipeline, its exports, and what its runs leave: `staging` and `out`.
  public let sandbox: Sandbox
  /// Further lines of the pipeline file, for the whole pipeline: `max_creates: 500`.
  public var settings: [String]
  private let staging: String

  /// A pipeline in a new sandbox; its files are written by `save`.
  public init(_ purpose: String, _ settings: String..., in store: Store = .current) throws {
    sandbox = try Sandbox(purpose)
    staging = try store.setting(in: sandbox)
    self.settings = settings
    try sandbox.write("mappings.csv", Self.mappings)
    try sandbox.write("companies.properties.json", Self.properties)
    try sandbox.write("Account.describe.json", Self.describe)
    try save()
  }

  /// Writes the pipeline file.
  public func save() throws {
    let start = "name: companies\nstaging:\n  \(staging)\n"
    try sandbox.write("pipeline.yaml", start + Self.head + settings.map { $0 + "\n" }.joined())
  }

  /// Writes both exports: rows without their header.
  public func write(companies: [String], accounts: [String]) throws {
    try sandbox.write("companies.csv", ([Self.companyColumns] + companies).joined(separator: "\n") + "\n")
    try sandbox.write("Account.csv", ([Self.accountColumns] + accounts).joined(separator: "\n") + "\n")
  }

  /// The columns of the HubSpot export.
  public static let companyColumns =
    "hs_object_id,name,domain,phone,city,numberofemployees,salesforceaccountid,hs_lastmodifieddate"
  /// The columns of the Salesforce export.
  public static let accountColumns =
    "Id,Name,Website,Phone,BillingCity,NumberOfEmployees,HubSpot_Id__c,LastModifiedDate"

  private static let head = """
    sources:
      hubspot:
        companies: {csv: companies.csv, properties: companies.properties.json}
      salesforce:
        Account: {csv: Account.csv, describe: Account.describe.json}
    objects:
      companies:
        salesforce: [Account]
        mappings: mappings.csv
        keys: [{hubspot: domain, salesforce: Website, compare: domain}]
        create_in: [hubspot, salesforce]
        hubspot_id_field: HubSpot_Id__c
    load:
      files: out

    """
  private static let mappings = """
    hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map,on_too_long
    name,Name,prefer_salesforce,default,,,,
    domain,Website,two_way,default,,domain,,
    phone,Phone,two_way,default,,,,
    city,BillingCity,prefer_salesforce,default,,,,
    numberofemployees,NumberOfEmployees,two_way,default,,,,

    """
  private static let properties = """
    {"results": [
      {"name": "name", "label": "Name", "type": "string", "fieldType": "text"},
      {"name": "domain", "label": "Domain", "type": "string", "fieldType": "text"},
      {"name": "phone", "label": "Phone", "type": "string", "fieldType": "phonenumber"},
      {"name": "city", "label": "City", "type": "string", "fieldType": "text"},
      {"name": "numberofemployees", "label": "Employees", "type": "number", "fieldType": "number"},
      {"name": "salesforceaccountid", "label": "Account", "type": "string", "fieldType": "text",
       "modificationMetadata": {"readOnlyValue": false}}
    ]}
    """
  private static let describe = """
    {"name": "Account", "keyPrefix": "001", "fields": [
      {"name": "Name", "label": "Name", "type": "string", "length": 255, "nillable": false,
       "createable": true, "updateable": true, "defaultedOnCreate": false},
      {"name": "Website", "label": "Website", "type": "url", "length": 255, "nillable": true,
       "createable": true, "updateable": true},
      {"name": "Phone", "label": "Phone", "type": "phone", "length": 40, "nillable": true,
       "createable": true, "updateable": true},
      {"name": "BillingCity", "label": "City", "type": "string", "length": 40, "nillable": true,
       "createable": true, "updateable": true},
      {"name": "NumberOfEmployees", "label": "Employees", "type": "int", "digits": 8, "nillable": true,
       "createable": true, "updateable": true},
      {"name": "HubSpot_Id__c", "label": "HubSpot Id", "type": "string", "length": 20, "nillable": true,
       "createable": true, "updateable": true}
    ]}
    """
}
