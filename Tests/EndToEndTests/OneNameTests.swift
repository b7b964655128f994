import Foundation
import TestSupport
import Testing

/// A property or a field that has a mapping for Contact and another one for Lead (semantics 1 and 7).
@Suite(.overBothStores) struct OneNameTests {
  private func replacePhone(with mappings: String, of pipeline: PeoplePipeline) throws {
    try pipeline.sandbox.change("contacts.mappings.csv", "phone,Phone,two_way,default,,phone,\n", to: mappings)
  }

  @Test func `max_clears counts the mapping of Contact and that of Lead by themselves, though both are named Phone`()
    throws
  {
    let pipeline = try PeoplePipeline("clears-by-mapping")
    try replacePhone(with: "phone,Phone,two_way,default,Contact,,\nphone,Phone,two_way,default,Lead,,\n", of: pipeline)
    try pipeline.sandbox.change("pipeline.yaml", "max_clears: 100%", to: "max_clears: 20%")
    let contacts = (1...100).map { number in
      let link =
        number <= 80
        ? ["salesforcecontactid": SalesforceIDs.contact(number)] : ["salesforceleadid": SalesforceIDs.lead(number)]
      return ["hs_object_id": "\(number)", "lastname": "Berg", "phone": "555123\(number)"].merging(link) { $1 }
    }
    try pipeline.write("contacts", contacts)
    func writeSalesforce(leadPhones: Bool) throws {
      try pipeline.write(
        "Contact", (1...80).map { ["Id": SalesforceIDs.contact($0), "LastName": "Berg", "Phone": "555123\($0)"] })
      try pipeline.write(
        "Lead",
        (81...100).map {
          [
            "Id": SalesforceIDs.lead($0), "LastName": "Berg", "Company": "Berg AS",
            "Phone": leadPhones ? "555123\($0)" : "",
          ]
        })
    }
    try writeSalesforce(leadPhones: true)
    try pipeline.complete("n1")
    try writeSalesforce(leadPhones: false)
    let outcome = try pipeline.run("n2")
    #expect(outcome.exitCode == 3, "\(outcome.messages)")
    #expect(
      outcome.messages.contains("max_clears: 20 of 20 values of hubspot contacts.phone ↔ Phone of Lead"),
      "\(outcome.messages)")
    #expect(try pipeline.run("n2", "--allow-clears", "phone").exitCode == 0)
  }

  @Test func `a day is written as an instant where that object's field is a datetime, not because another's is`() throws
  {
    let pipeline = try PeoplePipeline("instants-by-object")
    try replacePhone(
      with:
        "phone,Phone,two_way,default,,phone,\nbirthdate,Born__c,two_way,custom,Contact,,\nbirthdate,Born__c,two_way,custom,Lead,,\n",
      of: pipeline)
    try pipeline.sandbox.change("contacts.mappings.csv", "birthdate,Birthdate,two_way,custom,Contact,,\n", to: "")
    for (object, type) in [("Contact", "date"), ("Lead", "datetime")] {
      try pipeline.sandbox.change(
        "\(object).describe.json", "{\"name\": \"Phone\"",
        to: "{\"name\": \"Born__c\", \"label\": \"Born\", \"type\": \"\(type)\"},\n{\"name\": \"Phone\"")
    }
    let time = "2026-11-10T12:00:00Z"
    try pipeline.write(
      "contacts",
      [
        [
          "hs_object_id": "101", "lastname": "A", "birthdate": "2001-02-03",
          "salesforcecontactid": SalesforceIDs.contact(1),
        ],
        ["hs_object_id": "102", "lastname": "B", "birthdate": "2001-02-03", "salesforceleadid": SalesforceIDs.lead(1)],
      ])
    try pipeline.sandbox.write(
      "Contact.csv",
      "Id,LastModifiedDate,LastName,Born__c,\(Self.others)\n\(SalesforceIDs.contact(1)),\(time),A,,\(Self.blanks)\n")
    try pipeline.sandbox.write(
      "Lead.csv",
      "Id,LastModifiedDate,LastName,Born__c,Company,Status,\(Self.others)\n"
        + "\(SalesforceIDs.lead(1)),\(time),B,,B AS,Open,\(Self.blanks)\n")
    try pipeline.complete("n1")
    let contact = try pipeline.sandbox.text("out/n1/salesforce/Contact-update-0000.csv")
    let lead = try pipeline.sandbox.text("out/n1/salesforce/Lead-update-0000.csv")
    #expect(contact.contains("2001-02-03\n") || contact.contains("2001-02-03,"), "\(contact)")
    #expect(lead.contains("2001-02-03T00:00:00"), "\(lead)")
  }

  private static let others = "IsDeleted,Email,FirstName,Phone,Interests__c,HasOptedOutOfEmail,HubSpot_Id__c"
  private static let blanks = ",,,,,,"
}
