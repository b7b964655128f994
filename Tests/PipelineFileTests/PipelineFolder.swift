import Foundation
import PipelineFile
import TestSupport

/// A temporary folder with a pipeline of companies that is as it should be, for a test to change.
final class PipelineFolder {
  private let sandbox: Sandbox
  var path: String { sandbox.path }

  static let pipeline = """
    name: companies
    staging:
      csv: staging
    sources:
      hubspot:
        companies: {csv: hubspot/companies.csv, properties: hubspot/companies.json}
        owners: {csv: owners.csv}
      salesforce:
        Account: {csv: Account.csv, describe: Account.json}
        User: {csv: User.csv}
    objects:
      companies:
        salesforce: [Account]
        mappings: mappings.csv
        keys: [{hubspot: domain, salesforce: Website, compare: domain}]
        create_in: [hubspot, salesforce]
        hubspot_id_field: HubSpot_Id__c
    integration_user: "005000000000001AAA"
    load:
      files: out
    """
  static let mappings = """
    hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map,on_too_long
    name,Name,prefer_salesforce,default,,,,
    industry,Industry,two_way,default,,,"BANKING=Banking;COMPUTER_SOFTWARE=Technology",
    hubspot_owner_id,OwnerId,two_way,default,,,,
    """
  static let properties = """
    {"results": [
      {"name": "name", "label": "Name", "type": "string", "fieldType": "text"},
      {"name": "domain", "type": "string", "fieldType": "text"},
      {"name": "industry", "type": "enumeration", "fieldType": "select",
       "options": [{"label": "Banking", "value": "BANKING", "hidden": false}]},
      {"name": "hubspot_owner_id", "type": "enumeration", "fieldType": "select", "referencedObjectType": "OWNER"},
      {"name": "salesforceaccountid", "type": "string", "fieldType": "text",
       "modificationMetadata": {"readOnlyValue": false}},
      {"name": "locked", "type": "string", "fieldType": "text", "modificationMetadata": {"readOnlyValue": true}}
    ]}
    """
  static let describe = """
    {"name": "Account", "keyPrefix": "001", "fields": [
      {"name": "Name", "type": "string", "length": 255, "nillable": false},
      {"name": "Website", "type": "url", "length": 255},
      {"name": "Industry", "type": "picklist", "restrictedPicklist": true,
       "picklistValues": [{"active": true, "label": "Banking", "value": "Banking"}]},
      {"name": "OwnerId", "type": "reference", "referenceTo": ["User"], "nillable": false},
      {"name": "HubSpot_Id__c", "type": "string", "length": 20},
      {"name": "Formula__c", "type": "string", "calculated": true, "createable": false, "updateable": false}
    ]}
    """

  init() throws {
    sandbox = try Sandbox("pipeline")
    try write("pipeline.yaml", Self.pipeline)
    try write("mappings.csv", Self.mappings)
    try write("hubspot/companies.json", Self.properties)
    try write("Account.json", Self.describe)
  }

  /// The path of a file of the folder.
  func file(_ name: String) -> String { sandbox.file(name) }

  func write(_ name: String, _ text: String) throws { try sandbox.write(name, text) }

  func write(_ name: String, _ data: Data) throws { try sandbox.write(name, data) }

  /// Changes a part of a file, which must be there.
  func change(_ name: String, _ part: String, _ other: String) throws { try sandbox.change(name, part, to: other) }

  func load(_ environment: [String: String] = [:]) throws -> LoadedPipeline {
    try loadPipeline(file("pipeline.yaml"), environment: environment)
  }

  /// What is wrong: the error's lines, the folder left out.
  func complaints(_ environment: [String: String] = [:]) -> [String] {
    do {
      _ = try load(environment)
      return []
    } catch {
      let text = String(describing: error).replacingOccurrences(of: path + "/", with: "")
      return text.split(separator: "\n").map(String.init)
    }
  }
}
