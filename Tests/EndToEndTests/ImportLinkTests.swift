import TestSupport
import Testing

/// The records that an imported activity is associated with, and what a message takes over (activities-pipelines 4).
@Suite(.overBothStores) struct ImportLinkTests {
  private let task = SalesforceIDs.id("00T", 1)

  private func run(
    _ tasks: [[String: String]], _ others: [String: [[String: String]]] = [:]
  ) throws -> (pipeline: ActivityPipeline, inputs: [ActivityInput?]) {
    try ImportRuleTests.importTasks(tasks, with: others)
  }

  @Test func `contacts, company and deal are associated, each once and in this order`() throws {
    let (_, inputs) = try run([
      ["WhatId": ActivityPipeline.opportunity, "AccountId": ActivityPipeline.account],
      ["WhatId": ActivityPipeline.account, "AccountId": ActivityPipeline.account],
      ["WhoId": ActivityPipeline.lead, "Type": "Call"],
      ["WhoId": "", "AccountId": ActivityPipeline.account, "Type": "Email"],
      ["WhoId": "", "WhatId": ActivityPipeline.opportunity, "Type": "Meeting"],
    ])
    #expect(
      inputs.map { $0?.associations } == [
        ["101:204", "201:192", "301:216"], ["101:204", "201:192"], ["102:194"], ["201:186"], ["301:212"],
      ])
  }

  @Test func `relations add contacts, in file order behind the WhoId; deleted ones and other records are passed over`()
    throws
  {
    let (pipeline, inputs) = try run(
      [[:]],
      [
        "TaskRelation": [
          ["TaskId": task, "RelationId": ActivityPipeline.lead],
          ["TaskId": task, "RelationId": ActivityPipeline.contact],
          ["TaskId": String(task.prefix(15)), "RelationId": ActivityPipeline.lead],
          ["TaskId": task, "RelationId": ActivityPipeline.account],
          ["TaskId": task, "RelationId": SalesforceIDs.contact(7), "IsDeleted": "true"],
          ["TaskId": SalesforceIDs.id("00T", 99), "RelationId": SalesforceIDs.contact(8)],
          ["TaskId": task, "RelationId": SalesforceIDs.contact(9)],
        ]
      ])
    #expect(inputs[0]?.associations == ["101:204", "102:204"])
    #expect(try pipeline.issues("r") == ["\(task) TaskRelation.RelationId link_not_found"])
  }

  @Test func `a converted lead is its contact; without one it is the contact that is linked to the lead`() throws {
    let lead = SalesforceIDs.lead(1)
    let (_, inputs) = try run(
      [["WhoId": lead], ["WhoId": ActivityPipeline.lead]],
      [
        "Lead": [
          ["Id": lead, "ConvertedContactId": ActivityPipeline.contact],
          ["Id": ActivityPipeline.lead, "ConvertedContactId": SalesforceIDs.contact(99)],
        ]
      ])
    #expect(inputs.map { $0?.associations } == [["101:204"], ["102:204"]])
  }

  @Test func `an id that leads nowhere, is none, or is claimed twice is an issue; the newest contact is taken`() throws
  {
    let (twice, account) = (SalesforceIDs.contact(5), SalesforceIDs.account(5))
    let (pipeline, inputs) = try run(
      [
        ["WhatId": SalesforceIDs.id("500", 1)], ["WhatId": "case"], ["WhoId": twice, "WhatId": account],
        ["AccountId": SalesforceIDs.account(77)],
      ],
      [
        "contacts": [
          ["hs_object_id": "101", "salesforcecontactid": ActivityPipeline.contact],
          ["hs_object_id": "98", "salesforcecontactid": twice, "createdate": "2026-01-01T10:00:00Z"],
          ["hs_object_id": "1000", "salesforcecontactid": twice, "createdate": "2026-01-01T09:00:00Z"],
          ["hs_object_id": "99", "salesforcecontactid": twice, "createdate": "2025-12-31T22:59:00Z"],
        ],
        "companies": [
          ["hs_object_id": "1", "salesforceaccountid": account], ["hs_object_id": "2", "salesforceaccountid": account],
        ],
      ])
    #expect(inputs.map { $0?.associations } == [["101:204"], ["101:204"], ["1000:204"], ["101:204"]])
    #expect(
      try pipeline.issues("r") == [
        "\(SalesforceIDs.id("00T", 1)) WhatId link_not_found", "\(SalesforceIDs.id("00T", 2)) WhatId invalid_id",
        "\(SalesforceIDs.id("00T", 3)) WhatId duplicate_link", "\(SalesforceIDs.id("00T", 3)) WhoId duplicate_link",
      ])
  }

  // MARK: Messages

  private func message(_ number: Int, _ cells: [String: String]) -> [String: String] {
    ["Id": SalesforceIDs.id("02s", number), "ActivityId": task, "Subject": "Re", "MessageDate": "2026-04-01T06:59:58Z"]
      .merging(cells) { $1 }
  }

  @Test func `a message takes the owner and the links of its task, which is its shadow`() throws {
    let (pipeline, _) = try run(
      [["Type": "Email", "WhatId": ActivityPipeline.account, "Description": "To: b"]],
      [
        "EmailMessage": [
          message(
            1,
            [
              "TextBody": "Yes", "HtmlBody": "<p>Yes</p>", "Incoming": "true",
              "RelatedToId": ActivityPipeline.opportunity,
            ])
        ],
        "TaskRelation": [["TaskId": task, "RelationId": ActivityPipeline.lead]],
      ])
    #expect(try pipeline.fates("r", "Task")[task] == "email_message_shadow")
    let email = try pipeline.inputs("r")[SalesforceIDs.id("02s", 1)]
    #expect(email?.file == "emails-create")
    #expect(email?.associations == ["101:198", "102:198", "201:186", "301:210"])
    #expect(
      email?.properties == [
        "salesforce_activity_id": SalesforceIDs.id("02s", 1), "hs_timestamp": "2026-04-01T06:59:58.000Z",
        "hs_email_subject": "Re", "hs_email_text": "Yes", "hs_email_html": "<p>Yes</p>",
        "hs_email_direction": "INCOMING_EMAIL", "hs_email_status": "SENT", "hubspot_owner_id": "900",
      ])
    let ledger = try pipeline.ledger("r")
    #expect(ledger.count == 2, "the message, and its shadow")
    #expect(ledger.allSatisfy { $0["loaded_as"] == SalesforceIDs.id("02s", 1) })
  }

  @Test func `a message casts its shadow however the duration of a task is written that is no call`() throws {
    let durations = ["", "0", "0.4", "-5", "abc", "1,23", "123456789", "+7x", "1", "7.0", "1.5", "00012"]
    let places = durations.indices
    func messages(_ cells: [String: String]) -> [[String: String]] {
      places.map { message($0 + 1, ["ActivityId": SalesforceIDs.id("00T", $0 + 1)].merging(cells) { $1 }) }
    }
    let (pipeline, _) = try run(
      durations.map { ["TaskSubtype": "Email", "CallDurationInSeconds": $0] }, ["EmailMessage": messages([:])])
    func fates(_ run: String) throws -> [String?] {
      let all = try pipeline.fates(run, "Task")
      return places.map { all[SalesforceIDs.id("00T", $0 + 1)] }
    }
    let calls = [String?](repeating: "create", count: 4)
    #expect(try fates("r") == [String?](repeating: "email_message_shadow", count: 8) + calls)
    let inputs = try pipeline.inputs("r")
    #expect(places.suffix(4).allSatisfy { inputs[SalesforceIDs.id("00T", $0 + 1)]?.file == "calls-create" })
    #expect(try pipeline.ledger("r").count == 8 * 2 + 4 * 2, "each message with its shadow, or with the call")
    // Once the messages are gone, no task may come as a second email.
    try pipeline.write("EmailMessage", messages(["IsDeleted": "true"]))
    try pipeline.complete("second")
    #expect(try fates("second") == [String?](repeating: "already_in_hubspot", count: 12))
  }

  @Test func `a message whose task is no id casts no shadow, and says so`() throws {
    let lost = message(1, ["ActivityId": "none", "RelatedToId": ActivityPipeline.account])
    let (pipeline, _) = try run([[:]], ["EmailMessage": [lost]])
    let id = SalesforceIDs.id("02s", 1)
    #expect(try pipeline.issues("r") == ["\(id) ActivityId invalid_id"])
    #expect(try pipeline.ledger("r").compactMap { $0["salesforce_id"] }.sorted() == [task, id].sorted())
  }

  @Test func `drafts and deleted messages stay away, and a deleted message casts no shadow`() throws {
    let (pipeline, _) = try run(
      [["Type": "Email"]],
      ["EmailMessage": [message(1, ["IsDeleted": "true"]), message(2, ["Status": "5", "ActivityId": ""])]])
    #expect(try pipeline.fates("r", "Task")[task] == "create")
    let fates = try pipeline.fates("r", "EmailMessage")
    #expect(fates == [SalesforceIDs.id("02s", 1): "deleted", SalesforceIDs.id("02s", 2): "email_draft"])
  }

  @Test func `an open email stays a task beside its message; a message without its task has its creator's owner`()
    throws
  {
    let (pipeline, _) = try run(
      [["Type": "Email", "IsClosed": "false"]],
      [
        "EmailMessage": [
          message(1, [:]),
          message(
            2,
            [
              "ActivityId": SalesforceIDs.id("00T", 99), "CreatedById": ActivityPipeline.ada, "MessageDate": "",
              "CreatedDate": "2026-04-02T00:00:00Z", "RelatedToId": ActivityPipeline.account,
            ]),
        ]
      ])
    let inputs = try pipeline.inputs("r")
    #expect(inputs[task]?.properties["hs_task_type"] == "EMAIL")
    #expect(inputs[SalesforceIDs.id("02s", 1)]?.associations == ["101:198"])
    let other = inputs[SalesforceIDs.id("02s", 2)]
    #expect(other?.properties["hubspot_owner_id"] == "900")
    #expect(other?.properties["hs_timestamp"] == "2026-04-02T00:00:00.000Z")
    #expect(other?.associations == ["201:186"])
  }

  @Test func `HTML that is too long for HubSpot is left out, and never cut`() throws {
    let html = String(repeating: "x", count: 65_537)
    let (pipeline, _) = try run([["Type": "Email"]], ["EmailMessage": [message(1, ["HtmlBody": html])]])
    #expect(try pipeline.inputs("r")[SalesforceIDs.id("02s", 1)]?.properties["hs_email_html"] == nil)
    #expect(try pipeline.issues("r") == ["\(SalesforceIDs.id("02s", 1)) hs_email_html too_long"])
  }

  @Test func `a message whose task HubSpot has as an email is there already`() throws {
    let (pipeline, _) = try run(
      [["Type": "Email"]],
      ["EmailMessage": [message(1, [:])], "emails": [["hs_object_id": "1", "salesforce_activity_id": task]]])
    #expect(try pipeline.fates("r", "EmailMessage")[SalesforceIDs.id("02s", 1)] == "already_in_hubspot")
    let (other, _) = try run(
      [["Type": "Email"]],
      ["EmailMessage": [message(1, [:])], "tasks": [["hs_object_id": "1", "salesforce_activity_id": task]]])
    #expect(try other.fates("r", "EmailMessage")[SalesforceIDs.id("02s", 1)] == "create", "there as something else")
  }
}
