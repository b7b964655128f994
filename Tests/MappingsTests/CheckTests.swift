import Foundation
import TestSupport
import Testing

/// `resync mappings check` and `list` (requirements M9, M10).
@Suite struct CheckTests {
  @Test func `what values do not fit is counted by record, and warns`() throws {
    let folder = try MappingSandbox("check")
    let outcome = try folder.run("check")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    for line in [
      "companies ↔ Account (7 mappings: 2 ok, 5 warning)", "warning  line 6: industry ↔ Industry, two_way",
      "no partner: HubSpot values without a Salesforce value: 1, in 2 records", "FISHERY (2 records)",
      "no partner: Salesforce values without a HubSpot option: 1, in 2 records; resync mappings refresh adds them",
      "Shipping (2 records)", "no partner: owners without an active user of their email: 1, in 1 record",
      "what is no boolean (invalid_boolean), in 1 record of HubSpot",
      "scale: more than the 1 decimals that Score__c keeps, in 1 record of HubSpot: they are rounded",
      "what is no number (invalid_number), in 1 record of HubSpot",
      "too long: more than the 5 characters that Nick__c holds, in 1 record of HubSpot",
      "deals ↔ Opportunity (1 mappings: 1 ok)\n  switched off: nothing of it is processed",
    ] {
      #expect(outcome.output.contains(line), "\(line)\n\(outcome.output)")
    }
  }

  @Test func `without exports the metadata are looked at all the same`() throws {
    let folder = try MappingSandbox("no-exports")
    try folder.sandbox.remove("Account.csv")
    try folder.sandbox.remove("hubspot.csv")
    let outcome = try folder.run("check", "--object", "companies")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("Salesforce values without a HubSpot option: 1; resync"))
    #expect(outcome.output.contains("(no export of salesforce is there: its records are not counted)"))
    #expect(!outcome.output.contains("too long"))
  }

  @Test func `a column that an export lacks is warned about, since a run refuses such an export`() throws {
    let folder = try MappingSandbox("no-column")
    try folder.sandbox.change("hubspot.csv", "score,nick", to: "points,nick")
    let outcome = try folder.run("check")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("an export of HubSpot has no column score"), "\(outcome.output)")
    #expect(
      !outcome.output.contains("has no column nick") && !outcome.output.contains("export of Salesforce has no column"))
    let run = try Program.run("resync", ["run", folder.pipeline])
    #expect(run.exitCode == 1 && run.messages.contains("the column score is missing"), "\(run.messages)")
  }

  @Test func `a read-only side is warned about, and an issue ends with exit 2`() throws {
    let folder = try MappingSandbox("issue")
    #expect(try folder.run("add", "locked", "Formula__c", "--rule", "two_way").exitCode == 0)
    let text = try folder.run("check").output
    #expect(text.contains("read only target: HubSpot's locked is read-only"))
    #expect(text.contains("read only target: Account.Formula__c is read-only"))
    try folder.sandbox.change("mappings.csv", "nick,Nick__c", to: "nik,Nick__c")
    let outcome = try folder.run("check")
    #expect(outcome.exitCode == 2)
    #expect(outcome.output.contains("issue    line 11: nik ↔ Nick__c, two_way"))
    #expect(outcome.output.contains("unknown name: HubSpot has no property nik; did you mean nick?"))
    #expect(outcome.messages.contains("1 issue: a mapping with an issue moves no data"))
  }

  @Test func `an owner rule that is not two-way is warned about`() throws {
    let folder = try MappingSandbox("owner")
    try folder.sandbox.change("mappings.csv", "OwnerId,two_way", to: "OwnerId,always_salesforce")
    let outcome = try folder.run("check")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("owner rule: an owner is always two_way"))
  }

  @Test func `check and list give JSON`() throws {
    struct Document: Decodable {
      struct Object: Decodable { let object, status: String, enabled: Bool, mappings: [Mapping] }
      struct Mapping: Decodable { let hubspotProperty, status, syncRule: String, kind: String?, findings: [Finding] }
      struct Finding: Decodable { let code: String, records: Int?, values: [Value] }
      struct Value: Decodable { let value: String, records: Int? }
      let objects: [Object]
    }
    let folder = try MappingSandbox("json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let outcome = try folder.run("check", "--json")
    let objects = try decoder.decode(Document.self, from: Data(outcome.output.utf8)).objects
    #expect(objects.map(\.object) == ["companies", "deals"] && objects.map(\.enabled) == [true, false])
    #expect(objects[0].status == "warning")
    let industry = try #require(objects[0].mappings.first { $0.hubspotProperty == "industry" })
    #expect(industry.kind == "picklist" && industry.findings.map(\.code) == ["no_partner", "no_partner"])
    #expect(industry.findings[0].records == 2 && industry.findings[0].values.map(\.value) == ["FISHERY"])
    let listed = try decoder.decode(Document.self, from: Data(try folder.run("list", "--json").output.utf8))
    #expect(listed.objects[0].mappings.map(\.syncRule).prefix(3) == ["prefer_salesforce", "two_way", "two_way"])
    #expect(
      try folder.run("list").output.contains(
        "  phone             Phone               two_way            default  text      ok\n"))
  }
}
