import CRM

/// A mapping that HubSpot's integration comes with (domain facts 1.7), for those whose exports have both columns.
struct DefaultMapping {
  var property: String
  var field: String
  var rule = SyncRule.preferSalesforce
  /// The only Salesforce object that it serves; nil: every one of the pair.
  var object: String?
  var comparison: Comparison?
  var truncate = false

  var row: MappingRow {
    MappingRow(
      property: property, field: field, rule: rule, origin: .default, salesforceObject: object, comparison: comparison,
      truncate: truncate)
  }

  /// The default mappings of a HubSpot object.
  static func of(_ object: String) -> [DefaultMapping] {
    switch object {
    case "companies": companies
    case "contacts": contacts
    case "deals": deals
    default: []
    }
  }

  private static let companies = [
    DefaultMapping(property: "name", field: "Name"),
    DefaultMapping(property: "domain", field: "Website", rule: .twoWay, comparison: .domain),
    DefaultMapping(property: "phone", field: "Phone", rule: .twoWay, comparison: .phone),
    DefaultMapping(property: "address", field: "BillingStreet"),
    DefaultMapping(property: "city", field: "BillingCity"),
    DefaultMapping(property: "state", field: "BillingState"),
    DefaultMapping(property: "zip", field: "BillingPostalCode"),
    DefaultMapping(property: "country", field: "BillingCountry"),
    DefaultMapping(property: "industry", field: "Industry"),
    DefaultMapping(property: "type", field: "Type"),
    DefaultMapping(property: "numberofemployees", field: "NumberOfEmployees"),
    DefaultMapping(property: "annualrevenue", field: "AnnualRevenue"),
    DefaultMapping(property: "description", field: "Description", truncate: true),
    DefaultMapping(property: "hubspot_owner_id", field: "OwnerId", rule: .twoWay),
  ]

  private static let contacts: [DefaultMapping] =
    people + addresses("Contact", "Mailing") + addresses("Lead", "") + status

  private static let people = [
    DefaultMapping(property: "email", field: "Email", rule: .twoWay),
    DefaultMapping(property: "firstname", field: "FirstName"),
    DefaultMapping(property: "lastname", field: "LastName"),
    DefaultMapping(property: "jobtitle", field: "Title", truncate: true),
    DefaultMapping(property: "phone", field: "Phone", rule: .twoWay, comparison: .phone),
    DefaultMapping(property: "mobilephone", field: "MobilePhone", rule: .twoWay, comparison: .phone),
    DefaultMapping(property: "fax", field: "Fax", comparison: .phone),
    DefaultMapping(property: "company", field: "Company", object: "Lead", truncate: true),
    DefaultMapping(property: "website", field: "Website", object: "Lead", comparison: .domain),
  ]

  private static let status = [
    DefaultMapping(property: "hs_lead_status", field: "Status", object: "Lead"),
    DefaultMapping(property: "hs_email_optout", field: "HasOptedOutOfEmail", rule: .twoWay),
    DefaultMapping(property: "hubspot_owner_id", field: "OwnerId", rule: .twoWay),
  ]

  /// The parts of an address have another prefix in each Salesforce object.
  private static func addresses(_ object: String, _ prefix: String) -> [DefaultMapping] {
    let parts = [
      ("address", "Street"), ("city", "City"), ("state", "State"), ("zip", "PostalCode"), ("country", "Country"),
    ]
    return parts.map { DefaultMapping(property: $0.0, field: prefix + $0.1, object: object) }
  }

  private static let deals = [
    DefaultMapping(property: "dealname", field: "Name", truncate: true),
    DefaultMapping(property: "amount", field: "Amount"),
    DefaultMapping(property: "closedate", field: "CloseDate", rule: .twoWay),
    DefaultMapping(property: "dealstage", field: "StageName"),
    DefaultMapping(property: "dealtype", field: "Type"),
    DefaultMapping(property: "description", field: "Description", rule: .twoWay, truncate: true),
    DefaultMapping(property: "hubspot_owner_id", field: "OwnerId", rule: .twoWay),
  ]
}

/// The labels under which HubSpot's export of a view writes its own properties, where no metadata tells (by object).
enum KnownLabels {
  /// By property: its label.
  static func of(_ object: String) -> [String: String] {
    switch object {
    case "companies":
      common.merging(
        [
          "name": "Company name", "domain": "Company Domain Name", "salesforceaccountid": "Salesforce Account ID",
          "numberofemployees": "Number of Employees", "annualrevenue": "Annual Revenue", "industry": "Industry",
          "type": "Type", "description": "Description", "address": "Street Address", "zip": "Postal Code",
          "hs_lastmodifieddate": "Last Modified Date",
        ]) { $1 }
    case "contacts":
      common.merging(
        [
          "email": "Email", "firstname": "First Name", "lastname": "Last Name", "jobtitle": "Job Title",
          "mobilephone": "Mobile Phone Number", "salesforcecontactid": "Salesforce Contact ID",
          "salesforceleadid": "Salesforce Lead ID", "company": "Company Name", "website": "Website URL",
          "fax": "Fax Number", "address": "Street Address", "zip": "Postal Code", "hs_lead_status": "Lead Status",
          "hs_email_optout": "Unsubscribed from all email", "lastmodifieddate": "Last Modified Date",
        ]) { $1 }
    case "deals":
      common.merging(
        [
          "dealname": "Deal Name", "amount": "Amount", "closedate": "Close Date", "dealstage": "Deal Stage",
          "pipeline": "Pipeline", "dealtype": "Deal Type", "description": "Deal Description",
          "hs_salesforceopportunityid": "Salesforce Opportunity ID", "hs_lastmodifieddate": "Last Modified Date",
        ]) { $1 }
    default: common
    }
  }

  private static let common = [
    "hs_object_id": "Record ID", "phone": "Phone Number", "city": "City", "state": "State/Region",
    "country": "Country/Region",
  ]
}
