import TestSupport
import Testing

/// Deals with opportunities, as whole runs: stages and pipelines through value maps, currencies, scales (semantics 1, 2 and
/// 4; requirements M1).
@Suite(.overBothStores) struct DealTests {
  private let opportunity = SalesforceIDs.opportunity(1)
  private let pipeline: PeoplePipeline

  init() throws { pipeline = try PeoplePipeline("deals") }

  /// Runs a linked pair, alike but for these cells; what the run changes.
  private func changes(_ deal: [String: String], _ other: [String: String]) throws -> [String] {
    let hubspot = [
      "hs_object_id": "301", "dealname": "Big", "dealstage": "qualified", "closedate": "2026-12-01T10:00:00Z",
      "hs_salesforceopportunityid": opportunity,
    ]
    let salesforce = ["Id": opportunity, "Name": "Big", "StageName": "Qualification", "CloseDate": "2026-12-01"]
    try pipeline.write("deals", [hubspot.merging(deal) { $1 }])
    try pipeline.write("Opportunity", [salesforce.merging(other) { $1 }])
    try pipeline.complete("n")
    return try pipeline.lines("n", "changes", "side", "action", "field", "new")
  }

  private func issues() throws -> [String] { try pipeline.lines("n", "rejects", "side", "field", "code") }

  @Test func `a deal and its opportunity that are alike have nothing to do`() throws {
    #expect(try changes([:], [:]).isEmpty && issues().isEmpty)
  }

  @Test func `a stage goes through the value map, to HubSpot`() throws {
    #expect(try changes([:], ["StageName": "Closed Won"]) == ["hubspot set dealstage won"])
  }

  @Test func `a stage without a partner is an issue: nothing is guessed`() throws {
    #expect(try changes([:], ["StageName": "Perception Analysis"]).isEmpty)
    #expect(try issues() == ["hubspot dealstage picklist_value_unknown"])
  }

  @Test func `a deal's unknown stage gives way to Salesforce's, and is reported`() throws {
    #expect(try changes(["dealstage": "demo"], [:]) == ["hubspot set dealstage qualified"])
    #expect(try issues() == ["hubspot dealstage picklist_value_unknown"])
  }

  @Test(arguments: [
    ("default", "012000000000001AAA"), ("default", "012000000000001"), ("renewals", "012000000000002AAA"),
  ])
  func `a pipeline is its record type, by the value map, with ids of 15 or 18 characters`(
    pipeline: String, recordType: String
  ) throws {
    #expect(try changes(["pipeline": pipeline], ["RecordTypeId": recordType]).isEmpty)
    #expect(try issues().isEmpty)
  }

  @Test func `another record type moves the deal into its pipeline`() throws {
    #expect(
      try changes(["pipeline": "default"], ["RecordTypeId": "012000000000002AAA"]) == ["hubspot set pipeline renewals"])
  }

  @Test func `a pipeline that stands for a record type fills a blank one`() throws {
    #expect(
      try changes(["pipeline": "renewals"], ["RecordTypeId": ""])
        == ["salesforce set RecordTypeId 012000000000002AAA"])
  }

  @Test func `a pipeline without a record type is an issue`() throws {
    #expect(try changes(["pipeline": "partners"], ["RecordTypeId": ""]).isEmpty)
    #expect(try issues() == ["hubspot pipeline picklist_value_unknown"])
  }

  @Test(arguments: [("1,234.565", "1234.57"), ("1.5e3", "1500.00"), ("-0.004", "0"), ("99.994", "99.99")])
  func `an amount is rounded to the scale of the currency before it is compared`(
    hubspot: String, salesforce: String
  ) throws {
    #expect(try changes(["amount": hubspot], ["Amount": salesforce]).isEmpty)
  }

  @Test func `amounts in different currencies are never compared, and are reported on both sides`() throws {
    let deal = ["amount": "100", "deal_currency_code": "EUR"]
    #expect(try changes(deal, ["Amount": "120", "CurrencyIsoCode": "NOK"]).isEmpty)
    #expect(try issues() == ["hubspot amount currency_differs", "salesforce Amount currency_differs"])
  }

  @Test func `of a close date with a time the day as written counts`() throws {
    #expect(try changes(["closedate": "2026-12-01T23:59:00Z"], [:]).isEmpty)
  }

  @Test func `a deal that Salesforce lacks is created with stage and record type`() throws {
    try pipeline.write(
      "deals",
      [
        [
          "hs_object_id": "302", "dealname": "New", "amount": "12.5", "closedate": "2026-12-24T00:00:00Z",
          "dealstage": "won", "pipeline": "renewals",
        ]
      ])
    try pipeline.complete("n")
    #expect(
      try pipeline.sandbox.text("out/n/salesforce/Opportunity-create-0000.csv")
        == "HubSpot_Id__c,Name,Amount,CloseDate,StageName,RecordTypeId\n"
        + "302,New,12.5,2026-12-24,Closed Won,012000000000002AAA\n")
  }

  @Test func `contacts load before deals, whatever the order of the pipeline file, which reports keep`() throws {
    try pipeline.write("contacts", [["hs_object_id": "101", "lastname": "Berg"]])
    try pipeline.write(
      "deals", [["hs_object_id": "301", "dealname": "A", "closedate": "2026-12-24", "dealstage": "won"]])
    let outcome = try pipeline.complete("n", "--workers", "1")
    let loads = outcome.messages.split(separator: "\n").filter { $0.hasPrefix("load ") }.map {
      $0.split(separator: ":")[0]
    }
    #expect(loads == ["load contacts", "load deals"], "\(outcome.messages)")
    #expect(outcome.output.contains("; send contacts, then deals"), "\(outcome.output)")
    let objects = try pipeline.report("n", "changes").dictionaries.compactMap { $0["object"] }
    #expect(objects.first == "deals" && objects.last == "contacts")
  }
}
