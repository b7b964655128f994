import Foundation
import TestSupport
import Testing

/// Nothing is created twice, and what did not arrive comes again (activities-pipelines 4 and 7), whichever store keeps the
/// ledger.
@Suite struct LedgerTests {
  private func pipeline(
    _ store: Store, _ rows: [[String: String]] = [[:], ["Type": "Call"]], activities: [String] = [],
    settings: [String] = []
  ) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "ledger", in: store)
    try pipeline.write("Task", rows.enumerated().map { ImportRuleTests.task($0 + 1, $1) })
    try pipeline.save(activities: activities, settings: settings)
    return pipeline
  }

  private func load(_ pipeline: ActivityPipeline, _ run: String, _ options: String...) throws -> Outcome {
    try Program.run("resync", ["load", pipeline.file, "--run", run] + options)
  }

  private func id(_ number: Int) -> String { SalesforceIDs.id("00T", number) }

  // MARK: Once

  @Test(arguments: Store.installed)
  func `an import that is run again creates nothing, with a name and without`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    try pipeline.complete("first")
    #expect(try pipeline.inputs("first").count == 2)
    try pipeline.complete("second")
    #expect(try pipeline.inputs("second").isEmpty)
    #expect(try Set(pipeline.fates("second", "Task").values) == ["already_in_hubspot"])
    let outcome = try Program.run("resync", ["run", pipeline.file])
    #expect(outcome.exitCode == 0 && outcome.output.contains("0 loaded"), "\(outcome.output)\(outcome.messages)")
  }

  @Test(arguments: Store.installed)
  func `what only HubSpot's export knows is not created either`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    try pipeline.write("calls", [["hs_object_id": "1", "salesforce_activity_id": String(id(1).prefix(15))]])
    try pipeline.save()
    try pipeline.complete("r")
    #expect(try pipeline.inputs("r").keys.sorted() == [id(2)])
  }

  @Test(arguments: Store.installed)
  func `the same run can be loaded again, and gives the same files, also after later runs`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    try pipeline.complete("first")
    let files = try pipeline.sandbox.contents(under: "out/first")
    try pipeline.complete("second")
    try pipeline.sandbox.remove("out/first")
    try pipeline.complete("first", stage: "load")
    #expect(try differences(files, pipeline.sandbox.contents(under: "out/first")).isEmpty)
  }

  @Test(arguments: Store.installed)
  func `a run that read the ledger before another one loaded is refused, and loads nothing`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    try pipeline.complete("slow", "--to", "conflict-resolve")
    try pipeline.complete("fast")
    let outcome = try pipeline.run("slow")
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(!pipeline.sandbox.has("out/slow"))
  }

  @Test(arguments: Store.installed)
  func `a run whose staging was pruned is not begun anew under its name: it would create everything again`(
    _ store: Store
  ) throws {
    let pipeline = try pipeline(store)
    try pipeline.complete("first")
    try pipeline.complete("second")
    #expect(try Program.run("resync", ["runs", "prune", pipeline.file, "--keep", "1"]).exitCode == 0)
    let outcome = try pipeline.run("first")
    #expect(outcome.exitCode == 2 && outcome.messages.contains("take another name"), "\(outcome.messages)")
    try pipeline.complete("third")
    #expect(try pipeline.inputs("third").isEmpty, "the ledger stays, whatever is pruned")
    // Where nothing was sent the run can be taken out, and done anew.
    #expect(try load(pipeline, "first", "--forget").exitCode == 0)
    try pipeline.complete("first")
    #expect(try pipeline.inputs("first").count == 2)
  }

  // MARK: Not arrived

  @Test(arguments: Store.installed)
  func `an export that is newer than the run decides; older ones and those without a time leave the ledger`(
    _ store: Store
  ) throws {
    for (exportedAt, loads) in [("2026-11-22T02:00:01Z", true), ("2026-11-22T02:00:00Z", false), (nil, false)] {
      let pipeline = try pipeline(store)
      try pipeline.complete("first")
      try pipeline.write("tasks", [])
      try pipeline.write("calls", [["hs_object_id": "1", "salesforce_activity_id": id(2)]])
      let option = exportedAt.map { "exported_at: \"\($0)\"" } ?? ""
      try pipeline.save(options: exportedAt == nil ? [:] : ["tasks": option, "calls": option])
      try pipeline.complete("second")
      #expect(try pipeline.inputs("second").keys.sorted() == (loads ? [id(1)] : []), "\(exportedAt ?? "no time")")
      let count = loads ? 1 : 0
      #expect(try pipeline.results("second").accounting().contains("\"not_arrived\":\(count)"))
    }
  }

  // MARK: Updates

  @Test(arguments: Store.installed)
  func `what changed in Salesforce since is written again by its id, blank properties too`(_ store: Store) throws {
    let rows: [[String: String]] = [["Description": "old", "Priority": "High"], ["Type": "Call"]]
    let pipeline = try pipeline(store, rows, activities: ["updates: true"])
    try pipeline.complete("first")
    try pipeline.write(
      "Task", [ImportRuleTests.task(1, ["Subject": "New"]), ImportRuleTests.task(2, ["Type": "Call"])])
    try pipeline.complete("second")
    let text = try pipeline.sandbox.text("out/second/hubspot/tasks-update-0000.jsonl")
    #expect(
      text == #"{"inputs":[{"idProperty":"salesforce_activity_id","id":"\#(id(1))","objectWriteTraceId":"\#(id(1))","#
        + #""properties":{"hs_timestamp":"2026-03-01T23:00:00.000Z","hs_task_subject":"New","hs_task_body":"","#
        + #""hs_task_status":"COMPLETED","hs_task_priority":"","hs_task_type":"TODO","hubspot_owner_id":"900"}}]}"#
        + "\n")
    #expect(try pipeline.fates("second", "Task") == [id(1): "update", id(2): "already_in_hubspot"])
    let accounting = try pipeline.results("second").accounting()
    #expect(accounting.contains(#""updated":1"#) && accounting.contains(#""loaded":0"#), "\(accounting)")
    try pipeline.complete("third")
    #expect(try pipeline.inputs("third").isEmpty, "once written, it is the same again")
  }

  @Test(arguments: Store.installed)
  func `a call that was made since stays the task that it was created as, and is an issue`(_ store: Store) throws {
    let open = ["TaskSubtype": "Call", "IsClosed": "false", "Status": "Not Started"]
    let pipeline = try pipeline(store, [open], activities: ["updates: true"])
    try pipeline.complete("first")
    try pipeline.write("Task", [ImportRuleTests.task(1, ["TaskSubtype": "Call"])])
    try pipeline.complete("second")
    let input = try #require(try pipeline.inputs("second")[id(1)])
    #expect(input.file == "tasks-update")
    #expect(input.properties["hs_task_status"] == "COMPLETED")
    #expect(try pipeline.lines("second", "rejects", "record_id", "code") == ["\(id(1)) kind_changed"])
  }

  @Test(arguments: Store.installed)
  func `without updates, and of what only an export knows, nothing is written again`(_ store: Store) throws {
    let pipeline = try pipeline(store, [[:]])
    try pipeline.complete("first")
    try pipeline.write("Task", [ImportRuleTests.task(1, ["Subject": "New"])])
    try pipeline.complete("second")
    #expect(try pipeline.inputs("second").isEmpty)
    let other = try ActivityPipeline(.salesforceToHubSpot, "ledger", in: store)
    try other.write("Task", [ImportRuleTests.task(1)])
    try other.write("tasks", [["hs_object_id": "1", "salesforce_activity_id": id(1)]])
    try other.save(activities: ["updates: true"])
    try other.complete("r")
    #expect(try other.inputs("r").isEmpty)
  }

  // MARK: Refused

  @Test(arguments: Store.installed)
  func `what HubSpot refused is loaded again by the next run, and nothing else`(_ store: Store) throws {
    let pipeline = try pipeline(store, [[:], ["Type": "Call"], [:], [:]])
    try pipeline.complete("first")
    try pipeline.sandbox.write(
      "answers.jsonl",
      """
      {"status":"COMPLETE","results":[{"id":"1"}]}

      {"status":"COMPLETE","errors":[{"category":"VALIDATION_ERROR","context":{"objectWriteTraceId":["\(id(1))"]}}]}
      {"errors":[{"subCategory":{"deep":[{"objectWriteTraceId":"\(id(2))"}]}},{"objectWriteTraceId":"00T000000000000AAA"}]}
      {"errors":[{"category":"CONFLICT","message":"x already has that value","context":{"objectWriteTraceId":["\(id(3))"]}}]}

      """)
    let outcome = try load(pipeline, "first", "--refused", pipeline.sandbox.file("answers.jsonl"))
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("2 activities taken out"), "\(outcome.output)")
    #expect(outcome.output.contains("1 of the refused ids"), "\(outcome.output)")
    #expect(outcome.output.contains("1 answers say that the activity exists"), "\(outcome.output)")
    try pipeline.complete("second")
    #expect(try pipeline.inputs("second").keys.sorted() == [id(1), id(2)])
    try pipeline.complete("third")
    #expect(try pipeline.inputs("third").isEmpty)
  }

  @Test(arguments: Store.installed)
  func `a message that was refused takes its shadow along`(_ store: Store) throws {
    let pipeline = try pipeline(store, [["Type": "Email"]])
    let message = SalesforceIDs.id("02s", 1)
    try pipeline.write(
      "EmailMessage",
      [
        ["Id": message, "ActivityId": id(1), "Subject": "Re", "MessageDate": "2026-04-01T00:00:00Z"]
      ])
    try pipeline.save()
    try pipeline.complete("first")
    try pipeline.sandbox.write("a.jsonl", #"{"errors":[{"objectWriteTraceId":"\#(message)"}]}"#)
    #expect(try load(pipeline, "first", "--refused", pipeline.sandbox.file("a.jsonl")).exitCode == 0)
    #expect(try pipeline.ledger("first").isEmpty)
    try pipeline.complete("second")
    #expect(try pipeline.inputs("second").keys.sorted() == [message])
  }

  @Test(arguments: Store.installed)
  func `an update that was refused is made again`(_ store: Store) throws {
    let pipeline = try pipeline(store, [[:]], activities: ["updates: true"])
    try pipeline.complete("first")
    try pipeline.write("Task", [ImportRuleTests.task(1, ["Subject": "New"])])
    try pipeline.complete("second")
    try pipeline.sandbox.write("a.jsonl", #"{"errors":[{"objectWriteTraceId":"\#(id(1))"}]}"#)
    #expect(try load(pipeline, "second", "--refused", pipeline.sandbox.file("a.jsonl")).exitCode == 0)
    try pipeline.complete("third")
    #expect(try pipeline.inputs("third")[id(1)]?.file == "tasks-update")
  }

  @Test(arguments: Store.installed)
  func `a whole run that is forgotten is loaded again`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    try pipeline.complete("first")
    #expect(try load(pipeline, "first", "--forget").output.contains("2 activities taken out"))
    try pipeline.complete("second")
    #expect(try pipeline.inputs("second").count == 2)
    #expect(try load(pipeline, "first").exitCode == 2, "it may not be loaded once more: the second run has it")
  }

  @Test(arguments: Store.installed)
  func `an answer that does not say what it means takes nothing out`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    try pipeline.complete("first")
    let before = try pipeline.ledgerState()
    let good = #"{"errors":[{"objectWriteTraceId":"\#(id(1))"}]}"#
    for bad in ["no JSON", "[1]", #"{"id":"1"}"#, #"{"errors":[{"message":"bad"}]}"#] {
      try pipeline.sandbox.write("a.jsonl", good + "\n" + bad + "\n")
      let outcome = try load(pipeline, "first", "--refused", pipeline.sandbox.file("a.jsonl"))
      #expect(outcome.exitCode == 1, "\(bad): \(outcome.messages)")
      #expect(outcome.messages.contains("a.jsonl:2"), "\(outcome.messages)")
    }
    #expect(try load(pipeline, "nobody", "--forget").exitCode == 2)
    #expect(try load(pipeline, "first", "--refused", pipeline.sandbox.file("missing")).exitCode == 1)
    #expect(try pipeline.ledgerState() == before)
  }

  @Test(arguments: Store.installed)
  func `what Salesforce refused, or did not get to, is written again`(_ store: Store) throws {
    let pipeline = try SyncRuleTests.sync(["calls": (1...4).map { SyncRuleTests.call($0) }], in: store)
    try pipeline.sandbox.write(
      "failed.csv",
      "\"sf__Id\",\"sf__Error\",HubSpot_Activity_Id__c,Subject\n"
        + "\"\",\"REQUIRED_FIELD_MISSING:x\",\"calls:1\",\"Call: Hello\"\n"
        + "\"\",\"DUPLICATE_VALUE:duplicate value found\",\"calls:2\",x\n")
    try pipeline.sandbox.write("unprocessed.csv", "Subject,HubSpot_Activity_Id__c\nx,calls:3\nx,calls:9\n")
    #expect(try load(pipeline, "r", "--refused", pipeline.sandbox.file("failed.csv")).exitCode == 0)
    let outcome = try load(pipeline, "r", "--refused", pipeline.sandbox.file("unprocessed.csv"))
    #expect(outcome.output.contains("1 task taken out") && outcome.output.contains("1 of the refused"), "\(outcome)")
    try pipeline.sandbox.write("other.csv", "Id,Subject\n1,x\n")
    #expect(try load(pipeline, "r", "--refused", pipeline.sandbox.file("other.csv")).exitCode == 1)
    try pipeline.complete("second")
    #expect(try pipeline.tasks("second").keys.sorted() == ["calls:1", "calls:3"])
  }
}
