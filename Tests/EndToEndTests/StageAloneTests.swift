import Foundation
import TestSupport
import Testing

/// What a stage that is run alone touches, and what it leaves to others (interface, "Command line").
@Suite(.overBothStores) struct StageAloneTests {
  private func write(_ pipeline: SmallPipeline, name: String) throws {
    try pipeline.write(
      companies: ["101,Old,,,,,\(SalesforceIDs.account(1)),2026-11-01T08:00:00Z"],
      accounts: ["\(SalesforceIDs.account(1)),\(name),,,,,,2026-11-01T08:00:00Z"])
  }

  private func run(_ pipeline: any TestPipeline, _ arguments: String...) throws -> Outcome {
    var arguments = arguments
    arguments.insert(pipeline.file, at: 1)
    return try Program.run("resync", arguments)
  }

  @Test func `load of one object loads that one, and leaves the others to be loaded`() throws {
    let pipeline = try PeoplePipeline("load-object")
    let deal = SalesforceIDs.opportunity(1)
    try pipeline.write(
      "contacts", [["hs_object_id": "101", "lastname": "Old", "salesforcecontactid": SalesforceIDs.contact(1)]])
    try pipeline.write("Contact", [["Id": SalesforceIDs.contact(1), "LastName": "New"]])
    try pipeline.write("deals", [["hs_object_id": "201", "dealname": "Old", "hs_salesforceopportunityid": deal]])
    try pipeline.write(
      "Opportunity", [["Id": deal, "Name": "New", "CloseDate": "2026-12-01", "StageName": "Closed Won"]])
    #expect(try run(pipeline, "run", "--run", "n1", "--to", "conflict-resolve").exitCode == 0)
    let outcome = try run(pipeline, "load", "--run", "n1", "--object", "deals")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(pipeline.sandbox.has("out/n1/hubspot/deals-update-0000.jsonl"))
    #expect(!pipeline.sandbox.has("out/n1/hubspot/contacts-update-0000.jsonl"))
    #expect(try run(pipeline, "run", "--run", "n1").exitCode == 0)
    #expect(pipeline.sandbox.has("out/n1/hubspot/contacts-update-0000.jsonl"))
    #expect(pipeline.sandbox.has("out/n1/accounting.json"))
  }

  @Test func `a stage done again on yesterday's rows is not taken for a run of today's exports`() throws {
    let pipeline = try SmallPipeline("older-rows")
    try write(pipeline, name: "Yesterday")
    #expect(try run(pipeline, "run", "--run", "n1", "--to", "conflict-resolve").exitCode == 0)
    try write(pipeline, name: "Today and longer")
    #expect(try run(pipeline, "map", "--run", "n1").exitCode == 0)
    let outcome = try run(pipeline, "run", "--run", "n1")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(try pipeline.lines("n1", "changes", "field", "new") == ["name Today and longer"])
  }

  @Test func `stages alone load what was staged, whatever has become of the exports since`() throws {
    let pipeline = try SmallPipeline("staged-rows")
    try write(pipeline, name: "Yesterday")
    #expect(try run(pipeline, "run", "--run", "n1", "--to", "conflict-resolve").exitCode == 0)
    try write(pipeline, name: "Today and longer")
    for _ in 1...2 {
      let outcome = try run(pipeline, "load", "--run", "n1")
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      #expect(try pipeline.lines("n1", "changes", "field", "new") == ["name Yesterday"])
    }
  }

  @Test func `a row staged with other mappings is not taken for one of today's, even where its columns are the same`()
    throws
  {
    let pipeline = try SmallPipeline("older-mappings")
    try write(pipeline, name: "New")
    #expect(try run(pipeline, "run", "--run", "n1", "--to", "conflict-resolve").exitCode == 0)
    try pipeline.sandbox.change("mappings.csv", "name,Name,prefer_salesforce", to: "name,Name,two_way")
    #expect(try run(pipeline, "load", "--run", "n1").exitCode == 0)
    // A whole run does not take what was loaded for what today's mappings make.
    let outcome = try run(pipeline, "run", "--run", "n1")
    #expect(outcome.exitCode == 2 && outcome.messages.contains("begin a new run"), "\(outcome.messages)")
  }

  @Test(arguments: ["normalize", "map", "conflict-resolve", "load"])
  func `the stages of a loaded run stay as they are once a later run was loaded`(stage: String) throws {
    let pipeline = try SmallPipeline("superseded")
    try write(pipeline, name: "New")
    try pipeline.complete("n1")
    try pipeline.complete("n2")
    let report = try run(pipeline, "report", "--run", "n1").output
    let outcome = try run(pipeline, stage, "--run", "n1")
    #expect(outcome.exitCode == 2 && outcome.messages.contains("n2 was loaded since"), "\(outcome.messages)")
    #expect(try run(pipeline, "run", "--run", "n1", "--from", stage).exitCode == 2)
    #expect(try run(pipeline, "report", "--run", "n1").output == report)
  }

  @Test func `the report of a run that is not resolved does not say that nobody is paired`() throws {
    let pipeline = try SmallPipeline("report-early")
    try write(pipeline, name: "New")
    #expect(try run(pipeline, "run", "--run", "n1", "--to", "map").exitCode == 0)
    let early = try run(pipeline, "report", "--run", "n1").output
    #expect(early.contains("1 rows read, 0 rejected; not all chunks are resolved"), "\(early)")
    #expect(try run(pipeline, "run", "--run", "n1").exitCode == 0)
    #expect(try run(pipeline, "report", "--run", "n1").output.contains("1 rows read = 1 paired"))
  }

  @Test
  func
    `chunks that the run does not have are told, and no error: a scheduler may start more jobs than there are chunks`()
    throws
  {
    let pipeline = try SmallPipeline("unknown-chunks")
    try write(pipeline, name: "New")
    for arguments in [["run", "--run", "n1", "--chunks", "1"], ["normalize", "--run", "n1", "--chunks", "0,5-9"]] {
      let outcome = try Program.run("resync", [arguments[0], pipeline.file] + arguments.dropFirst())
      #expect(outcome.exitCode == 0 && outcome.messages.contains("the run n1 has chunk 0 only"), "\(outcome.messages)")
    }
    let outcome = try run(pipeline, "run", "--run", "n1", "--chunks", "0-99")
    #expect(outcome.exitCode == 0 && !outcome.messages.contains("chunk 0 only"), "\(outcome.messages)")
  }
}
