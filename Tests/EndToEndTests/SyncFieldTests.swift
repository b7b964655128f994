import Foundation
import TestSupport
import Testing

/// The fields of the Salesforce tasks that the sync writes (activities-pipelines 6).
@Suite(.overBothStores) struct SyncFieldTests {
  private func sync(
    _ sources: [String: [[String: String]]], activities: [String] = [], settings: [String] = []
  ) throws -> ActivityPipeline { try SyncRuleTests.sync(sources, activities: activities, settings: settings) }

  // MARK: WhatId

  @Test func `a task is about the first linked deal, else the first linked company, and beside a lead about nothing`()
    throws
  {
    let pipeline = try sync([
      "deals": [
        ["hs_object_id": "1"], ["hs_object_id": "2", "hs_salesforceopportunityid": SalesforceIDs.opportunity(2)],
        ["hs_object_id": "3", "hs_salesforceopportunityid": SalesforceIDs.opportunity(3)],
      ],
      "companies": [["hs_object_id": "1"], ["hs_object_id": "2", "salesforceaccountid": SalesforceIDs.account(2)]],
      "calls": [
        SyncRuleTests.call(1, ["deal_ids": "1;2;3", "company_ids": "2"]),
        SyncRuleTests.call(2, ["deal_ids": "1", "company_ids": "1; 2"]),
        SyncRuleTests.call(3, ["deal_ids": "99", "company_ids": "99"]),
        SyncRuleTests.call(4, ["deal_ids": "2", "contact_ids": "102"]),
      ],
    ])
    let tasks = try pipeline.tasks("r")
    let expected = [SalesforceIDs.opportunity(2), SalesforceIDs.account(2), nil, nil]
    for (place, id) in expected.enumerated() { #expect(tasks["calls:\(place + 1)"]?["WhatId"] == id) }
  }

  // MARK: Status, priority, day

  @Test func `HubSpot tasks keep their status and priority, by the inverse table`() throws {
    let table = [
      ("not_started", "high", "Not Started", "High"), ("IN_PROGRESS", "LOW", "In Progress", "Low"),
      ("Completed", "MEDIUM", "Completed", "Normal"), ("WAITING", "", "Waiting on someone else", "Normal"),
      ("DEFERRED", "NONE", "Deferred", "Normal"), ("ON_HOLD", "x", "Not Started", "Normal"),
    ]
    let rows = table.enumerated().map { place, row -> [String: String] in
      [
        "hs_object_id": "\(place + 1)", "hs_createdate": "2026-03-02T09:00:00Z", "hs_task_subject": "T",
        "hs_task_status": row.0, "hs_task_priority": row.1, "contact_ids": "101",
      ]
    }
    let tasks = try sync(["tasks": rows]).tasks("r")
    for (place, row) in table.enumerated() {
      #expect(tasks["tasks:\(place + 1)"]?["Status"] == row.2, "\(row)")
      #expect(tasks["tasks:\(place + 1)"]?["Priority"] == row.3, "\(row)")
    }
    let renamed = try sync(["tasks": rows], activities: ["status_values: {DEFERRED: Parked}"]).tasks("r")
    #expect(renamed["tasks:5"]?["Status"] == "Parked")
  }

  @Test func `a meeting is not started until its start has passed, and then it is written again as completed`() throws {
    let meeting = [
      "hs_object_id": "1", "hs_createdate": "2026-03-02T09:00:00Z", "hs_meeting_title": "Demo",
      "hs_meeting_start_time": "2026-03-09T23:30:00Z", "contact_ids": "101",
    ]
    let pipeline = try sync(["meetings": [meeting]], settings: ["clock: \"2026-03-09T23:29:59Z\""])
    let before = try pipeline.tasks("r")["meetings:1"]
    #expect(before?["Status"] == "Not Started")
    #expect(before?["ActivityDate"] == "2026-03-10", "the day in Oslo")
    try pipeline.save(settings: ["clock: \"2026-03-09T23:30:00Z\""])
    try pipeline.complete("later")
    #expect(try pipeline.tasks("later")["meetings:1"]?["Status"] == "Completed")
    try pipeline.save(settings: ["clock: \"2026-04-01T00:00:00Z\""])
    try pipeline.complete("last")
    #expect(try pipeline.fates("last", "meetings") == ["1": "unchanged"])
  }

  @Test func `a kind has the task type of the pipeline, or none`() throws {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "types")
    try pipeline.write("calls", [SyncRuleTests.call(1)])
    try pipeline.save(kinds: ["calls: {enabled: true, task_type: Phone}"])
    try pipeline.complete("typed")
    #expect(try pipeline.tasks("typed")["calls:1"]?["Type"] == "Phone")
    try pipeline.save(kinds: ["calls: {enabled: true, task_type: \"\"}"])
    try pipeline.complete("untyped")
    #expect(try pipeline.tasks("untyped")["calls:1"]?["Type"] == nil)
  }

  // MARK: Texts

  @Test func `subject and description are cut at a whole scalar, and the cut is an issue`() throws {
    let (subject, body) = (255 - "Call: ".utf16.count, 32_000)
    let table: [(title: String, body: String, issues: Int)] = [
      (String(repeating: "x", count: subject), String(repeating: "y", count: body), 0),
      (String(repeating: "x", count: subject + 1), String(repeating: "y", count: body + 1), 2),
      (String(repeating: "x", count: subject - 1) + "😀", String(repeating: "y", count: body - 1) + "😀", 2),
    ]
    let rows = table.enumerated().map {
      SyncRuleTests.call($0 + 1, ["hs_call_title": $1.title, "hs_call_body": $1.body])
    }
    let pipeline = try sync(["calls": rows])
    let tasks = try pipeline.tasks("r")
    #expect(tasks["calls:1"]?["Subject"]?.utf16.count == 255)
    #expect(tasks["calls:2"]?["Subject"]?.utf16.count == 255)
    #expect(tasks["calls:3"]?["Subject"]?.utf16.count == 254, "half a surrogate pair is no character")
    #expect(tasks["calls:1"]?["Description"]?.utf16.count == 32_000)
    #expect(tasks["calls:2"]?["Description"]?.utf16.count == 32_000)
    #expect(tasks["calls:3"]?["Description"]?.utf16.count == 31_999)
    #expect(
      try pipeline.issues("r") == [
        "2 Description truncated", "2 Subject truncated", "3 Description truncated", "3 Subject truncated",
      ])
  }

  @Test func `subjects follow the pipeline's patterns, notes by their first line that is not blank`() throws {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "subjects")
    try pipeline.write(
      "notes",
      [
        [
          "hs_object_id": "1", "hs_createdate": "2026-03-02T09:00:00Z", "contact_ids": "101",
          "hs_note_body": "<p> &nbsp; </p><p>First &amp;\tforemost</p>second",
        ]
      ])
    try pipeline.write(
      "integration_events",
      [
        [
          "id": "9", "appId": "77", "timestamp": "2026-03-02T12:00:00Z", "appName": "Webinars", "title": "Joined",
          "details": "<b>Spring</b>", "contact_ids": "101;102",
        ]
      ])
    try pipeline.save(kinds: [
      "notes: {enabled: true, subject: \"HS {first_line} / {first_line}\"}", "integration_events: {enabled: true}",
    ])
    try pipeline.complete("r")
    let tasks = try pipeline.tasks("r")
    #expect(tasks["notes:1"]?["Subject"] == "HS First & foremost / First & foremost")
    #expect(tasks["integration_events:77:9:101"]?["Subject"] == "Webinars: Joined")
    #expect(tasks["integration_events:77:9:102"]?["Description"] == "Spring")
  }

  // MARK: Ids, and what was loaded before

  @Test func `events of two apps may have one id; of one app the later row counts`() throws {
    func event(_ app: String, _ title: String) -> [String: String] {
      [
        "id": "1", "appId": app, "timestamp": "2026-03-02T12:00:00Z", "appName": "A", "title": title,
        "contact_ids": "101",
      ]
    }
    let pipeline = try sync(["integration_events": [event("7", "old"), event("8", "other"), event("7", "new")]])
    #expect(
      try pipeline.tasks("r").mapValues { $0["Subject"] } == [
        "integration_events:7:1:101": "A: new", "integration_events:8:1:101": "A: other",
      ])
    #expect(try pipeline.issues("r") == ["1  duplicate_id"])
  }

  @Test func `only what changed is written again, row by row`() throws {
    let form = ["conversionId": "f", "formName": "F", "submittedAt": "2026-03-05", "contact_ids": "101;102"]
    let pipeline = try sync(["form_submissions": [form], "calls": [SyncRuleTests.call(1), SyncRuleTests.call(2)]])
    #expect(try pipeline.tasks("r").count == 4)
    try pipeline.write("calls", [SyncRuleTests.call(1), SyncRuleTests.call(2, ["hs_call_title": "Changed"])])
    try pipeline.write(
      "contacts",
      [
        ["hs_object_id": "101", "salesforcecontactid": SalesforceIDs.contact(1), "hubspot_owner_id": "900"],
        ["hs_object_id": "102", "salesforceleadid": ActivityPipeline.lead, "hubspot_owner_id": "900"],
      ])
    try pipeline.complete("second")
    // Contact 101 is somebody else in Salesforce now: his tasks change, that of 102 does not.
    #expect(
      try pipeline.tasks("second").keys.sorted() == ["calls:1", "calls:2", "form_submissions:f:101"])
    try pipeline.complete("third")
    #expect(try pipeline.results("third").upserts().isEmpty)
    #expect(try pipeline.fates("third", "calls").values.allSatisfy { $0 == "unchanged" })
  }
}
