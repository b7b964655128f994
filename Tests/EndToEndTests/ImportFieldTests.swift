import TestSupport
import Testing

/// The properties that an imported activity gets (activities-pipelines 4).
@Suite(.overBothStores) struct ImportFieldTests {
  private func tasks(
    _ rows: [[String: String]], activities: [String] = []
  ) throws -> (pipeline: ActivityPipeline, inputs: [ActivityInput?]) {
    try ImportRuleTests.importTasks(rows, activities: activities)
  }

  // MARK: Times

  @Test func `the timestamp of a task is the first that is not blank`() throws {
    let table: [(cells: [String: String], time: String)] = [
      (["IsClosed": "false"], "2026-03-01T23:00:00.000Z"),
      (["IsClosed": "false", "CompletedDateTime": "2026-03-03T10:00:00Z"], "2026-03-01T23:00:00.000Z"),
      (["IsClosed": "false", "ActivityDate": ""], "2026-03-01T09:00:00.000Z"),
      (["CompletedDateTime": "2026-03-03T10:00:00.123+02:00"], "2026-03-03T08:00:00.123Z"),
      ([:], "2026-03-01T23:00:00.000Z"),
      (["ActivityDate": ""], "2026-03-01T09:00:00.000Z"),
      (["ActivityDate": "#N/A"], "2026-03-01T09:00:00.000Z"),
      (["CompletedDateTime": "yesterday"], "2026-03-01T23:00:00.000Z"),
      // A time behind the day is ignored, and no zone moves it.
      (["ActivityDate": "2026-03-02T23:59:59-11:00"], "2026-03-01T23:00:00.000Z"),
      // Summer time.
      (["ActivityDate": "2026-07-01"], "2026-06-30T22:00:00.000Z"),
    ]
    let (pipeline, inputs) = try tasks(table.map(\.cells))
    for (row, input) in zip(table, inputs) { #expect(input?.properties["hs_timestamp"] == row.time, "\(row.cells)") }
    #expect(try pipeline.issues("r") == ["\(SalesforceIDs.id("00T", 8)) CompletedDateTime invalid_datetime"])
  }

  @Test func `a midnight that the zone skips is taken with the offset before the change`() throws {
    // In Havana the clocks went from 0:00 to 1:00 on 2026-03-08.
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "midnight")
    let row = ImportRuleTests.task(1, ["IsClosed": "false", "ActivityDate": "2026-03-08"])
    try pipeline.write("Task", [row])
    try pipeline.save(settings: ["timezone: America/Havana"])
    try pipeline.complete("r")
    #expect(try pipeline.inputs("r")[row["Id"] ?? ""]?.properties["hs_timestamp"] == "2026-03-08T05:00:00.000Z")
  }

  @Test func `an event begins and ends as its cells say, all day ones by their days as written`() throws {
    let table: [(cells: [String: String], start: String, end: String, outcome: String)] = [
      ([:], "2026-03-02T12:00:00.000Z", "2026-03-02T12:00:00.000Z", "COMPLETED"),
      (
        ["EndDateTime": "2026-03-02T13:00:00Z", "DurationInMinutes": "5"], "2026-03-02T12:00:00.000Z",
        "2026-03-02T13:00:00.000Z", "COMPLETED"
      ),
      (["DurationInMinutes": "45"], "2026-03-02T12:00:00.000Z", "2026-03-02T12:45:00.000Z", "COMPLETED"),
      (
        ["StartDateTime": "", "ActivityDateTime": "2026-03-02T10:00:00Z"], "2026-03-02T10:00:00.000Z",
        "2026-03-02T10:00:00.000Z", "COMPLETED"
      ),
      (
        ["StartDateTime": "", "ActivityDate": "2026-03-02"], "2026-03-01T23:00:00.000Z", "2026-03-01T23:00:00.000Z",
        "COMPLETED"
      ),
      // It ends after the clock, 2026-11-22T02:00Z.
      (
        ["StartDateTime": "2026-11-22T01:30:00Z", "DurationInMinutes": "31"], "2026-11-22T01:30:00.000Z",
        "2026-11-22T02:01:00.000Z", "SCHEDULED"
      ),
      // All day: one day, two days by the end, two by the minutes, three by 2881 of them.
      (
        ["IsAllDayEvent": "true", "StartDateTime": "2026-06-01T00:00:00Z"], "2026-05-31T22:00:00.000Z",
        "2026-06-01T22:00:00.000Z", "COMPLETED"
      ),
      (
        ["IsAllDayEvent": "true", "StartDateTime": "2026-06-01T00:00:00-08:00", "EndDateTime": "2026-06-02T00:00:00Z"],
        "2026-05-31T22:00:00.000Z", "2026-06-02T22:00:00.000Z", "COMPLETED"
      ),
      (
        ["IsAllDayEvent": "true", "StartDateTime": "2026-06-01", "DurationInMinutes": "2880"],
        "2026-05-31T22:00:00.000Z", "2026-06-02T22:00:00.000Z", "COMPLETED"
      ),
      (
        ["IsAllDayEvent": "true", "StartDateTime": "2026-06-01", "DurationInMinutes": "2881"],
        "2026-05-31T22:00:00.000Z", "2026-06-03T22:00:00.000Z", "COMPLETED"
      ),
      (
        ["IsAllDayEvent": "true", "StartDateTime": "2026-06-01", "DurationInMinutes": "0"],
        "2026-05-31T22:00:00.000Z", "2026-06-01T22:00:00.000Z", "COMPLETED"
      ),
    ]
    let (_, inputs) = try ImportRuleTests.importEvents(table.map(\.cells))
    for (row, input) in zip(table, inputs) {
      #expect(input?.properties["hs_timestamp"] == row.start, "\(row.cells)")
      #expect(input?.properties["hs_meeting_start_time"] == row.start, "\(row.cells)")
      #expect(input?.properties["hs_meeting_end_time"] == row.end, "\(row.cells)")
      #expect(input?.properties["hs_meeting_outcome"] == row.outcome, "\(row.cells)")
    }
  }

  @Test func `a task of type Meeting ends when it starts, and is over when it is closed or past`() throws {
    let table = [
      (["IsClosed": "true", "ActivityDate": "2030-01-01"], "COMPLETED"),
      (["IsClosed": "false", "ActivityDate": "2030-01-01"], "SCHEDULED"),
      (["IsClosed": "false"], "COMPLETED"),
    ]
    let (_, inputs) = try tasks(table.map { $0.0.merging(["Type": "meeting"]) { $1 } })
    for (row, input) in zip(table, inputs) {
      #expect(input?.properties["hs_meeting_outcome"] == row.1, "\(row.0)")
      #expect(input?.properties["hs_meeting_end_time"] == input?.properties["hs_timestamp"])
    }
  }

  // MARK: Status, priority

  @Test func `status and priority come by the tables, and by the flags where the tables end`() throws {
    let table: [(cells: [String: String], status: String, priority: String?)] = [
      (["Status": "not started", "Priority": "HIGH", "IsClosed": "false"], "NOT_STARTED", "HIGH"),
      (["Status": "In Progress", "Priority": "Normal", "IsClosed": "false"], "IN_PROGRESS", "MEDIUM"),
      (["Status": "Completed", "Priority": "low"], "COMPLETED", "LOW"),
      (["Status": "Waiting on someone else", "Priority": "Urgent", "IsClosed": "false"], "WAITING", nil),
      (["Status": "Deferred", "Priority": "Urgent", "IsHighPriority": "true"], "DEFERRED", "HIGH"),
      (["Status": "Done", "Priority": "Low", "IsHighPriority": "true"], "COMPLETED", "LOW"),
      (["Status": "Parked", "IsClosed": "false"], "NOT_STARTED", nil),
      (["Status": ""], "COMPLETED", nil),
    ]
    let (_, inputs) = try tasks(table.map(\.cells))
    for (row, input) in zip(table, inputs) {
      #expect(input?.properties["hs_task_status"] == row.status, "\(row.cells)")
      #expect(input?.properties["hs_task_priority"] == row.priority, "\(row.cells)")
    }
    let (_, renamed) = try tasks(
      [["Status": "Parked", "IsClosed": "false"], ["Status": "Deferred"]],
      activities: ["status_values: {DEFERRED: Parked}"])
    #expect(renamed[0]?.properties["hs_task_status"] == "DEFERRED")
    #expect(renamed[1]?.properties["hs_task_status"] == "COMPLETED", "the old name is no status any more")
  }

  // MARK: Texts

  @Test func `bodies are escaped where HubSpot takes HTML, emails keep their text`() throws {
    let body = "a < b & c > d \"e\"\r\n<b>second</b>"
    let html = "a &lt; b &amp; c &gt; d \"e\"<br>&lt;b&gt;second&lt;/b&gt;"
    let types = ["", "Call", "Meeting", "Email"]
    let (_, inputs) = try tasks(types.map { ["Type": $0, "Description": body] })
    #expect(inputs[0]?.properties["hs_task_body"] == html)
    #expect(inputs[1]?.properties["hs_call_body"] == html)
    #expect(inputs[2]?.properties["hs_meeting_body"] == html)
    #expect(inputs[3]?.properties["hs_email_text"] == "a < b & c > d \"e\"\n<b>second</b>")
  }

  @Test func `a long body is cut at a whole scalar, and never inside an entity or a line break`() throws {
    let limit = 65_536
    let table: [(text: String, type: String, kept: String)] = [
      (String(repeating: "x", count: limit), "", String(repeating: "x", count: limit)),
      (String(repeating: "x", count: limit + 1), "", String(repeating: "x", count: limit)),
      (String(repeating: "x", count: limit - 1) + "😀", "", String(repeating: "x", count: limit - 1)),
      (String(repeating: "x", count: limit - 4) + "&y", "", String(repeating: "x", count: limit - 4)),
      (String(repeating: "x", count: limit - 5) + "&y", "", String(repeating: "x", count: limit - 5) + "&amp;"),
      (String(repeating: "x", count: limit - 3) + "\ny", "", String(repeating: "x", count: limit - 3)),
      (String(repeating: "x", count: limit - 1) + "😀", "Email", String(repeating: "x", count: limit - 1)),
    ]
    let (pipeline, inputs) = try tasks(table.map { ["Description": $0.text, "Type": $0.type] })
    for (row, input) in zip(table, inputs) {
      let got = input?.properties[row.type == "Email" ? "hs_email_text" : "hs_task_body"]
      #expect(got == row.kept, "\(row.text.utf16.count) units end in \(row.text.suffix(3))")
    }
    let cut = try pipeline.issues("r").filter { $0.hasSuffix("truncated") }
    #expect(cut.count == table.count - 1, "the first one fits: \(cut)")
    #expect(cut.allSatisfy { $0.contains("hs_task_body") || $0.contains("hs_email_text") })
  }

  // MARK: Calls

  @Test func `a call has its duration in milliseconds, its direction and its outcome`() throws {
    let table: [(cells: [String: String], properties: [String: String?])] = [
      (
        ["CallType": "inbound", "CallDurationInSeconds": "95"],
        ["hs_call_duration": "95000", "hs_call_direction": "INBOUND", "hs_call_status": "COMPLETED"]
      ),
      (
        ["CallType": "Internal", "CallDurationInSeconds": "-1"],
        ["hs_call_duration": nil, "hs_call_direction": "OUTBOUND"]
      ),
      (
        ["TaskSubtype": "Call", "CallDisposition": "CONNECTED", "Description": "Hi"],
        ["hs_call_disposition": "f240", "hs_call_body": "Hi"]
      ),
      (
        ["TaskSubtype": "Call", "CallDisposition": "Wrong & gone", "Description": "Hi"],
        ["hs_call_disposition": nil, "hs_call_body": "Result: Wrong &amp; gone<br>Hi"]
      ),
      (["TaskSubtype": "Call", "CallDisposition": "Busy"], ["hs_call_body": "Result: Busy"]),
      (
        ["TaskSubtype": "Call", "CallDisposition": "Connected", "IsClosed": "false"],
        ["hs_task_body": "Result: Connected", "hs_call_disposition": nil]
      ),
      (["TaskSubtype": "Call", "CallDurationInSeconds": "123456789"], ["hs_call_duration": nil]),
    ]
    let (pipeline, inputs) = try tasks(table.map(\.cells), activities: ["call_dispositions: {Connected: f240}"])
    for (row, input) in zip(table, inputs) {
      for (name, value) in row.properties { #expect(input?.properties[name] == value, "\(row.cells): \(name)") }
    }
    #expect(
      try pipeline.issues("r") == [
        "\(SalesforceIDs.id("00T", 2)) CallDurationInSeconds invalid_number",
        "\(SalesforceIDs.id("00T", 7)) CallDurationInSeconds number_too_large",
      ])
  }

  // MARK: Owner

  @Test func `the owner is the one that is not archived and has the email of the active user`() throws {
    let user = (1...7).map { SalesforceIDs.id("005", $0) }
    let table: [(owner: String, expected: String?, issue: String?)] = [
      (ActivityPipeline.ada, "900", nil),
      (String(ActivityPipeline.ada.prefix(15)), "900", nil),
      ("", nil, nil),
      (user[0], "777", "owner_unmapped"),  // inactive
      (user[1], "777", "owner_unmapped"),  // her owner is archived
      (user[2], "777", "owner_ambiguous"),  // two owners
      (user[3], "777", "owner_ambiguous"),  // two active users with one email
      (user[5], "777", "owner_unmapped"),  // in no export
      ("ada", "777", "invalid_id"),
    ]
    func run(_ fallback: [String]) throws -> (ActivityPipeline, [ActivityInput?]) {
      let pipeline = try ActivityPipeline(.salesforceToHubSpot, "owners")
      try pipeline.write(
        "owners",
        [
          ["id": "900", "email": "ADA@example.com"], ["id": "777", "email": "fallback@example.com"],
          ["id": "2", "email": "archived@example.com", "archived": "true"], ["id": "3", "email": "two@example.com"],
          ["id": "4", "email": "two@example.com"], ["id": "5", "email": "twin@example.com"],
          ["id": "6", "email": "gone@example.com"],
        ])
      let emails = ["gone", "archived", "two", "twin", "twin"]
      try pipeline.write(
        "User",
        [
          ["Id": ActivityPipeline.ada, "Email": "ada@example.com", "IsActive": "true"]
        ] + emails.enumerated().map { ["Id": user[$0], "Email": "\($1)@example.com", "IsActive": "\($1 != "gone")"] })
      let rows = table.enumerated().map { ImportRuleTests.task($0 + 1, ["OwnerId": $1.owner]) }
      try pipeline.write("Task", rows)
      try pipeline.save(activities: fallback)
      try pipeline.complete("r")
      let inputs = try pipeline.inputs("r")
      return (pipeline, rows.map { inputs[$0["Id"] ?? ""] })
    }
    let (pipeline, inputs) = try run(["owner_fallback: \"777\""])
    for (row, input) in zip(table, inputs) {
      #expect(input?.properties["hubspot_owner_id"] == row.expected, "\(row.owner)")
    }
    let issues = table.enumerated().compactMap { place, row in
      row.issue.map { "\(SalesforceIDs.id("00T", place + 1)) OwnerId \($0)" }
    }
    #expect(try pipeline.issues("r") == issues)
    let (_, without) = try run([])
    for (row, input) in zip(table, without) {
      #expect(input?.properties["hubspot_owner_id"] == (row.issue == nil ? row.expected : nil), "\(row.owner)")
    }
  }
}
