import Foundation
import TestSupport
import Testing

/// `resync explain`, `report` and `plan`: why a value won, and what a run would change (interface, "Command line").
@Suite(.overBothStores) struct ExplainTests {
  private func nights(_ count: Int) throws -> SampleNights {
    let nights = try SampleNights(chunkSize: 100)
    for night in 1...count { try nights.complete(night) }
    return nights
  }

  private func explain(_ nights: SampleNights, _ night: Int, _ record: String, _ options: String...) throws -> Outcome {
    try Program.run(
      "resync", ["explain", nights.pipeline(night), "--run", "n\(night)", "--record", record] + options)
  }

  @Test func `a cell is explained step by step, from its line in the export to its line in the load file`() throws {
    let nights = try nights(2)
    let outcome = try explain(nights, 2, "18200000106", "--field", "zip")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let lines = outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    func line(_ start: String) -> String { lines.first { $0.hasPrefix(start) } ?? "" }
    #expect(line("HubSpot: 18200000106, ../sample-data/second-night/hubspot/companies.csv:") != "", "\(outcome.output)")
    #expect(line("Salesforce: Account 0015g00000Sp106AAB, ../sample-data/second-night/salesforce/Account.csv:") != "")
    #expect(line("paired: HubSpot's link (salesforceaccountid)") != "")
    #expect(line("zip ↔ BillingPostalCode: two_way, compared exact (line 8 of the mappings)") != "")
    for (step, values) in [("read", "5106 9106"), ("normalized", "5106 9106"), ("baseline", "0150 0150")] {
      #expect(line(step).split(separator: " ").dropFirst().joined(separator: " ") == values, "\(line(step))")
    }
    #expect(line("hubspot set:").hasSuffix("→ 9106 (both_changed, a conflict)"), "\(outcome.output)")
    #expect(line("because").contains("both sides were edited since the last run"))
    let place = try #require(line("load files:").split(separator: " ").last).split(separator: ":")
    let file = try nights.sandbox.text("out/n2/\(place[0])").split(separator: "\n")
    #expect(file[try #require(Int(place[1])) - 1].contains("\"id\":\"18200000106\""))
  }

  @Test func `a decision that stands again is explained by the run that made it, not by today's times`() throws {
    let pipeline = try SmallPipeline("explain-again")
    func run(_ name: String, hubspotTime: String) throws -> String {
      try pipeline.write(
        companies: ["1,Same,a.example,111,,,\(SalesforceIDs.account(1)),\(hubspotTime)"],
        accounts: ["\(SalesforceIDs.account(1)),Same,a.example,222,,,,2026-03-02T00:00:00Z"])
      let outcome = try Program.run("resync", ["run", pipeline.file, "--run", name])
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      return try Program.run("resync", ["explain", pipeline.file, "--run", name, "--record", "1", "--field", "phone"])
        .output
    }
    let first = try run("a", hubspotTime: "2026-03-01T00:00:00Z")
    #expect(first.contains("because     the baseline does not tell who edited; by the times this side is the newer"))
    #expect(!first.contains("pending"))
    // Nobody has sent the files, and HubSpot's record was touched since: the decision stands.
    let second = try run("b", hubspotTime: "2026-03-05T00:00:00Z")
    #expect(second.contains("hubspot set: 111 → 222 (newer_record, a conflict)"), "\(second)")
    #expect(
      second.contains(
        "pending     HubSpot := 222 (newer_record), when HubSpot held 111 and Salesforce 222; not seen to arrive yet"))
    #expect(second.contains("because     the decision of an earlier run has not arrived"), "\(second)")
  }

  @Test func `a HubSpot value that a blank Salesforce clears is explained as cleared`() throws {
    let pipeline = try SmallPipeline("explain-clears")
    try pipeline.sandbox.change("pipeline.yaml", "    create_in", to: "    salesforce_blank: clears\n    create_in")
    try pipeline.sandbox.change("mappings.csv", "phone,Phone,two_way", to: "phone,Phone,always_salesforce")
    try pipeline.write(
      companies: ["1,Same,a.example,111,,,\(SalesforceIDs.account(1)),2026-03-01T00:00:00Z"],
      accounts: ["\(SalesforceIDs.account(1)),Same,a.example,,,,,2026-03-02T00:00:00Z"])
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "a"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let said = try Program.run(
      "resync", ["explain", pipeline.file, "--run", "a", "--record", "1", "--field", "phone"]
    ).output
    #expect(said.contains("hubspot clear: 111 → blank (salesforce_blank"), "\(said)")
    #expect(
      said.contains("because     Salesforce is blank, and the object says that HubSpot is then cleared"), "\(said)")
  }

  @Test func `a record is found by its Salesforce id too, of 15 or 18 characters`() throws {
    let nights = try nights(1)
    for id in ["0015g00000Sp057AAB", "0015g00000Sp057"] {
      let outcome = try explain(nights, 1, id)
      #expect(outcome.output.contains("HubSpot: 18200000057"), "\(outcome.output)\(outcome.messages)")
    }
  }

  @Test(arguments: [
    ("18200000001", "both sides hold the same value"),
    ("18200000069", "dangling link: the link names a record that is malformed, deleted or not in the export"),
    ("18200000070", "duplicate link: several records claim the same partner"),
    ("18200000077", "ambiguous: several records have the same match key"),
    ("18200000075", "paired by a match key: domain = Website (domain)"),
    ("18200000072", "paired: Salesforce's HubSpot_Id__c names the HubSpot record"),
    ("0015g00000Sp089AAB", "deleted in Salesforce: takes no part"),
    ("18200000011", "a cell with an issue changes nothing"),
  ])
  func `why a record is paired or not, and why a cell stays, is said in a sentence`(
    record: String, sentence: String
  ) throws {
    let outcome = try explain(try nights(1), 1, record)
    #expect(outcome.exitCode == 0 && outcome.output.contains(sentence), "\(outcome.output)\(outcome.messages)")
  }

  @Test func `the explanation as JSON holds the same`() throws {
    let outcome = try explain(try nights(1), 1, "18200000057", "--json")
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let cells = try #require(tree["cells"] as? [[String: Any]])
    #expect(tree["verdict"] as? String == "link" && cells.count > 10)
    #expect(cells.contains { ($0["changes"] as? [[String: Any]])?.isEmpty == false })
  }

  @Test(arguments: [
    (["--record", "99"], "no record 99"), (["--record", "18200000001", "--field", "nope"], "--field nope"),
  ])
  func `what is not there is refused with exit 2`(options: [String], word: String) throws {
    let nights = try nights(1)
    let outcome = try Program.run("resync", ["explain", nights.pipeline(1), "--run", "n1"] + options)
    #expect(outcome.exitCode == 2 && outcome.messages.contains(word), "\(outcome.messages)")
  }

  // MARK: Report

  @Test func `the report counts every change of changes csv, by side, field, rule and reason`() throws {
    let nights = try nights(1)
    let outcome = try Program.run("resync", ["report", nights.pipeline(1), "--run", "n1", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let object = try #require((tree["objects"] as? [[String: Any]])?.first)
    var reported: [String: Int] = [:]
    for side in try #require(object["sides"] as? [[String: Any]]) {
      for change in try #require(side["changes"] as? [[String: Any]]) {
        let key = [side["side"], change["field"], change["rule"], change["reason"]].map { "\($0 ?? "")" }
        reported[key.joined(separator: " ")] = change["cells"] as? Int
      }
    }
    let document = CSVDocument(try nights.sandbox.data("out/n1/changes.csv"))
    let rows = document.rows.map { row in
      ["side", "field", "rule", "reason"].map { document.text(row, $0) }.joined(separator: " ")
    }
    #expect(reported == Dictionary(grouping: rows) { $0 }.mapValues(\.count))
    let issues = try #require(object["issues"] as? [[String: Any]]).compactMap { $0["count"] as? Int }.reduce(0, +)
    #expect(issues == CSVDocument(try nights.sandbox.data("out/n1/rejects.csv")).rows.count)
    let text = try Program.run("resync", ["report", nights.pipeline(1)])
    #expect(text.output.contains("companies, issues (rejects.csv):"), "\(text.output)")
  }

  // MARK: Plan

  @Test func `the plan shows changes with samples, ends with 10, and loads nothing`() throws {
    let nights = try SampleNights()
    let outcome = try Program.run("resync", ["plan", nights.pipeline(1), "--run", "p", "--sample", "1"])
    #expect(outcome.exitCode == 10, "\(outcome.messages)")
    #expect(outcome.output.contains("companies, hubspot\n") && outcome.output.contains(" → "), "\(outcome.output)")
    #expect(!nights.sandbox.has("out/p"))
    let one = try Program.run("resync", ["plan", nights.pipeline(1), "--run", "p", "--record", "18200000057"])
    #expect(one.exitCode == 10 && one.output.contains("18200000057") && !one.output.contains("18200000058"))
    let load = try nights.run(1, as: "p")
    #expect(load.exitCode == 0 && nights.sandbox.has("out/p/changes.csv"), "the run loads what the plan showed")
  }

  @Test func `a plan without samples counts the changes, and shows no values`() throws {
    let nights = try SampleNights()
    let outcome = try Program.run("resync", ["plan", nights.pipeline(1), "--run", "p", "--sample", "0"])
    #expect(outcome.exitCode == 10, "\(outcome.messages)")
    #expect(outcome.output.contains("companies, hubspot\n") && outcome.output.contains(" cells"), "\(outcome.output)")
    #expect(!outcome.output.contains(" → "), "\(outcome.output)")
  }

  @Test func `a plan of a record that is not there is refused as explain refuses it`() throws {
    let nights = try SampleNights()
    let outcome = try Program.run("resync", ["plan", nights.pipeline(1), "--run", "p", "--record", "999999"])
    #expect(outcome.exitCode == 2 && outcome.messages.contains("no record 999999"), "\(outcome.messages)")
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }

  @Test func `a plan without changes says so, and ends with 0`() throws {
    let pipeline = try SmallPipeline("plan")
    let account = SalesforceIDs.account(1)
    try pipeline.write(
      companies: ["101,One,one.example,,Oslo,,\(account),2026-11-01T08:00:00Z"],
      accounts: ["\(account),One,one.example,,Oslo,,,2026-11-01T08:00:00Z"])
    let outcome = try Program.run("resync", ["plan", pipeline.file])
    #expect(outcome.exitCode == 0 && outcome.output == "nothing to do\n", "\(outcome.output)\(outcome.messages)")
  }

  @Test func `a plan that a brake would stop shows the changes, and ends with 3`() throws {
    let pipeline = try SmallPipeline("plan-brake", "max_creates: 0")
    try pipeline.write(companies: ["101,One,one.example,,Oslo,,,2026-11-01T08:00:00Z"], accounts: [])
    let outcome = try Program.run("resync", ["plan", pipeline.file])
    #expect(outcome.exitCode == 3 && outcome.messages.contains("max_creates"), "\(outcome.messages)")
    #expect(outcome.output.contains("created"), "\(outcome.output)")
  }

  @Test func `a plan that a brake would stop without a change does not say that there is nothing to do`() throws {
    let pipeline = try SmallPipeline("plan-rejects")
    try pipeline.write(companies: ["101,too,few"], accounts: [])
    let outcome = try Program.run("resync", ["plan", pipeline.file])
    #expect(outcome.exitCode == 3 && outcome.messages.contains("max_rejects"), "\(outcome.messages)")
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }

  @Test func `the line in a load file is that of the record, not that of one with its id as a value`() throws {
    let pipeline = try SmallPipeline("explain-line")
    let (other, own) = (SalesforceIDs.account(1), SalesforceIDs.account(2))
    try pipeline.write(
      companies: ["5,A,,,,11,\(other),2026-03-02T00:00:00Z", "11,B,,111,,,\(own),2026-03-02T00:00:00Z"],
      accounts: ["\(other),A,,,,7,,2026-03-01T00:00:00Z", "\(own),B,,,,,,2026-03-01T00:00:00Z"])
    try pipeline.complete("n")
    let output = try Program.run("resync", ["explain", pipeline.file, "--run", "n", "--record", "11"]).output
    let line = try #require(output.split(separator: "\n").first { $0.contains("load files:") })
    #expect(line.hasSuffix("load files: salesforce/Account-update-0000.csv:3"), "\(output)")
  }
}
