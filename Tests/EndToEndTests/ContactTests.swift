import Foundation
import TestSupport
import Testing

/// Contacts with Contact and Lead, as whole runs (semantics 3 and 4; requirements M1).
@Suite(.overBothStores) struct ContactTests {
  private let contact = SalesforceIDs.contact(1)
  private let lead = SalesforceIDs.lead(1)
  // MARK: Who belongs to whom

  @Test func `one property serves Contact and Lead where both have the field`() throws {
    let pipeline = try PeoplePipeline("serves")
    try pipeline.write(
      "contacts",
      [
        ["hs_object_id": "101", "lastname": "Berg", "salesforcecontactid": contact],
        ["hs_object_id": "102", "lastname": "Dal", "company": "Dal AS", "salesforceleadid": lead],
      ])
    try pipeline.write("Contact", [["Id": contact, "FirstName": "Åse", "LastName": "Berg"]])
    try pipeline.write("Lead", [["Id": lead, "FirstName": "Odd", "LastName": "Dal", "Company": "Dal og sønn AS"]])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "hubspot_id", "salesforce_object", "side", "field", "new") == [
        "101 Contact hubspot firstname Åse", "102 Lead hubspot company Dal og sønn AS",
        "102 Lead hubspot firstname Odd",
      ])
  }

  @Test func `with both links set, that of the contact decides, and the lead is free`() throws {
    let pipeline = try PeoplePipeline("both-links")
    try pipeline.write(
      "contacts",
      [["hs_object_id": "101", "lastname": "Berg", "salesforcecontactid": contact, "salesforceleadid": lead]])
    try pipeline.write("Contact", [["Id": contact, "LastName": "Berg", "Phone": "55512345"]])
    try pipeline.write("Lead", [["Id": lead, "LastName": "Other", "Company": "Other AS", "Phone": "55599999"]])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "hubspot_id", "side", "field", "new").filter { $0.hasPrefix("101") } == [
        "101 hubspot phone 55512345"
      ])
    #expect(try pipeline.lines("n", "unmatched", "record_id", "reason") == ["\(lead) unmatched"])
  }

  @Test func `of two links that cannot be read only the first is reported, since it decides`() throws {
    let pipeline = try PeoplePipeline("two-bad-links", "max_rejects: 5")
    try pipeline.write(
      "contacts",
      [["hs_object_id": "101", "lastname": "Berg", "salesforcecontactid": "BROKEN", "salesforceleadid": "bad"]])
    let text = try pipeline.sandbox.text("contacts.csv")
    let parts = text.components(separatedBy: "BROKEN")
    try pipeline.sandbox.write("contacts.csv", Data(parts[0].utf8) + [0xFF] + Data(parts[1].utf8))
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "rejects", "record_id", "field", "code") == ["101 salesforcecontactid invalid_encoding"])
    #expect(try pipeline.lines("n", "unmatched", "record_id", "reason") == ["101 dangling_link"])
  }

  @Test func `the id of a contact in the property of the lead pairs nothing`() throws {
    let pipeline = try PeoplePipeline("wrong-object")
    try pipeline.write("contacts", [["hs_object_id": "101", "lastname": "Berg", "salesforceleadid": contact]])
    try pipeline.write("Contact", [["Id": contact, "LastName": "Berg"]])
    try pipeline.complete("n")
    #expect(try pipeline.lines("n", "unmatched", "record_id", "reason").contains("101 dangling_link"))
  }

  @Test(arguments: ["IsConverted", "ConvertedContactId"])
  func `a converted lead takes no part, and its contact stands for it`(mark: String) throws {
    let pipeline = try PeoplePipeline("converted-\(mark)")
    try pipeline.write("contacts", [["hs_object_id": "101", "lastname": "Berg", "salesforceleadid": lead]])
    var row = ["Id": lead, "LastName": "Berg", "Company": "Berg AS", "ConvertedContactId": contact]
    if mark == "IsConverted" { row["IsConverted"] = "true" }
    try pipeline.write("Lead", [row])
    try pipeline.write("Contact", [["Id": contact, "FirstName": "Åse", "LastName": "Berg"]])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "hubspot_id", "salesforce_object", "side", "field", "new") == [
        "101 Contact hubspot firstname Åse"
      ])
    #expect(try pipeline.lines("n", "unmatched", "record_id", "reason") == ["\(lead) converted_lead"])
  }

  @Test func `a lead converted since the last run leaves its contact the baseline of what both have`() throws {
    let pipeline = try PeoplePipeline("converted-since")
    let hubspot = ["hs_object_id": "101", "firstname": "Åse", "lastname": "Berg", "company": "Berg AS"]
    try pipeline.write("contacts", [hubspot.merging(["salesforceleadid": lead]) { $1 }])
    try pipeline.write("Lead", [["Id": lead, "FirstName": "Åse", "LastName": "Berg", "Company": "Berg AS"]])
    try pipeline.complete("n1")
    // Somebody converts the lead, and clears the first name of the contact that it became.
    try pipeline.write(
      "Lead", [["Id": lead, "LastName": "Berg", "IsConverted": "true", "ConvertedContactId": contact]])
    try pipeline.write("Contact", [["Id": contact, "LastName": "Berg"]])
    try pipeline.complete("n2")
    #expect(
      try pipeline.lines("n2", "changes", "hubspot_id", "side", "action", "field", "reason") == [
        "101 hubspot clear firstname cleared_in_salesforce"
      ])
  }

  @Test func `the id of a merged contact is that of the contact into which it was merged`() throws {
    let pipeline = try PeoplePipeline("merged")
    try pipeline.write(
      "contacts", [["hs_object_id": "101", "lastname": "Berg", "hs_merged_object_ids": "77; 78"]])
    try pipeline.write("Contact", [["Id": contact, "LastName": "Berg", "HubSpot_Id__c": "78"]])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "hubspot_id", "field", "new", "reason") == [
        "101 salesforcecontactid \(contact) linked"
      ])
  }

  @Test func `a row that still has a merged id is rejected`() throws {
    let pipeline = try PeoplePipeline("merged-row", "max_rejects: 50%")
    try pipeline.write(
      "contacts",
      [
        ["hs_object_id": "101", "lastname": "Berg", "hs_merged_object_ids": "77", "salesforcecontactid": contact],
        ["hs_object_id": "77", "lastname": "Bergh"],
      ])
    try pipeline.write("Contact", [["Id": contact, "LastName": "Berg"]])
    try pipeline.complete("n")
    #expect(try pipeline.lines("n", "rejects", "record_id", "code") == ["77 duplicate_id"])
    #expect(try pipeline.changes("n").isEmpty)
  }

  // MARK: By email

  @Test func `contacts are paired by email, whatever its case, without a word in the pipeline`() throws {
    let pipeline = try PeoplePipeline("email")
    try pipeline.write("contacts", [["hs_object_id": "101", "email": "Ase@Berg.example", "lastname": "Berg"]])
    try pipeline.write("Lead", [["Id": lead, "Email": "ase@berg.example", "LastName": "Berg", "Company": "Berg AS"]])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "hubspot_id", "field", "new", "reason") == [
        "101 company Berg AS salesforce_value", "101 salesforceleadid \(lead) linked",
      ])
  }

  @Test func `of several records of one email the last modified of each side make the pair`() throws {
    let pipeline = try PeoplePipeline("duplicates")
    let email = "ase@berg.example"
    try pipeline.write(
      "contacts",
      [
        ["hs_object_id": "101", "email": email, "lastname": "Berg", "lastmodifieddate": "2026-11-10T12:00:00Z"],
        ["hs_object_id": "102", "email": email, "lastname": "Berg", "lastmodifieddate": "2026-11-11T12:00:00Z"],
      ])
    let other = SalesforceIDs.contact(2)
    try pipeline.write(
      "Contact",
      [
        ["Id": contact, "Email": email, "LastName": "Berg", "LastModifiedDate": "2026-11-11T12:00:00Z"],
        ["Id": other, "Email": email, "LastName": "Berg", "LastModifiedDate": "2026-11-10T12:00:00Z"],
      ])
    try pipeline.write(
      "Lead",
      [["Id": lead, "Email": email, "LastName": "Berg", "Company": "B", "LastModifiedDate": "2026-11-09T12:00:00Z"]])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "hubspot_id", "field", "new") == ["102 salesforcecontactid \(contact)"])
    #expect(
      try pipeline.lines("n", "unmatched", "record_id", "reason")
        == [
          "\(lead) duplicate", "\(other) duplicate", "101 duplicate",
        ].sorted())
  }

  @Test func `at equal times the contact is taken before the lead`() throws {
    let pipeline = try PeoplePipeline("contact-first")
    try pipeline.write("contacts", [["hs_object_id": "101", "email": "a@b.example", "lastname": "Berg"]])
    try pipeline.write("Contact", [["Id": contact, "Email": "a@b.example", "LastName": "Berg"]])
    try pipeline.write("Lead", [["Id": lead, "Email": "a@b.example", "LastName": "Berg", "Company": "B"]])
    try pipeline.complete("n")
    #expect(try pipeline.lines("n", "unmatched", "record_id", "reason") == ["\(lead) duplicate"])
  }

  // MARK: Creates

  @Test func `a contact that Salesforce lacks becomes a Contact, with the fields that a Contact has`() throws {
    let pipeline = try PeoplePipeline("create-contact")
    try pipeline.write(
      "contacts",
      [
        [
          "hs_object_id": "101", "lastname": "Berg", "company": "Berg AS", "birthdate": "29.02.1980",
          "interests": "tax",
        ]
      ])
    try pipeline.complete("n")
    #expect(
      try pipeline.sandbox.text("out/n/salesforce/Contact-create-0000.csv")
        == "HubSpot_Id__c,LastName,Birthdate,Interests__c,HasOptedOutOfEmail\n101,Berg,1980-02-29,Tax and duties,false\n"
    )
  }

  @Test func `a contact without a last name is not created, and the report says why`() throws {
    let pipeline = try PeoplePipeline("no-last-name")
    try pipeline.write("contacts", [["hs_object_id": "101", "firstname": "Åse"]])
    try pipeline.complete("n")
    #expect(try pipeline.changes("n").isEmpty)
    #expect(
      try pipeline.lines("n", "rejects", "side", "record_id", "field", "code") == [
        "salesforce 101 LastName required_field"
      ])
  }

  @Test func `a lead and a contact that HubSpot lacks are created with the link of their own object`() throws {
    let pipeline = try PeoplePipeline("create-hubspot")
    try pipeline.write("Contact", [["Id": contact, "LastName": "Berg"]])
    try pipeline.write("Lead", [["Id": lead, "LastName": "Dal", "Company": "Dal AS", "Status": "Working"]])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "salesforce_object", "field", "new").filter { !$0.contains("optout") } == [
        "Contact lastname Berg", "Contact salesforcecontactid \(contact)", "Lead company Dal AS",
        "Lead hs_lead_status BUSY", "Lead lastname Dal", "Lead salesforceleadid \(lead)",
      ])
  }

  // MARK: Values

  @Test func `a multi-select in another order is the same, in either vocabulary`() throws {
    let pipeline = try PeoplePipeline("multi-select")
    try pipeline.write(
      "contacts",
      [
        [
          "hs_object_id": "101", "lastname": "Berg", "interests": "tax;audit;;training",
          "salesforcecontactid": contact,
        ]
      ])
    try pipeline.write(
      "Contact", [["Id": contact, "LastName": "Berg", "Interests__c": "Training;Audit; Tax and duties"]])
    try pipeline.complete("n")
    #expect(try pipeline.changes("n").isEmpty)
    #expect(try pipeline.lines("n", "rejects", "field", "code").isEmpty)
  }

  @Test func `an opt-out on either side is taken over, and never taken back`() throws {
    let pipeline = try PeoplePipeline("opt-out")
    let other = SalesforceIDs.contact(2)
    try pipeline.write(
      "contacts",
      [
        [
          "hs_object_id": "101", "lastname": "Berg", "hs_email_optout": "true", "salesforcecontactid": contact,
          "lastmodifieddate": "2026-11-01T00:00:00Z",
        ],
        ["hs_object_id": "102", "lastname": "Dal", "hs_email_optout": "false", "salesforcecontactid": other],
      ])
    try pipeline.write(
      "Contact",
      [
        ["Id": contact, "LastName": "Berg", "HasOptedOutOfEmail": "false"],
        ["Id": other, "LastName": "Dal", "HasOptedOutOfEmail": "true"],
      ])
    try pipeline.complete("n")
    #expect(
      try pipeline.lines("n", "changes", "hubspot_id", "side", "new", "reason") == [
        "101 salesforce true opted_out", "102 hubspot true opted_out",
      ])
  }

  @Test func `a lead status without a HubSpot option is an issue, and changes nothing`() throws {
    let pipeline = try PeoplePipeline("status")
    try pipeline.write(
      "contacts",
      [["hs_object_id": "101", "lastname": "Berg", "hs_lead_status": "NEW", "salesforceleadid": lead, "company": "B"]])
    try pipeline.write("Lead", [["Id": lead, "LastName": "Berg", "Company": "B", "Status": "Parked"]])
    try pipeline.complete("n")
    #expect(try pipeline.changes("n").isEmpty)
    #expect(
      try pipeline.lines("n", "rejects", "side", "record_id", "field", "code") == [
        "hubspot 101 hs_lead_status picklist_value_unknown"
      ])
  }
}
