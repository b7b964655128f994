import TestSupport
import Testing

/// What becomes of single Salesforce activities in the import (activities-pipelines 4): one run for each table of rows.
@Suite(.overBothStores) struct ImportRuleTests {
  /// A task with everything that it needs, and these cells besides.
  static func task(_ number: Int, _ cells: [String: String] = [:]) -> [String: String] {
    let needed = [
      "Id": SalesforceIDs.id("00T", number), "WhoId": ActivityPipeline.contact, "Subject": "Hello",
      "ActivityDate": "2026-03-02", "Status": "Completed", "OwnerId": ActivityPipeline.ada, "IsClosed": "true",
      "CreatedDate": "2026-03-01T09:00:00.000Z",
    ]
    return needed.merging(cells) { $1 }
  }

  /// An event with everything that it needs, and these cells besides.
  static func event(_ number: Int, _ cells: [String: String] = [:]) -> [String: String] {
    let needed = [
      "Id": SalesforceIDs.id("00U", number), "WhoId": ActivityPipeline.contact, "Subject": "Demo",
      "StartDateTime": "2026-03-02T12:00:00.000Z", "OwnerId": ActivityPipeline.ada,
    ]
    return needed.merging(cells) { $1 }
  }

  /// Runs tasks through the import; what it says of each, in their order.
  static func importTasks(
    _ rows: [[String: String]], activities: [String] = [], with others: [String: [[String: String]]] = [:]
  ) throws -> (pipeline: ActivityPipeline, inputs: [ActivityInput?]) {
    try runImport(["Task": numbered(rows, task)].merging(others) { $1 }, "Task", activities)
  }

  private static func numbered(
    _ rows: [[String: String]], _ make: (Int, [String: String]) -> [String: String]
  ) -> [[String: String]] { rows.enumerated().map { make($0 + 1, $1) } }

  static func importEvents(
    _ rows: [[String: String]], activities: [String] = [], settings: [String] = []
  ) throws -> (pipeline: ActivityPipeline, inputs: [ActivityInput?]) {
    try runImport(["Task": [], "Event": numbered(rows, event)], "Event", activities, settings)
  }

  private static func runImport(
    _ sources: [String: [[String: String]]], _ asked: String, _ activities: [String], _ settings: [String] = []
  ) throws -> (pipeline: ActivityPipeline, inputs: [ActivityInput?]) {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "rules")
    for (source, rows) in sources { try pipeline.write(source, rows) }
    try pipeline.save(activities: activities, settings: settings)
    try pipeline.complete("r")
    let inputs = try pipeline.inputs("r")
    return (pipeline, sources[asked]?.map { inputs[$0["Id"] ?? ""] } ?? [])
  }

  // MARK: Kind

  @Test func `the kind is that of the first rule that fits, whatever the case of the words`() throws {
    let table: [(cells: [String: String], kind: String, type: String?)] = [
      (["TaskSubtype": "call"], "calls", nil),
      (["Type": "CALL"], "calls", nil),
      (["CallType": "Outbound"], "calls", nil),
      (["CallDurationInSeconds": "1"], "calls", nil),
      (["CallDurationInSeconds": "0"], "tasks", "TODO"),
      (["TaskSubtype": "Email"], "emails", nil),
      (["TaskSubtype": "listemail"], "emails", nil),
      (["Type": "email"], "emails", nil),
      (["Type": "Meeting"], "meetings", nil),
      (["Type": "Meeting", "IsClosed": "false"], "meetings", nil),
      (["Type": "Email", "TaskSubtype": "Call"], "calls", nil),
      (["Type": "Meeting", "TaskSubtype": "Email"], "emails", nil),
      (["Type": "Meeting", "CallType": "Inbound"], "calls", nil),
      (["TaskSubtype": "Call", "IsClosed": "false"], "tasks", "CALL"),
      (["Type": "Email", "IsClosed": "no"], "tasks", "EMAIL"),
      (["Type": "Other"], "tasks", "TODO"),
      ([:], "tasks", "TODO"),
    ]
    let (_, inputs) = try Self.importTasks(table.map(\.cells))
    for (row, input) in zip(table, inputs) {
      #expect(input?.file == "\(row.kind)-create", "\(row.cells)")
      #expect(input?.properties["hs_task_type"] == row.type, "\(row.cells)")
    }
  }

  @Test(arguments: ActivityPipeline.importKinds)
  func `a kind that is switched off is left out and counted, the others are loaded`(off: String) throws {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "switch")
    let kinds = ["tasks": [:], "calls": ["Type": "Call"], "emails": ["Type": "Email"], "meetings": ["Type": "Meeting"]]
    let rows = kinds.sorted { $0.key < $1.key }.enumerated().map { ($1.key, Self.task($0 + 1, $1.value)) }
    try pipeline.write("Task", rows.map(\.1))
    try pipeline.save(kinds: ActivityPipeline.importKinds.filter { $0 != off }.map { "\($0): {enabled: true}" })
    try pipeline.complete("r")
    let fates = try pipeline.fates("r", "Task")
    for (kind, row) in rows { #expect(fates[row["Id"] ?? ""] == (kind == off ? "kind_off" : "create"), "\(kind)") }
    #expect(try pipeline.results("r").accounting().contains(#""excluded":{"kind_off":1}"#))
  }

  // MARK: Left out

  @Test func `a task has the first fate that fits, and each reason alone is enough`() throws {
    let reasons: [(fate: String, cells: [String: String])] = [
      ("deleted", ["IsDeleted": "true"]),
      ("written_by_hubspot", ["HubSpot_Activity_Id__c": "notes:1"]),
      ("recurrence_master", ["IsRecurrence": "true"]),
      ("already_in_hubspot", [:]),
      ("missing_timestamp", ["ActivityDate": "", "CreatedDate": ""]),
      ("stale_open_task", ["IsClosed": "false", "ActivityDate": "2019-01-01"]),
      ("no_association", ["WhoId": ""]),
    ]
    var rows: [(fate: String, cells: [String: String])] = []
    for (place, reason) in reasons.enumerated() {
      rows.append(reason)
      // Together with all later reasons that can be true at the same time, it still is the one.
      let later = reasons[(place + 1)...].filter { $0.fate != "stale_open_task" && $0.fate != "missing_timestamp" }
      rows.append((reason.fate, later.reduce(reason.cells) { $0.merging($1.cells) { $1 } }))
    }
    rows.append(("create", [:]))
    let known = rows.enumerated().filter { $1.fate == "already_in_hubspot" }.map {
      SalesforceIDs.id("00T", $0.offset + 1)
    }
    // HubSpot has them as notes of its own kinds: of whatever kind, they are there.
    let exports = ["meetings": known.enumerated().map { ["hs_object_id": "\($0 + 1)", "salesforce_activity_id": $1] }]
    let (pipeline, _) = try Self.importTasks(
      rows.map(\.cells), activities: ["open_tasks: {before: 2020-01-01, then: exclude}"], with: exports)
    let fates = try pipeline.fates("r", "Task")
    for (place, row) in rows.enumerated() {
      #expect(fates[SalesforceIDs.id("00T", place + 1)] == row.fate, "\(row)")
    }
  }

  @Test func `an event has the first fate that fits`() throws {
    let rows: [(fate: String, cells: [String: String])] = [
      ("deleted", ["IsDeleted": "1", "HubSpot_Activity_Id__c": "x"]),
      ("written_by_hubspot", ["HubSpot_Activity_Id__c": "x", "IsChild": "true"]),
      ("child_event", ["IsChild": "true", "IsRecurrence": "true"]),
      ("recurrence_master", ["IsRecurrence": "true", "IsPrivate": "true"]),
      ("recurrence_master", ["GroupEventType": "3"]),
      ("create", ["GroupEventType": "1", "IsRecurrence2": "true"]),
      ("private_event", ["IsPrivate": "true", "StartDateTime": ""]),
      ("missing_timestamp", ["StartDateTime": "", "WhoId": ""]),
      ("no_association", ["WhoId": ""]),
      ("create", [:]),
    ]
    let (pipeline, _) = try Self.importEvents(rows.map(\.cells))
    let fates = try pipeline.fates("r", "Event")
    for (place, row) in rows.enumerated() {
      #expect(fates[SalesforceIDs.id("00U", place + 1)] == row.fate, "\(row)")
    }
  }

  @Test func `private events and activities without an association are loaded where the pipeline says so`() throws {
    let (_, events) = try Self.importEvents([["IsPrivate": "true"]], activities: ["private_events: load"])
    #expect(events[0]?.file == "meetings-create")
    let (_, tasks) = try Self.importTasks([["WhoId": ""]], activities: ["unassociated: load"])
    #expect(tasks[0]?.associations == [])
  }

  @Test func `what HubSpot wrote is known by its integration user together with a subject of its patterns`() throws {
    let integration = ActivityPipeline.integration
    let rows: [(fate: String, cells: [String: String])] = [
      ("written_by_hubspot", ["CreatedById": integration, "Subject": "Submitted Form: Contact us"]),
      ("written_by_hubspot", ["CreatedById": integration, "Subject": "OPENED Marketing Email: News"]),
      ("written_by_hubspot", ["CreatedById": integration, "Subject": "Sent Sales Email: Offer"]),
      ("written_by_hubspot", ["CreatedById": integration, "Subject": "Replied to Ada"]),
      ("create", ["CreatedById": integration, "Subject": "Please: Opened"]),
      ("create", ["CreatedById": ActivityPipeline.ada, "Subject": "Opened Marketing Email: News"]),
    ]
    let (pipeline, _) = try Self.importTasks(rows.map(\.cells))
    let fates = try pipeline.fates("r", "Task")
    for (place, row) in rows.enumerated() {
      #expect(fates[SalesforceIDs.id("00T", place + 1)] == row.fate, "\(row)")
    }
    let own = [["CreatedById": integration, "Subject": "From HubSpot: x"], ["CreatedById": integration]]
    let (other, _) = try Self.importTasks(own, activities: ["hubspot_written_subjects: [\"from hubspot*\"]"])
    #expect(try other.fates("r", "Task").values.sorted() == ["create", "written_by_hubspot"])
  }

  // MARK: Open tasks

  @Test(arguments: ["load", "complete", "exclude"])
  func `open tasks that are due before a day become what the pipeline says; those on the day are left`(
    then: String
  ) throws {
    let rows = [["ActivityDate": "2019-12-31"], ["ActivityDate": "2020-01-01"], ["ActivityDate": "2030-01-01"]]
      .map { $0.merging(["IsClosed": "false", "Status": "In Progress"]) { $1 } }
    let (pipeline, inputs) = try Self.importTasks(
      rows, activities: ["open_tasks: {before: 2020-01-01, then: \(then)}"])
    let expected = ["load": "IN_PROGRESS", "complete": "COMPLETED"][then]
    #expect(inputs[0]?.properties["hs_task_status"] == expected)
    #expect(inputs[1]?.properties["hs_task_status"] == "IN_PROGRESS")
    #expect(inputs[2]?.properties["hs_task_status"] == "IN_PROGRESS")
    #expect(try pipeline.results("r").accounting().contains(#""overdue":2"#), "whatever becomes of them")
  }
}
