import TestSupport
import Testing

/// Three-way merge: the baseline tells a value that was cleared from one that never was (semantics 4, prefer
/// Salesforce).
@Suite(.overBothStores) struct ClearedValueTests {
  private let pipeline: SmallPipeline

  init() throws {
    pipeline = try SmallPipeline("cleared")
    try write(hubspot: ("Oslo", ""), salesforce: ("Oslo", ""))
    let outcome = try pipeline.run("n1")
    try #require(outcome.exitCode == 0, "\(outcome.messages)")
    try #require(!pipeline.sandbox.has("out/n1/changes.csv"))
  }

  /// Two companies, alike but for their cities.
  private func write(hubspot: (String, String), salesforce: (String, String)) throws {
    let (one, two) = (SalesforceIDs.account(1), SalesforceIDs.account(2))
    try pipeline.write(
      companies: [
        "101,One,one.example,,\(hubspot.0),,\(one),2026-11-01T08:00:00Z",
        "102,Two,two.example,,\(hubspot.1),,\(two),2026-11-01T08:00:00Z",
      ],
      accounts: [
        "\(one),One,one.example,,\(salesforce.0),,,2026-11-01T08:00:00Z",
        "\(two),Two,two.example,,\(salesforce.1),,,2026-11-01T08:00:00Z",
      ])
  }

  @Test func `a value cleared in Salesforce clears HubSpot, and one never filled is filled from HubSpot`()
    throws
  {
    try write(hubspot: ("Oslo", "Bergen"), salesforce: ("", ""))
    #expect(try pipeline.run("n2").exitCode == 0)
    #expect(
      try pipeline.lines("n2", "changes", "hubspot_id", "side", "action", "field", "new", "reason") == [
        "101 hubspot clear city  cleared_in_salesforce",
        "102 salesforce set BillingCity Bergen salesforce_blank",
      ])
    #expect(!pipeline.sandbox.has("out/n2/conflicts.csv"))
    #expect(
      try pipeline.sandbox.text("out/n2/hubspot/companies-update-0000.jsonl")
        == #"{"inputs":[{"objectWriteTraceId":"101","id":"101","properties":{"city":""}}]}"# + "\n")
    #expect(
      try pipeline.sandbox.text("out/n2/salesforce/Account-update-0000.csv")
        == "Id,BillingCity\n\(SalesforceIDs.account(2)),Bergen\n")
  }

  @Test func `a value cleared in Salesforce and edited in HubSpot goes back to Salesforce as a conflict`()
    throws
  {
    try write(hubspot: ("Tromsø", ""), salesforce: ("", ""))
    #expect(try pipeline.run("n2").exitCode == 0)
    #expect(
      try pipeline.lines("n2", "changes", "hubspot_id", "side", "action", "field", "new", "reason") == [
        "101 salesforce set BillingCity Tromsø salesforce_blank"
      ])
    #expect(
      try pipeline.lines("n2", "conflicts", "hubspot_id", "hubspot_property", "winner") == [
        "101 city hubspot"
      ])
  }
}
