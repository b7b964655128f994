import Foundation
import TestSupport
import Testing

/// Creates: held on a first night, made when a person says so, and not made twice (semantics 3.6 and 4,
/// Creates).
@Suite(.overBothStores) struct CreateTests {
  private let pipeline: SmallPipeline

  private static let rows = [
    "101 creates_held", "102 creates_held", "\(SalesforceIDs.account(3)) creates_held",
  ]
  private static let creates = [
    "101 salesforce create HubSpot_Id__c", "101 salesforce create Name", "101 salesforce create Website",
    "102 salesforce create BillingCity", "102 salesforce create HubSpot_Id__c", "102 salesforce create Name",
    " hubspot create domain", " hubspot create name", " hubspot create salesforceaccountid",
  ].sorted()

  /// Two companies and an account, none of which has a partner.
  init() throws {
    pipeline = try SmallPipeline("creates")
    try pipeline.write(
      companies: [
        "101,One,one.example,,,,,2026-11-01T08:00:00Z", "102,Two,,,Bergen,,,2026-11-01T08:00:00Z",
      ],
      accounts: ["\(SalesforceIDs.account(3)),Three,three.example,,,,,2026-11-01T08:00:00Z"])
  }

  private func expect(_ run: String, changes: [String], unmatched reason: String) throws {
    #expect(try pipeline.lines(run, "changes", "hubspot_id", "side", "action", "field") == changes, "\(run)")
    let expected = Self.rows.map { $0.replacingOccurrences(of: "creates_held", with: reason) }.sorted()
    #expect(try pipeline.lines(run, "unmatched", "record_id", "reason") == expected, "\(run)")
  }

  @Test func `a first night without max_creates creates nothing, and says how many it would`() throws {
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    try expect("n1", changes: [], unmatched: "creates_held")
    #expect(outcome.output.contains("1 create") && outcome.output.contains("2 creates"), "\(outcome.output)")
    #expect(outcome.output.contains("--create-anyway"), "\(outcome.output)")
  }

  @Test func `a first night whose pipeline sets max_creates creates`() throws {
    var pipeline = pipeline
    pipeline.settings = ["max_creates: 5"]
    try pipeline.save()
    #expect(try pipeline.run("n1").exitCode == 0)
    try expect("n1", changes: Self.creates, unmatched: "unmatched")
  }

  @Test func `a record whose partner's link leads nowhere is not created, however many nights that stays so`() throws {
    let pipeline = try SmallPipeline("creates-dangling", "keep_baseline: 1")
    let account = SalesforceIDs.account(1)
    func write(link: String) throws {
      try pipeline.write(
        companies: ["101,One,,,,,\(link),2026-11-01T08:00:00Z"],
        accounts: ["\(account),One,,,,,,2026-11-01T08:00:00Z"])
    }
    try write(link: account)
    try pipeline.complete("n0")
    try write(link: SalesforceIDs.account(9))
    for night in 1...3 {
      try pipeline.complete("n\(night)")
      #expect(
        try pipeline.lines("n\(night)", "unmatched", "record_id", "reason")
          == ["101 dangling_link", "\(account) partner_missing"].sorted(), "night \(night)")
      #expect(try pipeline.changes("n\(night)").isEmpty)
    }
    // Once the link is mended the pair is what it was, with its baseline.
    try write(link: account)
    try pipeline.complete("mended")
    #expect(try pipeline.changes("mended").isEmpty)
  }

  @Test func `what was created is pending on the next night, and is created again only by retry-creates`()
    throws
  {
    #expect(try pipeline.run("n1", "--create-anyway").exitCode == 0)
    try expect("n1", changes: Self.creates, unmatched: "unmatched")
    #expect(try pipeline.run("n2").exitCode == 0)
    try expect("n2", changes: [], unmatched: "create_pending")
    #expect(try pipeline.run("n3", "--retry-creates").exitCode == 0)
    try expect("n3", changes: Self.creates, unmatched: "unmatched")
    #expect(try pipeline.run("n4").exitCode == 0)
    try expect("n4", changes: [], unmatched: "create_pending")
  }

  @Test func `after a dry run that held creates, the same run with create-anyway makes them`() throws {
    #expect(try pipeline.run("n1", "--dry-run").exitCode == 0)
    #expect(try pipeline.run("n1", "--create-anyway").exitCode == 0)
    try expect("n1", changes: Self.creates, unmatched: "unmatched")
  }

  @Test func `after a dry run that left creates pending, the same run with retry-creates makes them again`()
    throws
  {
    #expect(try pipeline.run("n1", "--create-anyway").exitCode == 0)
    #expect(try pipeline.run("n2", "--dry-run").exitCode == 0)
    #expect(try pipeline.run("n2", "--retry-creates").exitCode == 0)
    try expect("n2", changes: Self.creates, unmatched: "unmatched")
  }

  @Test func `a create is waited for also while its record is the duplicate of another`() throws {
    let pipeline = try SmallPipeline("awaited", "max_creates: 10", "max_shrink: 100%")
    let one = "1,One,a.example,,,,,2026-03-01T00:00:00Z"
    let other = { (domain: String) in "5,Five,\(domain),,,,001000000000005AAA,2026-03-01T00:00:00Z" }
    let account = ["001000000000005AAA,Five,five.example,,,,,2026-03-01T00:00:00Z"]
    try pipeline.write(companies: [one, other("five.example")], accounts: account)
    #expect(try pipeline.run("n1").exitCode == 0)
    #expect(try pipeline.lines("n1", "changes", "action", "hubspot_id").contains("create 1"))
    try pipeline.write(companies: [one, other("a.example")], accounts: account)
    #expect(try pipeline.run("n2").exitCode == 0)
    #expect(try pipeline.lines("n2", "unmatched", "record_id", "reason") == ["1 duplicate"])
    try pipeline.write(companies: [one, other("five.example")], accounts: account)
    #expect(try pipeline.run("n3").exitCode == 0)
    #expect(try pipeline.lines("n3", "unmatched", "record_id", "reason") == ["1 create_pending"])
    #expect(!(try pipeline.lines("n3", "changes", "action", "hubspot_id").contains("create 1")))
  }
}
