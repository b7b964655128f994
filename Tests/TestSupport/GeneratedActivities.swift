import Foundation

/// Exports of activities made from a seed, with a bit of everything: kinds, links, messages, repeated and broken rows.
public enum GeneratedActivities {
  /// An import of so many tasks, with events, messages, relations and contacts that belong to them. On the second night
  /// some texts have changed, and there are new tasks.
  public static func importPipeline(tasks count: Int, night: Int = 1, into pipeline: ActivityPipeline) throws {
    var random = SeededRandom(seed: 7)
    let contacts = (1...50).map { number in
      [
        "hs_object_id": "\(1000 + number * number)", "salesforcecontactid": SalesforceIDs.contact(number),
        "createdate": "2025-0\(1 + number % 9)-01T00:00:00Z",
      ]
    }
    try pipeline.write("contacts", contacts)
    var rows: [[String: String]] = []
    for number in 1...(night == 1 ? count : count + count / 10) {
      rows.append(task(number, night, &random))
      if number % 97 == 0 { rows.append(task(number, night, &random)) }
    }
    try pipeline.write("Task", rows)
    try pipeline.write(
      "Event",
      (1...max(1, count / 10)).map { number in
        [
          "Id": SalesforceIDs.id("00U", number), "WhoId": SalesforceIDs.contact(1 + number % 60),
          "Subject": "Demo, \(number)",
          "StartDateTime": "2026-0\(1 + number % 9)-02T12:00:00Z", "OwnerId": ActivityPipeline.ada,
          "DurationInMinutes": "\(number % 100)",
        ]
      })
    try pipeline.write(
      "EmailMessage",
      (1...max(1, count / 10)).map { number in
        [
          "Id": SalesforceIDs.id("02s", number), "ActivityId": SalesforceIDs.id("00T", number * 4), "Subject": "Re",
          "MessageDate": "2026-04-01T06:59:58Z", "TextBody": "Text \(number)\nmore", "Status": "\(number % 6)",
        ]
      })
    try pipeline.write(
      "TaskRelation",
      (1...max(1, count / 5)).map { number in
        [
          "TaskId": SalesforceIDs.id("00T", 1 + number * 3 % count),
          "RelationId": SalesforceIDs.contact(1 + number % 55),
        ]
      })
    let raw = try pipeline.sandbox.text("Task.csv")
    try pipeline.sandbox.write("Task.csv", raw + "ragged,row\n,\n")
  }

  private static func task(_ number: Int, _ night: Int, _ random: inout SeededRandom) -> [String: String] {
    let isChanged = night > 1 && number % 13 == 0
    return [
      "Id": SalesforceIDs.id("00T", number), "WhoId": SalesforceIDs.contact(Int.random(in: 1...60, using: &random)),
      "WhatId": [ActivityPipeline.account, ActivityPipeline.opportunity, "", "junk"].randomElement(using: &random)
        ?? "",
      "Subject": isChanged ? "Changed \(number)" : "Task \"\(number)\"",
      "Status": number % 3 == 0 ? "Completed" : "Open",
      "ActivityDate": "20\(10 + number % 16)-0\(1 + number % 9)-1\(number % 10)", "OwnerId": ActivityPipeline.ada,
      "IsClosed": number % 3 == 0 || number % 4 == 0 ? "true" : "false", "CreatedDate": "2026-03-01T09:00:00.000Z",
      "Type": ["Call", "Email", "Meeting", "", ""][number % 5 == 0 ? 0 : number % 4 == 0 ? 1 : number % 5],
      "Description": number % 7 == 0 ? "Hello, <b>\(number)</b>\nline two" : "",
      "IsDeleted": number % 41 == 0 ? "1" : "",
      "LastModifiedDate": "2026-03-01T09:00:0\(number % 10)Z",
    ]
  }

  /// A sync with so many rows of each of four kinds.
  public static func syncPipeline(rows count: Int, into pipeline: ActivityPipeline) throws {
    var random = SeededRandom(seed: 8)
    let contacts = (1...50).map { number in
      [
        "hs_object_id": "\(1000 + number * number)", "createdate": "2025-0\(1 + number % 9)-01T00:00:00Z",
        number % 3 == 0 ? "salesforceleadid" : "salesforcecontactid":
          number % 3 == 0 ? SalesforceIDs.lead(number) : SalesforceIDs.contact(number),
        "hubspot_owner_id": number % 2 == 0 ? "900" : "901", "email": "p\(number)@example.com",
      ]
    }
    try pipeline.write("contacts", contacts)
    func ids() -> String {
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        let number = Int.random(in: 1...55, using: &random)
        return "\(1000 + number * number)"
      }.joined(separator: ";")
    }
    try pipeline.write(
      "form_submissions",
      (1...count).map {
        ["conversionId": "f\($0)", "formName": "Form \($0)", "submittedAt": "2025-1\($0 % 3)-05", "contact_ids": ids()]
      })
    try pipeline.write(
      "sales_email_events",
      (1...count).map {
        [
          "id": "s\($0)", "type": ["SENT", "OPEN", "CLICK", "REPLY", "BOUNCE"][$0 % 5],
          "created": "2026-03-0\(1 + $0 % 9)",
          "subject": "Offer \($0)", "contact_ids": ids(), "recipient": "p\($0 % 60)@example.com",
        ]
      })
    for (source, title) in [("calls", "hs_call_title"), ("notes", "hs_note_body")] {
      try pipeline.write(
        source,
        (1...count).map {
          [
            "hs_object_id": "\($0)", "hs_createdate": "2026-03-0\(1 + $0 % 9)", title: "<p>Text \($0)</p> & more",
            "contact_ids": ids(), "hubspot_owner_id": $0 % 2 == 0 ? "900" : "",
          ]
        })
    }
  }
}
