import Foundation
import TestSupport
import Testing

/// What becomes of single HubSpot activities in the sync (activities-pipelines 6): one run for each table of rows.
@Suite(.overBothStores) struct SyncRuleTests {
  /// A call with everything that it needs, and these cells besides.
  static func call(_ number: Int, _ cells: [String: String] = [:]) -> [String: String] {
    let needed = [
      "hs_object_id": "\(number)", "hs_createdate": "2026-03-02T09:00:00Z", "hs_timestamp": "2026-03-02T09:00:00Z",
      "hs_call_title": "Hello", "contact_ids": "101",
    ]
    return needed.merging(cells) { $1 }
  }

  /// Runs a sync of these exports.
  static func sync(
    _ sources: [String: [[String: String]]], activities: [String] = [], settings: [String] = [],
    in store: Store = .files
  ) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "sync", in: store)
    for (source, rows) in sources { try pipeline.write(source, rows) }
    try pipeline.save(activities: activities, settings: settings)
    try pipeline.complete("r")
    return pipeline
  }

  // MARK: Time frames

  /// For each source its id column and its time column, and rows of its kinds.
  private static let kinds: [(kind: String, source: String, id: String, time: String, cells: [String: String])] = [
    ("form_submissions", "form_submissions", "conversionId", "submittedAt", ["formName": "F"]),
    ("marketing_email_sent", "marketing_email_events", "id", "created", ["type": "SENT"]),
    ("marketing_email_opened", "marketing_email_events", "id", "created", ["type": "open"]),
    ("marketing_email_clicked", "marketing_email_events", "id", "created", ["type": "CLICK"]),
    ("sales_email_sent", "sales_email_events", "id", "created", ["type": "SENT"]),
    ("sales_email_opened", "sales_email_events", "id", "created", ["type": "OPEN"]),
    ("sales_email_clicked", "sales_email_events", "id", "created", ["type": "CLICK"]),
    ("sales_email_replied", "sales_email_events", "id", "created", ["type": "REPLY"]),
    ("meetings", "meetings", "hs_object_id", "hs_createdate", ["hs_meeting_title": "M"]),
    ("calls", "calls", "hs_object_id", "hs_createdate", ["hs_call_title": "C"]),
    ("notes", "notes", "hs_object_id", "hs_createdate", ["hs_note_body": "N"]),
    ("content_views", "content_views", "id", "created", ["contentName": "V"]),
    ("tasks", "tasks", "hs_object_id", "hs_createdate", ["hs_task_subject": "T"]),
    ("integration_events", "integration_events", "id", "timestamp", ["appName": "A", "title": "E"]),
  ]

  @Test(arguments: ActivityPipeline.syncKinds)
  func `the bound of a time frame is inside, the millisecond before it is not`(kind: String) throws {
    let info = try #require(Self.kinds.first { $0.kind == kind })
    let bound =
      switch kind {
      case "form_submissions": "2023-02-28T08:00:00.000Z"
      case _ where kind.hasPrefix("marketing"): "2024-01-30T08:00:00.000Z"
      default: "2024-02-29T08:00:00.000Z"
      }
    let before = bound.replacingOccurrences(of: ":00:00.000Z", with: ":59:59.999Z")
      .replacingOccurrences(of: "T08", with: "T07")
    let rows = [bound, before].enumerated().map { number, time in
      info.cells.merging([info.id: "\(number + 1)", info.time: time, "contact_ids": "101"]) { $1 }
    }
    let pipeline = try Self.sync(
      [info.source: rows], activities: ["activated_at: \"2024-02-29T08:00:00Z\""], settings: ["timezone: UTC"])
    #expect(try pipeline.fates("r", info.source) == ["1": "upsert", "2": "before_time_frame"])
  }

  @Test func `of an opened or clicked marketing email the sending counts`() throws {
    let late = "2026-03-05T00:00:00Z", old = "2026-01-01T00:00:00Z"
    func row(_ id: String, _ type: String, _ sent: String) -> [String: String] {
      ["id": id, "type": type, "created": late, "sentByCreated": sent, "contact_ids": "101"]
    }
    let pipeline = try Self.sync([
      "marketing_email_events": [
        row("1", "OPEN", old), row("2", "CLICK", old), row("3", "SENT", old), row("4", "OPEN", ""),
      ]
    ])
    #expect(
      try pipeline.fates("r", "marketing_email_events") == [
        "1": "before_time_frame", "2": "before_time_frame", "3": "upsert", "4": "upsert",
      ])
  }

  // MARK: Left out

  @Test func `an activity has the first fate that fits`() throws {
    let old = "2020-01-01T00:00:00Z"
    func event(_ id: String, _ cells: [String: String]) -> [String: String] {
      ["id": id, "type": "OPEN", "created": "2026-03-05T00:00:00Z", "contact_ids": "101"].merging(cells) { $1 }
    }
    let pipeline = try Self.sync([
      "sales_email_events": [
        event("1", ["type": "BOUNCE", "filteredEvent": "true"]), event("2", ["filteredEvent": "true", "created": ""]),
        event("3", ["created": "", "contact_ids": ""]), event("4", ["created": old, "contact_ids": ""]),
        event("5", ["contact_ids": "103"]), event("6", [:]),
      ],
      "calls": [
        Self.call(1, ["salesforce_activity_id": "00T", "hs_createdate": "", "hs_timestamp": ""]),
        Self.call(2, ["hs_createdate": "", "hs_timestamp": ""]), Self.call(3, ["hs_createdate": ""]),
      ],
    ])
    #expect(
      try pipeline.fates("r", "sales_email_events") == [
        "1": "other_event_type", "2": "bot_event", "3": "missing_timestamp", "4": "before_time_frame",
        "5": "contact_not_synced", "6": "upsert",
      ])
    #expect(try pipeline.fates("r", "calls") == ["1": "from_salesforce", "2": "missing_timestamp", "3": "upsert"])
  }

  @Test(arguments: ActivityPipeline.syncKinds)
  func `each kind has a switch of its own`(kind: String) throws {
    let info = try #require(Self.kinds.first { $0.kind == kind })
    let mine = Self.kinds.filter { $0.source == info.source }
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "switch")
    try pipeline.write(
      info.source,
      mine.map {
        $0.cells.merging([$0.id: $0.kind, $0.time: "2026-03-05T00:00:00Z", "contact_ids": "101"]) { $1 }
      }.enumerated().map { place, row in
        info.id == "hs_object_id" ? row.merging(["hs_object_id": "\(place + 1)"]) { $1 } : row
      })
    try pipeline.save(kinds: mine.map { "\($0.kind): {enabled: \($0.kind != kind)}" })
    try pipeline.complete("r")
    let fates = try pipeline.fates("r", info.source)
    #expect(fates.values.count(where: { $0 == "kind_off" }) == 1)
    #expect(fates.values.count(where: { $0 == "upsert" }) == mine.count - 1)
    if mine.count > 1 { #expect(fates[kind] == "kind_off") }
  }

  // MARK: Contacts

  @Test func `a sales activity goes to the synced contact that was created last, others to each`() throws {
    let contacts: [[String: String]] = [
      ["hs_object_id": "99", "salesforcecontactid": SalesforceIDs.contact(1), "createdate": "2026-02-01T23:30:00Z"],
      ["hs_object_id": "100", "salesforcecontactid": SalesforceIDs.contact(2), "createdate": "2026-02-02T01:00:00Z"],
      ["hs_object_id": "1000", "salesforcecontactid": SalesforceIDs.contact(3), "createdate": "2026-02-01T12:00:00Z"],
      ["hs_object_id": "5", "createdate": "2026-02-20T00:00:00Z"],
      [
        "hs_object_id": "6", "salesforcecontactid": SalesforceIDs.contact(6), "createdate": "2026-02-20T00:00:00Z",
        "salesforcedeleted": "true",
      ],
      ["hs_object_id": "7", "salesforcecontactid": SalesforceIDs.contact(7)],
    ]
    let table: [(ids: String, chosen: Int?)] = [
      ("99;100;1000", 2),  // 99 and 100 on the same day in Oslo: the higher number, not the higher text
      ("1000;99", 1),  // the later day
      ("99;7", 1), ("7", 7), ("100;5;6", 2), ("5;6", nil), ("12345", nil), (" 99 ; 99;", 1), ("", nil),
    ]
    let rows = table.enumerated().map { Self.call($0 + 1, ["contact_ids": $1.ids]) }
    let pipeline = try Self.sync([
      "contacts": contacts, "calls": rows,
      "form_submissions": [
        ["conversionId": "f", "formName": "F", "submittedAt": "1772700000000", "contact_ids": "99;100;5;99"]
      ],
    ])
    let tasks = try pipeline.tasks("r")
    for (place, row) in table.enumerated() {
      #expect(tasks["calls:\(place + 1)"]?["WhoId"] == row.chosen.map(SalesforceIDs.contact), "\(row.ids)")
    }
    #expect(tasks.keys.filter { $0.hasPrefix("form") }.sorted() == ["form_submissions:f:100", "form_submissions:f:99"])
  }

  @Test func `of several contacts without ids in the row the newest one with the email counts`() throws {
    let contacts: [[String: String]] = [
      [
        "hs_object_id": "1", "salesforcecontactid": SalesforceIDs.contact(1), "email": "X@example.com",
        "createdate": "2026-01-01",
      ],
      [
        "hs_object_id": "2", "salesforcecontactid": SalesforceIDs.contact(2), "email": "x@example.com",
        "createdate": "2026-01-02",
      ],
      ["hs_object_id": "3", "salesforcecontactid": SalesforceIDs.contact(3), "email": "y@example.com"],
    ]
    func view(_ id: String, _ cells: [String: String]) -> [String: String] {
      ["id": id, "created": "2026-03-05", "contentName": "V"].merging(cells) { $1 }
    }
    let pipeline = try Self.sync([
      "contacts": contacts,
      "content_views": [
        view("1", ["recipient": "x@EXAMPLE.com", "email": "y@example.com"]), view("2", ["email": "y@example.com"]),
        view("3", ["contact_ids": "3", "email": "x@example.com"]), view("4", ["email": "nobody@example.com"]),
      ],
    ])
    let tasks = try pipeline.tasks("r")
    #expect(
      tasks.mapValues { $0["WhoId"] } == [
        "content_views:1": SalesforceIDs.contact(2), "content_views:2": SalesforceIDs.contact(3),
        "content_views:3": SalesforceIDs.contact(3),
      ])
  }

  @Test func `the id of a merged contact means the one that it became; a converted lead is its contact`() throws {
    let contacts: [[String: String]] = [
      ["hs_object_id": "1", "salesforcecontactid": SalesforceIDs.contact(1), "hs_merged_object_ids": "2; 3"],
      ["hs_object_id": "2", "salesforcecontactid": SalesforceIDs.contact(2)],
      ["hs_object_id": "4", "salesforceleadid": SalesforceIDs.lead(4)],
      ["hs_object_id": "5", "salesforceleadid": SalesforceIDs.lead(5)],
    ]
    let pipeline = try Self.sync([
      "contacts": contacts, "Lead": [["Id": SalesforceIDs.lead(4), "ConvertedContactId": SalesforceIDs.contact(4)]],
      "calls": [
        Self.call(1, ["contact_ids": "2"]), Self.call(2, ["contact_ids": "3"]), Self.call(3, ["contact_ids": "4"]),
        Self.call(4, ["contact_ids": "5"]),
      ],
    ])
    let tasks = try pipeline.tasks("r")
    let who = [SalesforceIDs.contact(1), SalesforceIDs.contact(1), SalesforceIDs.contact(4), SalesforceIDs.lead(5)]
    for (place, id) in who.enumerated() { #expect(tasks["calls:\(place + 1)"]?["WhoId"] == id) }
    #expect(try pipeline.lines("r", "rejects", "object", "record_id", "code") == ["contacts 2 duplicate_id"])
  }

  @Test func `a contact that was merged into one that was merged itself is what that one became`() throws {
    let contacts: [[String: String]] = [
      ["hs_object_id": "1", "salesforcecontactid": SalesforceIDs.contact(1), "hs_merged_object_ids": "2"],
      ["hs_object_id": "2", "salesforcecontactid": SalesforceIDs.contact(2), "hs_merged_object_ids": "3"],
      ["hs_object_id": "3", "salesforcecontactid": SalesforceIDs.contact(3), "hs_merged_object_ids": "4"],
    ]
    let pipeline = try Self.sync([
      "contacts": contacts, "calls": (1...4).map { Self.call($0, ["contact_ids": "\($0)"]) },
    ])
    let tasks = try pipeline.tasks("r")
    for place in 1...4 { #expect(tasks["calls:\(place)"]?["WhoId"] == SalesforceIDs.contact(1)) }
    #expect(
      try pipeline.lines("r", "rejects", "object", "record_id", "code")
        == ["contacts 2 duplicate_id", "contacts 3 duplicate_id"])
  }

  @Test func `what an older row of a contact says was merged into it stays so`() throws {
    let contacts: [[String: String]] = [
      [
        "hs_object_id": "1", "salesforcecontactid": SalesforceIDs.contact(1), "hs_merged_object_ids": "2;77",
        "lastmodifieddate": "2026-01-01T00:00:00Z",
      ],
      [
        "hs_object_id": "1", "salesforcecontactid": SalesforceIDs.contact(1),
        "lastmodifieddate": "2026-02-01T00:00:00Z",
      ],
      ["hs_object_id": "2", "salesforcecontactid": SalesforceIDs.contact(2)],
    ]
    let pipeline = try Self.sync([
      "contacts": contacts, "calls": [Self.call(1, ["contact_ids": "2"]), Self.call(2, ["contact_ids": "77"])],
    ])
    let tasks = try pipeline.tasks("r")
    for place in 1...2 { #expect(tasks["calls:\(place)"]?["WhoId"] == SalesforceIDs.contact(1)) }
  }

  // MARK: Assigned To

  @Test func `a task is the activity owner's, else the contact owner's, else the integration user's`() throws {
    let contacts: [[String: String]] = [
      ["hs_object_id": "1", "salesforcecontactid": SalesforceIDs.contact(1), "hubspot_owner_id": "900"],
      ["hs_object_id": "2", "salesforcecontactid": SalesforceIDs.contact(2), "hubspot_owner_id": "901"],
      ["hs_object_id": "3", "salesforcecontactid": SalesforceIDs.contact(3)],
    ]
    let bea = SalesforceIDs.id("005", 2)
    let people: [String: [[String: String]]] = [
      "contacts": contacts,
      "owners": [
        ["id": "900", "email": "ada@example.com"], ["id": "901", "email": "nobody@example.com"],
        ["id": "902", "email": "BEA@example.com", "archived": "true"], ["id": "903", "email": "gone@example.com"],
        ["id": "904", "email": "twin@example.com"],
      ],
      "User": [
        ["Id": ActivityPipeline.ada, "Email": "ada@example.com", "IsActive": "true"],
        ["Id": ActivityPipeline.integration, "Email": "i@example.com", "IsActive": "true"],
        ["Id": bea, "Email": "bea@example.com", "IsActive": "true"],
        ["Id": SalesforceIDs.id("005", 3), "Email": "gone@example.com", "IsActive": "false"],
        ["Id": SalesforceIDs.id("005", 4), "Email": "twin@example.com", "IsActive": "true"],
        ["Id": SalesforceIDs.id("005", 5), "Email": "Twin@example.com", "IsActive": "true"],
      ],
    ]
    let table: [(owner: String, contact: String, expected: String)] = [
      ("902", "1", bea),  // the activity's own, archived or not
      ("901", "1", ActivityPipeline.ada), ("903", "1", ActivityPipeline.ada), ("904", "1", ActivityPipeline.ada),
      ("", "1", ActivityPipeline.ada), ("901", "2", ActivityPipeline.integration),
      ("", "3", ActivityPipeline.integration),
    ]
    func rows(_ cells: [String: String]) -> [[String: String]] {
      table.enumerated().map { place, row in
        let all = Self.call(place + 1, cells)
        return all.merging(["hubspot_owner_id": row.owner, "contact_ids": row.contact]) { $1 }
      }
    }
    var sources = people
    func without(_ cells: [String: String], _ name: String) -> [[String: String]] {
      rows(cells).map { $0.filter { $0.key != name } }
    }
    sources["calls"] = rows([:])
    sources["notes"] = without(["hs_note_body": "N"], "hs_call_title")
    sources["tasks"] = without(["hs_task_subject": "T"], "hs_call_title")
    sources["meetings"] = without(["hs_meeting_title": "M"], "hs_call_title")
    let tasks = try Self.sync(sources).tasks("r")
    for (place, row) in table.enumerated() {
      for kind in ["calls", "notes", "tasks"] {
        #expect(tasks["\(kind):\(place + 1)"]?["OwnerId"] == row.expected, "\(kind): \(row)")
      }
      // A meeting has no owner of its own (A7): the contact's counts.
      let ofContact = row.contact == "1" ? ActivityPipeline.ada : ActivityPipeline.integration
      #expect(tasks["meetings:\(place + 1)"]?["OwnerId"] == ofContact, "meetings: \(row)")
    }
  }
}
