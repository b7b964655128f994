import Foundation
import TestSupport

/// A pipeline of companies and deals in a sandbox, with metadata and exports of all that mappings can trip over.
final class MappingSandbox {
  let sandbox: Sandbox
  var pipeline: String { sandbox.file("pipeline.yaml") }

  static let mappings = """
    # The mappings of companies. Ask Kari before you change them.
    hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map,on_too_long
    name,Name,prefer_salesforce,default,,,,

    # "Quotes" and, commas, in a comment
    industry,Industry,two_way,default,,,"BANKING=Banking;IT=Technology",
    "phone", Phone,Two-way,default,,phone,,
    hubspot_owner_id,OwnerId,two_way,default,,,,
    hs_email_optout,HasOptedOutOfEmail,two_way,custom,,,,
    score,Score__c,two_way,custom,,,,
    nick,Nick__c,two_way,custom,,,,
    # the end

    """

  init(_ purpose: String) throws {
    sandbox = try Sandbox(purpose)
    try sandbox.write("pipeline.yaml", Self.yaml)
    try Store.current.take(["pipeline.yaml"], in: sandbox)
    try sandbox.write("mappings.csv", Self.mappings)
    try sandbox.write("deals.csv", "hubspot_property,salesforce_field,sync_rule\ndealname,Name,two_way\n")
    try sandbox.write("companies.json", Self.properties)
    try sandbox.write("Account.json", Self.describe)
    try sandbox.write(
      "hubspot.csv",
      """
      hs_object_id,name,industry,phone,hubspot_owner_id,hs_email_optout,score,nick,salesforceaccountid,hs_lastmodifieddate
      1,One,BANKING,1,7,false,1.25,abcdef,001000000000001AAA,2026-01-01T00:00:00Z
      2,Two,FISHERY,2,8,maybe,many,abc,001000000000002AAA,2026-01-01T00:00:00Z
      3,Three, FISHERY ,3,,true,3,abc,001000000000003AAA,2026-01-01T00:00:00Z

      """)
    try sandbox.write(
      "Account.csv",
      """
      Id,Name,Industry,Phone,OwnerId,HasOptedOutOfEmail,Score__c,Nick__c,LastModifiedDate
      001000000000001AAA,One,Shipping,1,005000000000001AAA,false,1.3,abcde,2026-01-02T00:00:00Z
      001000000000002AAA,Two,Shipping,2,005000000000001AAA,false,2,abc,2026-01-02T00:00:00Z
      001000000000003AAA,Three,Banking,3,005000000000001AAA,false,3,abc,2026-01-02T00:00:00Z

      """)
    try sandbox.write("owners.csv", "id,email,archived\n7,a@x.no,false\n8,b@x.no,false\n")
    try sandbox.write("User.csv", "Id,Email,IsActive\n005000000000001AAA,A@x.no,true\n")
  }

  static let yaml = """
    name: companies
    staging: {csv: staging}
    sources:
      hubspot:
        companies: {csv: hubspot.csv, properties: companies.json}
        owners: {csv: owners.csv}
      salesforce:
        Account: {csv: Account.csv, describe: Account.json}
        User: {csv: User.csv}
    objects:
      companies: {salesforce: [Account], mappings: mappings.csv}
      deals: {salesforce: [Opportunity], mappings: deals.csv, enabled: false}
    load: {files: out}

    """

  static let properties = """
    {"results": [
      {"name": "name", "label": "Company name", "type": "string", "fieldType": "text"},
      {"name": "industry", "label": "Industry", "type": "enumeration", "fieldType": "select", "options": [
        {"label": "Banking", "value": "BANKING", "description": "money"},
        {"label": "IT", "value": "IT"},
        {"label": "Fishery", "value": "FISHERY"}
      ]},
      {"name": "phone", "label": "Phone number", "type": "string", "fieldType": "phonenumber"},
      {"name": "hubspot_owner_id", "label": "Company owner", "type": "enumeration", "fieldType": "select",
       "externalOptions": true, "referencedObjectType": "OWNER", "hubspotDefined": true},
      {"name": "reviewer", "label": "Reviewer", "type": "enumeration", "fieldType": "select",
       "externalOptions": true, "referencedObjectType": "OWNER"},
      {"name": "hs_email_optout", "label": "Unsubscribed", "type": "bool", "fieldType": "booleancheckbox"},
      {"name": "score", "label": "Score", "type": "number", "fieldType": "number"},
      {"name": "nick", "label": "Nickname", "type": "string", "fieldType": "text"},
      {"name": "services", "label": "Services", "type": "enumeration", "fieldType": "checkbox", "options": []},
      {"name": "founded_year", "label": "Year founded", "type": "number", "fieldType": "number"},
      {"name": "fax", "label": "Fax number", "type": "string", "fieldType": "text"},
      {"name": "salesforceaccountid", "label": "Salesforce Account ID", "type": "string", "fieldType": "text"},
      {"name": "locked", "label": "Locked", "type": "string", "fieldType": "text",
       "modificationMetadata": {"readOnlyValue": true}}
    ]}
    """
  static let describe = """
    {"name": "Account", "keyPrefix": "001", "fields": [
      {"name": "Id", "label": "Account ID", "type": "id", "updateable": false, "createable": false},
      {"name": "Name", "label": "Account Name", "type": "string", "length": 255, "nillable": false},
      {"name": "Industry", "label": "Industry", "type": "picklist", "restrictedPicklist": true, "picklistValues": [
        {"active": true, "label": "Banking", "value": "Banking"},
        {"active": true, "label": "Technology", "value": "Technology"},
        {"active": true, "label": "Shipping & Ports", "value": "Shipping"}]},
      {"name": "Phone", "label": "Account Phone", "type": "phone", "length": 40},
      {"name": "Fax", "label": "Account Fax", "type": "phone", "length": 40},
      {"name": "OwnerId", "label": "Owner", "type": "reference", "referenceTo": ["User"], "nillable": false},
      {"name": "HasOptedOutOfEmail", "label": "Email Opt Out", "type": "boolean", "nillable": false},
      {"name": "Score__c", "label": "Score", "type": "double", "precision": 5, "scale": 1},
      {"name": "Nick__c", "label": "Nick", "type": "string", "length": 5},
      {"name": "Year_Founded__c", "label": "Year founded", "type": "double", "precision": 4},
      {"name": "Formula__c", "label": "Formula", "type": "string", "length": 99, "calculated": true, "updateable": false}
    ]}
    """

  /// Runs `resync mappings`: the subcommand, the pipeline, and the rest.
  func run(_ subcommand: String, _ arguments: String...) throws -> Outcome {
    try Program.run("resync", ["mappings", subcommand, pipeline] + arguments)
  }

  var file: String { (try? sandbox.text("mappings.csv")) ?? "" }

  /// The folder of other people's metadata, where it is at hand.
  static let fixtures: String? = {
    let named = ProcessInfo.processInfo.environment["RESYNC_SHARED"]
    let folder = (named ?? (Repository.root as NSString).deletingLastPathComponent + "/shared") + "/fixtures"
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()
}
