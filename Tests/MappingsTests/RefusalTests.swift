import TestSupport
import Testing

/// An edit that would make an issue, or that HubSpot forbids, ends with exit 2 and a message, and writes nothing
/// (requirements M3, M4, M6, M7, M8, M11).
@Suite struct RefusalTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let command: [String]
    let message: String
    var testDescription: String { command.joined(separator: " ") }

    init(_ message: String, _ command: String...) {
      self.message = message
      self.command = command
    }
  }

  @Test(arguments: [
    Refusal(
      "mismatched types: founded_year (HubSpot number / number) goes with Salesforce double", "add", "founded_year",
      "Fax"),
    Refusal(
      "field format mismatch: services (HubSpot enumeration / checkbox) goes with Salesforce multipicklist; Industry is picklist",
      "add", "services", "Industry"),
    Refusal("already mapped: name is mapped to Account twice", "add", "name", "Fax"),
    Refusal("already mapped: Account.Phone is mapped twice", "add", "fax", "Phone"),
    Refusal("unknown name: HubSpot has no property fx; did you mean fax?", "add", "fx", "Fax"),
    Refusal("unknown name: there is no field Fxa in Account; did you mean Fax?", "add", "fax", "Fxa"),
    Refusal(
      "unknown name: Acount is no Salesforce object of this pipeline; did you mean Account?", "add", "fax", "Fax",
      "--salesforce-object", "Acount"),
    Refusal("hubspot user: reviewer is a HubSpot user property", "add", "reviewer", "OwnerId"),
    Refusal(
      "owner rule: an owner mapping can only be two_way, not always_salesforce", "set-rule", "hubspot_owner_id",
      "always_salesforce"),
    Refusal("opt out: the opt-out of email cannot be set to dont_sync", "set-rule", "hs_email_optout", "dont_sync"),
    Refusal("\"Unsubscribed from all email\" can be neither deleted nor switched off", "delete", "hs_email_optout"),
    Refusal("name ↔ Name is a default mapping, which cannot be deleted; it can be switched off", "delete", "name"),
    Refusal("there is no mapping of nik; did you mean nick?", "delete", "nik"),
    Refusal("there is no mapping of score ↔ Fax", "set-rule", "score", "two_way", "--field", "Fax"),
    Refusal("the rules are prefer_salesforce, always_salesforce, two_way, dont_sync", "set-rule", "nick", "three_way"),
    Refusal("--value-map: \"a\" is no HUBSPOT=SALESFORCE", "add", "fax", "Fax", "--value-map", "a"),
    Refusal("--compare loud: take exact", "add", "fax", "Fax", "--compare", "loud"),
    Refusal(
      "deals is switched off: its mappings can be edited only while it is on", "delete", "dealname", "--object", "deals"
    ),
    Refusal("--object tickets: the pipeline has companies, deals", "delete", "nick", "--object", "tickets"),
  ])
  func `a refused edit ends with exit 2, says why, and changes nothing`(_ refusal: Refusal) throws {
    let folder = try MappingSandbox("refusal")
    let outcome = try Program.run(
      "resync", ["mappings", refusal.command[0], folder.pipeline] + refusal.command.dropFirst())
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains(refusal.message), "\(outcome.messages)")
    #expect(folder.file == MappingSandbox.mappings)
    #expect(try folder.sandbox.text("deals.csv").hasSuffix("dealname,Name,two_way\n"))
  }

  @Test func `the five hundred and first mapping is refused`() throws {
    let folder = try MappingSandbox("limit")
    let rows = (1...499).map { "p\($0),F\($0)__c,two_way\n" }.joined()
    try folder.sandbox.write("mappings.csv", "hubspot_property,salesforce_field,sync_rule\n" + rows)
    try folder.sandbox.change("pipeline.yaml", ", properties: companies.json", to: "")
    try folder.sandbox.change("pipeline.yaml", ", describe: Account.json", to: "")
    #expect(try folder.run("add", "p500", "F500__c").exitCode == 0)
    let outcome = try folder.run("add", "p501", "F501__c")
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains("too many mappings: has 501 mappings: at most 500"), "\(outcome.messages)")
    #expect(!folder.file.contains("p501"))
  }

  @Test func `contacts are always on`() throws {
    let folder = try MappingSandbox("contacts")
    try folder.sandbox.change(
      "pipeline.yaml", "deals: {salesforce: [Opportunity]", to: "contacts: {salesforce: [Contact]")
    let outcome = try folder.run("list")
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains("objects.contacts.enabled: contacts are always on"), "\(outcome.messages)")
  }

  @Test func `an issue that was there before does not stand in the way of another edit`() throws {
    let folder = try MappingSandbox("old-issue")
    try folder.sandbox.change("mappings.csv", "nick,Nick__c", to: "nik,Nick__c")
    #expect(try folder.run("set-rule", "score", "dont_sync").exitCode == 0)
    #expect(folder.file.contains("score,Score__c,dont_sync"))
    #expect(try folder.run("delete", "nik").exitCode == 0)
    #expect(try folder.run("check").exitCode == 0)
  }

  @Test func `a mapping with an issue moves no data, and the run says so by name`() throws {
    let folder = try MappingSandbox("run")
    try folder.sandbox.change("mappings.csv", "nick,Nick__c", to: "nik,Nick__c")
    let outcome = try Program.run("resync", ["run", folder.pipeline, "--run", "r"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("nik ↔ Nick__c: HubSpot has no property nik; did you mean nick?"))
    #expect(outcome.output.contains("1 mapping has an issue and moves no data: nik ↔ Nick__c (unknown name)"))
    #expect(!(try folder.sandbox.text("out/r/changes.csv").contains("Nick__c")))
  }
}
