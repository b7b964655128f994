import Foundation
import TestSupport
import Testing

/// `resync init DIRECTORY` writes a pipeline from the headers and metadata of a folder of exports, and `resync run` on what
/// it wrote works (interface, "Command line"; issue 8).
@Suite struct InitTests {
  private func sample() throws -> Sandbox {
    let folder = try Sandbox("init")
    for side in ["hubspot", "salesforce"] {
      try folder.copy("\(Repository.root)/sample-data/\(side)", to: "crm/\(side)")
    }
    return folder
  }

  @Test func `of the sample data it makes a pipeline of all objects, which runs`() throws {
    let folder = try sample()
    let outcome = try Program.run("resync", ["init", folder.file("crm")])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let pipeline = folder.file("crm/pipeline.yaml")
    #expect(outcome.output.contains("resync run \(pipeline) --dry-run"), "\(outcome.output)")
    let yaml = try folder.text("crm/pipeline.yaml")
    for line in [
      "csv: hubspot/companies.csv", "date_order: dmy", "describe: salesforce/Lead.describe.json",
      "history: hubspot/deals.history.json", "hubspot_id_field: HubSpot_Id__c", "salesforce: [Contact, Lead]",
      "keys: [{hubspot: domain, salesforce: Website, compare: domain}]",
    ] { #expect(yaml.contains(line), "\(line)") }

    let check = try Program.run("resync", ["mappings", "check", pipeline])
    #expect(check.exitCode == 0, "no mapping that it wrote has an issue: \(check.output)")
    let run = try Program.run("resync", ["run", pipeline, "--run", "n1"])
    #expect(run.exitCode == 0, "\(run.messages)")
    for object in ["companies", "contacts", "deals"] { #expect(run.output.contains("\n\(object)\n"), "\(run.output)") }
    #expect(folder.has("crm/out/n1/changes.csv"))
  }

  @Test func `default and custom mappings are those of the sample, and custom ones say why`() throws {
    let folder = try sample()
    _ = try Program.run("resync", ["init", folder.file("crm")])
    let text = try folder.text("crm/mappings/companies.csv")
    for row in [
      "name,Name,prefer_salesforce,default,,,,", "domain,Website,two_way,default,,domain,,",
      "hubspot_owner_id,OwnerId,two_way,default,,,,",
    ] { #expect(text.contains("\n\(row)\n"), "\(row): \(text)") }
    #expect(text.contains("same name, both picklist") && text.contains("\ntier,Tier__c,prefer_salesforce,custom,,,,\n"))
  }

  @Test func `it overwrites nothing`() throws {
    let folder = try sample()
    try folder.write("crm/mappings/deals.csv", "mine")
    let outcome = try Program.run("resync", ["init", folder.file("crm")])
    #expect(outcome.exitCode == 2 && outcome.messages.contains("crm/mappings/deals.csv"), "\(outcome.messages)")
    #expect(try folder.text("crm/mappings/deals.csv") == "mine")
    #expect(!folder.has("crm/pipeline.yaml") && !folder.has("crm/mappings/companies.csv"))
  }

  @Test func `a dry run prints the pipeline and writes nothing`() throws {
    let folder = try sample()
    let outcome = try Program.run("resync", ["init", folder.file("crm"), "--dry-run"])
    #expect(outcome.exitCode == 0 && outcome.output.contains("\nname: crm\n"), "\(outcome.output)")
    #expect(!folder.has("crm/pipeline.yaml"))
  }

  @Test func `exports with semicolons, another encoding and HubSpot's labels run as well`() throws {
    let folder = try Sandbox("init")
    let account = SalesforceIDs.account(1)
    let companies = """
      Record ID;Company name;City;Salesforce Account ID;Last Modified Date
      1;Ærlig Øl AS;Ålesund;\(account);2026-11-02T08:00:00Z

      """
    try folder.write("all-companies.csv", companies.data(using: .windowsCP1252) ?? Data())
    try folder.write(
      "extract.csv",
      "Id,Name,BillingCity,LastModifiedDate\n\(account),Ærlig Øl,Oslo,2026-11-01T08:00:00Z\n".data(using: .utf16)
        ?? Data())
    let outcome = try Program.run("resync", ["init", folder.path, "--name", "labels"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let run = try Program.run("resync", ["run", folder.file("pipeline.yaml"), "--run", "n1"])
    let yaml = try folder.text("pipeline.yaml")
    #expect(run.exitCode == 0, "\(run.messages)\n\(yaml)")
    let changes = CSVDocument(try folder.data("out/n1/changes.csv"))
    #expect(changes.rows.map { changes.text($0, "new") } == ["Ærlig Øl", "Oslo"])
  }

  @Test func `of exports of two days the newer one counts, and parts of one export belong together`() throws {
    let folder = try Sandbox("init")
    let header = "hs_object_id,name,salesforceaccountid,hs_lastmodifieddate\n"
    try folder.write("monday/companies.csv", header + "1,Old,,\n")
    try folder.write("tuesday/companies-1.csv", header + "1,New,,\n")
    try folder.write("tuesday/companies-2.csv", header + "2,Other,,\n")
    try folder.write("Account.csv", "Id,Name,LastModifiedDate\n")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: folder.file("monday/companies.csv"))
    let outcome = try Program.run("resync", ["init", folder.path])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(try folder.text("pipeline.yaml").contains("csv: [tuesday/companies-1.csv, tuesday/companies-2.csv]"))
    #expect(outcome.output.contains("monday/companies.csv has records of a newer export"), "\(outcome.output)")
  }

  @Test(arguments: ["", "id,name\n1,a\n"])
  func `a folder without both sides of an object is refused, and the message says what is needed`(csv: String) throws {
    let folder = try Sandbox("init")
    if !csv.isEmpty { try folder.write("a.csv", csv) }
    let outcome = try Program.run("resync", ["init", folder.path])
    #expect(outcome.exitCode == 2 && outcome.messages.contains("hs_object_id"), "\(outcome.messages)")
    let nowhere = try Program.run("resync", ["init", folder.file("nowhere")])
    #expect(nowhere.exitCode == 2 && nowhere.messages.contains("is no folder"), "\(nowhere.messages)")
  }

  /// Real describes of Salesforce, and real property definitions of HubSpot, where the fixtures are at hand.
  @Test(.enabled(if: Repository.fixtures != nil, "the fixtures of other projects are not beside the package"))
  func `with the metadata of a real portal and a real org it makes contact mappings that have no issue`() throws {
    let fixtures = try #require(Repository.fixtures)
    let folder = try Sandbox("init")
    try folder.copy("\(fixtures)/grouparoo/hubspot/crm_v3_schema_CONTACT.json", to: "contacts.json")
    try folder.copy("\(fixtures)/grouparoo/salesforce/describe_v42_Contact.json", to: "Contact.json")
    try folder.write(
      "contacts.csv",
      "hs_object_id,email,firstname,lastname,jobtitle,phone,mobilephone,fax,address,city,state,zip,country,"
        + "hs_email_optout,salesforcecontactid,salesforceleadid,lastmodifieddate\n")
    try folder.write(
      "Contact.csv",
      "Id,Email,FirstName,LastName,Title,Phone,MobilePhone,Fax,MailingStreet,MailingCity,MailingState,MailingPostalCode,"
        + "MailingCountry,HasOptedOutOfEmail,LastModifiedDate\n")
    let outcome = try Program.run("resync", ["init", folder.path])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let check = try Program.run("resync", ["mappings", "check", folder.file("pipeline.yaml")])
    #expect(check.exitCode == 0, "\(check.output)\(check.messages)")
    #expect(try folder.text("mappings/contacts.csv").split(separator: "\n").count > 10)
  }

  @Test func `a field that has id within a word is not taken for that of the HubSpot id`() throws {
    let folder = try Sandbox("init-id")
    try folder.write("crm/companies.csv", "hs_object_id,name,domain,salesforceaccountid\n101,One,one.example,\n")
    try folder.write("crm/Account.csv", "Id,Name,Website,HubSpot_Considered__c,HubSpotID__c\n")
    #expect(try Program.run("resync", ["init", folder.file("crm")]).exitCode == 0)
    let yaml = try folder.text("crm/pipeline.yaml")
    #expect(yaml.contains("hubspot_id_field: HubSpotID__c"), "\(yaml)")
  }

  @Test(arguments: ["null", "No", "2026", "1e3", "crm"])
  func `a folder whose name is a word of YAML gives a pipeline that can be read`(name: String) throws {
    let folder = try Sandbox("init-name")
    try folder.write("\(name)/companies.csv", "hs_object_id,name,salesforceaccountid\n101,One,\n")
    try folder.write("\(name)/Account.csv", "Id,Name\n")
    #expect(try Program.run("resync", ["init", folder.file(name)]).exitCode == 0)
    let status = try Program.run("resync", ["run", folder.file("\(name)/pipeline.yaml"), "--dry-run"])
    #expect(status.exitCode == 0, "\(status.messages)")
  }
}
