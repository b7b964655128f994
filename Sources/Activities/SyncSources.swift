import CRM

/// The sources of the sync (activities-pipelines 5).
public enum SyncSources {
  /// All sources that a sync can have, those with activities first and in the order of the load file.
  public static func all(activityIDProperty: String) -> [ActivitySource] {
    [
      events("form_submissions", "conversionId", needed: ["formName", "submittedAt"], read: ["pageUrl"]),
      events(
        "marketing_email_events", "id", needed: ["type", "created", "emailName"], read: ["url", "sentByCreated"]),
      events("sales_email_events", "id", needed: ["type", "created", "subject"], read: ["url"]),
      object(
        "meetings", activityIDProperty, needed: ["hs_meeting_title"],
        read: ["hs_meeting_body", "hs_meeting_start_time"]),
      object("calls", activityIDProperty, needed: ["hs_call_title", "hubspot_owner_id"], read: ["hs_call_body"]),
      object("notes", activityIDProperty, needed: ["hs_note_body", "hubspot_owner_id"], read: []),
      events("content_views", "id", needed: ["created", "contentName"], read: []),
      object(
        "tasks", activityIDProperty,
        needed: ["hs_task_subject", "hs_task_status", "hs_task_priority", "hubspot_owner_id"], read: ["hs_task_body"]),
      events(
        "integration_events", "id", needed: ["timestamp", "appName", "title"], read: ["details", "appId"],
        prefix: "appId"),
      associations("contact", .linkedContacts), associations("company", .linkedCompanies),
      associations("deal", .linkedDeals), contacts, ImportSources.companies, ImportSources.deals, ImportSources.owners,
      ImportSources.user,
      ImportSources.lead,
    ]
  }

  /// What HubSpot calls an activity that is an object of its own: meeting, call, note, task.
  public static let engagement = "engagement"

  /// A warehouse's table of associations: `engagement_contact` holds what exports have in `contact_ids`, a row each.
  private static func associations(_ record: String, _ column: JoinedColumn) -> ActivitySource {
    ActivitySource(
      "\(engagement)_\(record)", .hubspot, .relations(of: engagement, into: column), hasID: false,
      [
        .init("engagement_id", .hubspotID, needed: true), .init("\(record)_id", .hubspotID, needed: true),
        .init("_fivetran_deleted", .boolean),
      ])
  }

  /// The sync needs the owner and the creation day of a contact, the import does without.
  private static let contacts: ActivitySource = {
    var source = ImportSources.contacts
    for place in source.columns.indices
    where ["createdate", "hubspot_owner_id"].contains(source.columns[place].name) {
      source.columns[place].isNeeded = true
    }
    return source
  }()

  private static func kind(_ column: String) -> CellKind {
    switch column {
    case "submittedAt", "created", "sentByCreated", "timestamp", "hs_createdate", "hs_timestamp",
      "hs_meeting_start_time":
      .moment
    case "hs_meeting_body", "hs_call_body", "hs_note_body", "hs_task_body", "details", "pageUrl", "url": .longtext
    default: .text
    }
  }

  /// Besides its own columns, each activity source may have these.
  private static let shared: [SourceColumn] = [
    .init("deal_ids", .text), .init("company_ids", .text), .init("recipient", .text), .init("email", .text),
    .init(.ledger),
  ]

  private static func events(
    _ name: String, _ id: String, needed: [String], read: [String], prefix: String? = nil
  ) -> ActivitySource {
    let columns =
      [SourceColumn(id, .text, needed: true)] + needed.map { SourceColumn($0, kind($0), needed: true) }
      + [SourceColumn("contact_ids", .text, needed: true)] + read.map { SourceColumn($0, kind($0)) }
      + (needed.contains("type") ? [SourceColumn("filteredEvent", .boolean)] : [])
    return ActivitySource(name, .hubspot, .activities, prefix: prefix, columns + shared)
  }

  private static func object(
    _ name: String, _ activityIDProperty: String, needed: [String], read: [String]
  ) -> ActivitySource {
    let columns =
      [
        SourceColumn("hs_object_id", .hubspotID, needed: true), .init("hs_createdate", .moment, needed: true),
        .init("hs_timestamp", .moment, needed: true),
      ] + needed.map { SourceColumn($0, kind($0), needed: true) }
      + [SourceColumn("contact_ids", .text, needed: true)] + read.map { SourceColumn($0, kind($0)) }
      + [
        .init("hs_lastmodifieddate", .text), .init(activityIDProperty, .text), .init(.linkedContacts),
        .init(.linkedCompanies), .init(.linkedDeals),
      ]
    return ActivitySource(name, .hubspot, .activities, time: "hs_lastmodifieddate", columns + shared)
  }
}
