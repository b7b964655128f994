import Foundation

/// A small pipeline of contacts with Contact and Lead, and of deals with Opportunity, with exports that a test writes
/// row by row. What is not written has no rows.
public struct PeoplePipeline: TestPipeline {
  /// The folder that holds the pipeline, its exports, and what its runs leave: `staging` and `out`.
  public let sandbox: Sandbox

  /// A pipeline in a new sandbox. `settings` are further lines of the pipeline file; `sources` further lines of a source,
  /// by its name: `["contacts": "history: contacts.history.csv"]`.
  public init(_ purpose: String, _ settings: String..., sources: [String: String] = [:]) throws {
    sandbox = try Sandbox(purpose)
    for (name, text) in Self.files { try sandbox.write(name, text) }
    for name in Self.columns.keys { try write(name, []) }
    let staging = try Store.current.setting(in: sandbox)
    var yaml = "name: people\nstaging:\n  \(staging)\n" + Self.yaml + settings.map { $0 + "\n" }.joined()
    for (name, line) in sources {
      yaml = yaml.replacingOccurrences(of: "    \(name): {csv", with: "    \(name): {\(line), csv")
    }
    try sandbox.write("pipeline.yaml", yaml)
  }

  /// Writes an export: `contacts`, `Contact`, `Lead`, `deals` or `Opportunity`; a row by its columns, the others blank.
  /// The modified time is that of noon on the tenth of November, unless the row says otherwise.
  ///
  /// - Throws: `HelperError` if there is no such column.
  public func write(_ export: String, _ rows: [[String: String]]) throws {
    guard let columns = Self.columns[export] else { throw HelperError("no export \(export)") }
    var document = CSVDocument(Data((columns.joined(separator: ",") + "\n").utf8))
    let modified = columns[1]
    for row in rows { try document.append(row.merging([modified: "2026-11-10T12:00:00Z"]) { given, _ in given }) }
    try sandbox.write("\(export).csv", document.data)
  }

  /// The columns of the exports: id, modified time, and the others.
  static let columns: [String: [String]] = [
    "contacts": [
      "hs_object_id", "lastmodifieddate", "email", "firstname", "lastname", "company", "phone", "hs_lead_status",
      "birthdate", "interests", "hs_email_optout", "salesforcecontactid", "salesforceleadid", "hs_merged_object_ids",
    ],
    "Contact": [
      "Id", "LastModifiedDate", "IsDeleted", "Email", "FirstName", "LastName", "Phone", "Birthdate", "Interests__c",
      "HasOptedOutOfEmail", "HubSpot_Id__c",
    ],
    "Lead": [
      "Id", "LastModifiedDate", "IsDeleted", "IsConverted", "ConvertedContactId", "Email", "FirstName", "LastName",
      "Company", "Phone", "Status", "Interests__c", "HasOptedOutOfEmail", "HubSpot_Id__c",
    ],
    "deals": [
      "hs_object_id", "hs_lastmodifieddate", "dealname", "amount", "deal_currency_code", "closedate", "dealstage",
      "pipeline", "hs_salesforceopportunityid",
    ],
    "Opportunity": [
      "Id", "LastModifiedDate", "IsDeleted", "Name", "Amount", "CurrencyIsoCode", "CloseDate", "StageName",
      "RecordTypeId", "HubSpot_Id__c",
    ],
  ]

  private static let yaml = """
    sources:
      hubspot:
        contacts: {csv: contacts.csv, properties: contacts.properties.json, date_order: dmy}
        deals: {csv: deals.csv, properties: deals.properties.json}
      salesforce:
        Contact: {csv: Contact.csv, describe: Contact.describe.json}
        Lead: {csv: Lead.csv, describe: Lead.describe.json}
        Opportunity: {csv: Opportunity.csv, describe: Opportunity.describe.json}
    objects:
      deals:
        salesforce: [Opportunity]
        mappings: deals.mappings.csv
        create_in: [hubspot, salesforce]
        hubspot_id_field: HubSpot_Id__c
      contacts:
        salesforce: [Contact, Lead]
        mappings: contacts.mappings.csv
        create_in: [hubspot, salesforce]
        create_as: Contact
        hubspot_id_field: HubSpot_Id__c
    max_creates: 100
    max_shrink: 100%
    max_clears: 100%
    integration_user: 005000000000099AAA
    load:
      files: out

    """

  private static let files = [
    "contacts.mappings.csv": """
    hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map
    email,Email,two_way,default,,,
    firstname,FirstName,prefer_salesforce,default,,,
    lastname,LastName,prefer_salesforce,default,,,
    company,Company,prefer_salesforce,default,Lead,,
    phone,Phone,two_way,default,,phone,
    hs_lead_status,Status,prefer_salesforce,default,Lead,,NEW=Open;BUSY=Working
    birthdate,Birthdate,two_way,custom,Contact,,
    interests,Interests__c,two_way,custom,,,tax=Tax and duties
    hs_email_optout,HasOptedOutOfEmail,two_way,default,,,

    """,
    "deals.mappings.csv": """
    hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map
    dealname,Name,prefer_salesforce,default,,,
    amount,Amount,two_way,default,,,
    closedate,CloseDate,two_way,default,,,
    dealstage,StageName,prefer_salesforce,default,,,qualified=Qualification;won=Closed Won
    pipeline,RecordTypeId,prefer_salesforce,custom,,,default=012000000000001;renewals=012000000000002AAA

    """,
    "contacts.properties.json": """
    {"results": [
      {"name": "email", "label": "Email", "type": "string", "fieldType": "text"},
      {"name": "firstname", "label": "First name", "type": "string", "fieldType": "text"},
      {"name": "lastname", "label": "Last name", "type": "string", "fieldType": "text"},
      {"name": "company", "label": "Company", "type": "string", "fieldType": "text"},
      {"name": "phone", "label": "Phone", "type": "string", "fieldType": "phonenumber"},
      {"name": "hs_lead_status", "label": "Lead status", "type": "enumeration", "fieldType": "radio",
       "options": [{"label": "New", "value": "NEW"}, {"label": "Busy", "value": "BUSY"}]},
      {"name": "birthdate", "label": "Birth date", "type": "date", "fieldType": "date"},
      {"name": "interests", "label": "Interests", "type": "enumeration", "fieldType": "checkbox",
       "options": [{"label": "Audit", "value": "audit"}, {"label": "Training", "value": "training"},
        {"label": "Tax", "value": "tax"}]},
      {"name": "hs_email_optout", "label": "Unsubscribed from all email", "type": "bool",
       "fieldType": "booleancheckbox", "options": [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}]},
      {"name": "salesforcecontactid", "label": "Contact", "type": "string", "fieldType": "text"},
      {"name": "salesforceleadid", "label": "Lead", "type": "string", "fieldType": "text"}
    ]}
    """,
    "deals.properties.json": """
    {"results": [
      {"name": "dealname", "label": "Deal name", "type": "string", "fieldType": "text"},
      {"name": "amount", "label": "Amount", "type": "number", "fieldType": "number"},
      {"name": "closedate", "label": "Close date", "type": "datetime", "fieldType": "date"},
      {"name": "dealstage", "label": "Stage", "type": "enumeration", "fieldType": "radio",
       "options": [{"label": "Qualified", "value": "qualified"}, {"label": "Demo", "value": "demo"},
        {"label": "Won", "value": "won"}]},
      {"name": "pipeline", "label": "Pipeline", "type": "enumeration", "fieldType": "select",
       "options": [{"label": "Sales", "value": "default"}, {"label": "Renewals", "value": "renewals"},
        {"label": "Partners", "value": "partners"}]},
      {"name": "hs_salesforceopportunityid", "label": "Opportunity", "type": "string", "fieldType": "text"}
    ]}
    """,
    "Contact.describe.json": """
    {"name": "Contact", "keyPrefix": "003", "fields": [
      {"name": "Email", "label": "Email", "type": "email", "length": 80},
      {"name": "FirstName", "label": "First Name", "type": "string", "length": 40},
      {"name": "LastName", "label": "Last Name", "type": "string", "length": 80, "nillable": false},
      {"name": "Phone", "label": "Phone", "type": "phone", "length": 40},
      {"name": "Birthdate", "label": "Birthdate", "type": "date"},
      {"name": "Interests__c", "label": "Interests", "type": "multipicklist", "restrictedPicklist": true,
       "picklistValues": [{"value": "Tax and duties"}, {"value": "Training"}, {"value": "Audit"}, {"value": "Fish"}]},
      {"name": "HasOptedOutOfEmail", "label": "Opt Out", "type": "boolean", "nillable": false, "defaultedOnCreate": true},
      {"name": "HubSpot_Id__c", "label": "HubSpot Id", "type": "string", "length": 20}
    ]}
    """,
    "Lead.describe.json": """
    {"name": "Lead", "keyPrefix": "00Q", "fields": [
      {"name": "Email", "label": "Email", "type": "email", "length": 80},
      {"name": "FirstName", "label": "First Name", "type": "string", "length": 40},
      {"name": "LastName", "label": "Last Name", "type": "string", "length": 80, "nillable": false},
      {"name": "Company", "label": "Company", "type": "string", "length": 255, "nillable": false},
      {"name": "Phone", "label": "Phone", "type": "phone", "length": 40},
      {"name": "Status", "label": "Status", "type": "picklist", "nillable": false, "defaultedOnCreate": true,
       "picklistValues": [{"value": "Open"}, {"value": "Working"}, {"value": "Parked"}]},
      {"name": "Interests__c", "label": "Interests", "type": "multipicklist", "restrictedPicklist": true,
       "picklistValues": [{"value": "Tax and duties"}, {"value": "Training"}, {"value": "Audit"}, {"value": "Fish"}]},
      {"name": "HasOptedOutOfEmail", "label": "Opt Out", "type": "boolean", "nillable": false, "defaultedOnCreate": true},
      {"name": "HubSpot_Id__c", "label": "HubSpot Id", "type": "string", "length": 20}
    ]}
    """,
    "Opportunity.describe.json": """
    {"name": "Opportunity", "keyPrefix": "006",
     "recordTypeInfos": [{"recordTypeId": "012000000000001AAA", "name": "Direct", "active": true, "master": false},
      {"recordTypeId": "012000000000002AAA", "name": "Renewals", "active": true, "master": false},
      {"recordTypeId": "012000000000003AAA", "name": "Retired", "active": false, "master": false},
      {"recordTypeId": "012000000000000AAA", "name": "Master", "active": true, "master": true}],
     "fields": [
      {"name": "Name", "label": "Name", "type": "string", "length": 120, "nillable": false},
      {"name": "Amount", "label": "Amount", "type": "currency", "precision": 18, "scale": 2},
      {"name": "CurrencyIsoCode", "label": "Currency", "type": "picklist", "defaultedOnCreate": true},
      {"name": "CloseDate", "label": "Close Date", "type": "date", "nillable": false},
      {"name": "StageName", "label": "Stage", "type": "picklist", "nillable": false, "restrictedPicklist": true,
       "picklistValues": [{"value": "Qualification"}, {"value": "Closed Won"}, {"value": "Perception Analysis"}]},
      {"name": "RecordTypeId", "label": "Record Type", "type": "reference", "referenceTo": ["RecordType"]},
      {"name": "HubSpot_Id__c", "label": "HubSpot Id", "type": "string", "length": 20}
    ]}
    """,
  ]
}
