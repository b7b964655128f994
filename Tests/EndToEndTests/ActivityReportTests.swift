import Foundation
import TestSupport
import Testing

/// `resync report --activities` (requirement A9) and `resync explain` for an activity.
@Suite(.overBothStores) struct ActivityReportTests {
  private func pipeline() throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "report")
    try pipeline.write(
      "form_submissions",
      [
        ["conversionId": "f", "formName": "Contact us", "submittedAt": "2026-03-05", "contact_ids": "101;102"]
      ])
    try pipeline.write(
      "marketing_email_events",
      [
        ["id": "m", "type": "OPEN", "created": "2026-03-05", "emailName": "News", "contact_ids": "101"]
      ])
    try pipeline.write("calls", [SyncRuleTests.call(1, ["contact_ids": "101;102;103", "hubspot_owner_id": "901"])])
    try pipeline.save(kinds: [
      "form_submissions: {enabled: true}", "marketing_email_opened: {enabled: true, task_type: Email}",
      "calls: {enabled: true, task_type: Call}",
    ])
    try pipeline.complete("r")
    return pipeline
  }

  private func report(_ pipeline: ActivityPipeline, _ options: String...) throws -> [String] {
    let outcome = try Program.run("resync", ["report", pipeline.file, "--activities", "--csv"] + options)
    try #require(outcome.exitCode == 0, "\(outcome.messages)")
    let document = CSVDocument(Data(outcome.output.utf8))
    #expect(document.header.joined(separator: ",") == "external_id,kind,type,status,subject,who_id,run")
    return document.rows.map { document.text($0, "external_id") }
  }

  private let all = ["form_submissions:f:101", "marketing_email_opened:m:101", "form_submissions:f:102", "calls:1"]

  @Test func `contacts come first, then leads, and each filter ignores case`() throws {
    let pipeline = try pipeline()
    #expect(try report(pipeline) == all)
    #expect(try report(pipeline, "--by", "contact") == Array(all[..<2]))
    #expect(try report(pipeline, "--by", "lead") == Array(all[2...]))
    #expect(try report(pipeline, "--type", "CALL") == ["calls:1"])
    #expect(try report(pipeline, "--status", "completed") == all)
    #expect(try report(pipeline, "--status", "Deferred").isEmpty)
    #expect(try report(pipeline, "--subject-starts-with", "opened") == ["marketing_email_opened:m:101"])
    #expect(try report(pipeline, "--subject-starts-with", "news").isEmpty)
    #expect(try report(pipeline, "--subject-contains", "CONTACT US", "--by", "lead") == ["form_submissions:f:102"])
  }

  @Test func `without a run the last row of each task counts, with one that run's rows`() throws {
    let pipeline = try pipeline()
    try pipeline.write("calls", [SyncRuleTests.call(1, ["hs_call_title": "Again", "contact_ids": "102"])])
    try pipeline.complete("second")
    #expect(try report(pipeline, "--run", "second") == ["calls:1"])
    #expect(try report(pipeline, "--subject-contains", "again") == ["calls:1"])
    #expect(try report(pipeline, "--subject-contains", "hello").isEmpty)
    #expect(try report(pipeline, "--subject-contains", "hello", "--run", "r") == ["calls:1"])
    #expect(try Program.run("resync", ["report", pipeline.file, "--activities", "--run", "none"]).exitCode == 2)
  }

  @Test func `the table counts by kind and status, and JSON holds the same`() throws {
    let pipeline = try pipeline()
    let table = try Program.run("resync", ["report", pipeline.file, "--activities"]).output
    #expect(
      table.contains("contacts: 2 tasks\n  form_submissions: 1 Completed\n  marketing_email_opened: 1 Completed\n"))
    #expect(table.contains("leads: 2 tasks\n"))
    let json = try Program.run("resync", ["report", pipeline.file, "--activities", "--json"]).output
    let tree = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: [String: Any]]
    #expect(tree?["leads"]?["count"] as? Int == 2)
    #expect((tree?["contacts"]?["tasks"] as? [[String: String]])?.first?["subject"] == "Submitted: Contact us")
  }

  @Test func `an import has no such report`() throws {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "report")
    try pipeline.write("Task", [])
    try pipeline.save()
    #expect(try Program.run("resync", ["report", pipeline.file, "--activities"]).exitCode == 2)
  }

  // MARK: Explain

  private func explain(_ pipeline: ActivityPipeline, _ record: String) throws -> [String] {
    let outcome = try Program.run("resync", ["explain", pipeline.file, "--run", "r", "--record", record])
    try #require(outcome.exitCode == 0, "\(outcome.messages)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test func `a HubSpot activity: its contacts, why one of them got it, and which step assigned it`() throws {
    let pipeline = try pipeline()
    for record in ["1", "calls:1"] {
      let lines = try explain(pipeline, record)
      #expect(
        lines.contains(
          "contact 101: created on 2025-01-10; synced, but another one was created later (same day: higher id)"))
      #expect(lines.contains("contact 102: created on 2026-02-20; synced, and the one created last: it gets the task"))
      #expect(lines.contains("contact 103: created on 2026-03-01; not synced: no Salesforce id"))
      #expect(lines.contains("assigned to: \(ActivityPipeline.ada), the contact's owner (contact 102)"))
      #expect(lines.contains("fate: upsert, in salesforce/Task-upsert-0000.csv, as calls:1"))
      #expect(lines.contains("time: 2026-03-02T09:00:00.000Z; the time frame begins at 2026-03-01T07:00:00.000Z"))
    }
  }

  @Test func `a Salesforce activity: which rule made it a call, and why it was left out`() throws {
    let (pipeline, _) = try ImportRuleTests.importTasks([
      ["CallType": "Inbound", "Description": "Hi"], ["IsDeleted": "true"], ["WhoId": ""],
    ])
    let call = try explain(pipeline, String(SalesforceIDs.id("00T", 1).prefix(15)))
    #expect(call.contains("kind: calls, because CallType is Inbound; it is closed"))
    #expect(call.contains("owner: 900, who has the email of user \(ActivityPipeline.ada)"))
    #expect(call.contains("fate: create, in hubspot/calls-create-0000.jsonl"))
    #expect(call.contains("hs_call_body: Hi"))
    #expect(
      try explain(pipeline, SalesforceIDs.id("00T", 2)).contains("fate: left out, deleted: it is deleted in Salesforce")
    )
    #expect(
      try explain(pipeline, SalesforceIDs.id("00T", 3)).contains { $0.hasPrefix("fate: rejected, no_association") })
    let unknown = try Program.run("resync", ["explain", pipeline.file, "--run", "r", "--record", "00T000000000000AAA"])
    #expect(unknown.exitCode == 2)
  }
}
