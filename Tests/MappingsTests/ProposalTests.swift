import Foundation
import TestSupport
import Testing

/// `refresh`, `suggest` and `diff`.
@Suite struct ProposalTests {
  @Test func `refresh shows what HubSpot lacks, adds it to the properties JSON, and writes the request`() throws {
    let folder = try MappingSandbox("refresh")
    let before = try folder.sandbox.text("companies.json")
    let dry = try folder.run("refresh", "--dry-run")
    #expect(
      dry.output == "companies: industry ↔ Industry\n  + Shipping (Shipping & Ports), 2 records\n", "\(dry.messages)")
    #expect(try folder.sandbox.text("companies.json") == before && !folder.sandbox.has("out"))
    let outcome = try folder.run("refresh")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let option = #"{"label": "Shipping & Ports", "value": "Shipping", "hidden": false, "displayOrder": -1}"#
    #expect(
      try folder.sandbox.text("companies.json")
        == before.replacingOccurrences(of: #""value": "FISHERY"}"#, with: "\"value\": \"FISHERY\"},\n    \(option)"))
    let body = try folder.sandbox.data("out/property-options/companies.industry.json")
    let parsed = try #require(try JSONSerialization.jsonObject(with: body) as? [String: [[String: Any]]])
    let options = try #require(parsed["options"])
    #expect(options.map { $0["value"] as? String } == ["BANKING", "IT", "FISHERY", "Shipping"])
    #expect(options[0]["description"] as? String == "money", "HubSpot replaces all options: nothing of them is lost")
    #expect(try folder.run("refresh").output == "nothing to add: every Salesforce value has an option in HubSpot\n")
    #expect(try !folder.run("check").output.contains("without a HubSpot option"))
  }

  @Test func `a value that only records have is found; one whose option is hidden is no new option`() throws {
    let folder = try MappingSandbox("refresh-records")
    try folder.sandbox.change("Account.csv", "001000000000003AAA,Three,Banking", to: "001000000000003AAA,Three,Whaling")
    try folder.sandbox.change(
      "companies.json", #"{"label": "IT", "value": "IT"},"#,
      to: #"{"label": "IT", "value": "IT"}, {"label": "Ports", "value": "Shipping", "hidden": true},"#)
    let outcome = try folder.run("refresh", "--dry-run")
    #expect(
      outcome.output == """
        companies: industry ↔ Industry
          + Whaling, 1 record
          ! Shipping (2 records): the option is hidden in HubSpot: show it there

        """)
    #expect(try !folder.run("refresh", "--dry-run", "--metadata-only").output.contains("Whaling"))
  }

  @Test func `suggest proposes what names, labels and types speak for, best first`() throws {
    let folder = try MappingSandbox("suggest")
    let before = try folder.sandbox.contents(under: ".")
    let outcome = try folder.run("suggest")
    #expect(
      outcome.output == """
        companies (2 proposals)
          96%  fax ↔ Fax: same name, both text
          90%  founded_year ↔ Year_Founded__c: same label, both number

        """, "\(outcome.messages)")
    #expect(differences(before, try folder.sandbox.contents(under: ".")).isEmpty)
    #expect(try folder.run("suggest", "--least", "95").output.hasPrefix("companies (1 proposal)"))
    #expect(try folder.run("suggest", "--least", "101").exitCode == 2)
    try folder.sandbox.change("pipeline.yaml", ", describe: Account.json", to: "")
    let blind = try folder.run("suggest")
    #expect(blind.exitCode == 2 && blind.messages.contains("suggest needs the metadata of both sides"))
  }

  @Test(.overBothStores)
  func `diff shows what changed since the last loaded run, and counts what it back-fills`() throws {
    let folder = try MappingSandbox("diff")
    try folder.sandbox.change("mappings.csv", "phone,,\n", to: "phone,,\n")
    let early = try folder.run("diff")
    #expect(early.exitCode == 2 && early.messages.contains("has loaded no run yet"))
    let night = try Program.run("resync", ["run", folder.pipeline, "--run", "n1"])
    #expect(night.exitCode == 0, "\(night.messages)")
    #expect(try folder.run("diff").output == "no mapping and no picklist has changed since the run n1\n")
    #expect(try folder.run("set-rule", "score", "always_salesforce").exitCode == 0)
    #expect(try folder.run("delete", "nick").exitCode == 0)
    #expect(try folder.run("add", "fax", "Nick__c", "--rule", "two_way").exitCode == 0)
    #expect(try folder.run("refresh").exitCode == 0)
    try folder.sandbox.change(
      "hubspot.csv", "salesforceaccountid,hs_lastmodifieddate", to: "salesforceaccountid,fax,hs_lastmodifieddate")
    for row in 1...3 { try folder.sandbox.change("hubspot.csv", "00\(row)AAA,", to: "00\(row)AAA,,") }
    let before = try folder.sandbox.contents(under: "staging")
    let outcome = try folder.run("diff")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    for line in [
      "since the run n1:", "companies: score ↔ Score__c: rule two_way → always_salesforce",
      "companies: fax ↔ Nick__c: new, two_way\n    the next run would write 3 cells in HubSpot, 0 in Salesforce",
      "companies: industry ↔ Industry: HubSpot has the new values Shipping=Shipping & Ports",
      "companies: nick ↔ Nick__c: not synced any more",
    ] {
      #expect(outcome.output.contains(line), "\(line)\n\(outcome.output)")
    }
    #expect(differences(before, try folder.sandbox.contents(under: "staging")).isEmpty)
  }
}
