import Records

/// What an activity is in HubSpot: an object of its own each (activities-pipelines 4, "Properties" and "Links").
public enum ActivityKind: Int, CaseIterable, Sendable, Codable {
  case tasks, emails, calls, meetings

  /// The name of the object, of its switch, and of its load files.
  public var name: String {
    switch self {
    case .tasks: "tasks"
    case .emails: "emails"
    case .calls: "calls"
    case .meetings: "meetings"
    }
  }

  /// The kind of this name, if any.
  public init?(name: Bytes) {
    guard let kind = Self.allCases.first(where: { name.text == $0.name }) else { return nil }
    self = kind
  }

  /// The kind of this name, if any.
  public init?(name: String) {
    guard let kind = Self.allCases.first(where: { name == $0.name }) else { return nil }
    self = kind
  }

  /// The HubSpot-defined type of an association with a record (domain facts 2.5).
  public func associationType(to record: LinkedRecord) -> Int {
    let types =
      switch self {
      case .calls: (194, 182, 206)
      case .emails: (198, 186, 210)
      case .meetings: (200, 188, 212)
      case .tasks: (204, 192, 216)
      }
    switch record {
    case .contact: return types.0
    case .company: return types.1
    case .deal: return types.2
    }
  }

  /// The properties that an activity of this kind has, in the order in which load files list them, behind the id
  /// property.
  public var properties: [(name: StaticString, value: ImportValue)] {
    switch self {
    case .tasks:
      [
        ("hs_timestamp", .timestamp), ("hs_task_subject", .subject), ("hs_task_body", .body),
        ("hs_task_status", .status), ("hs_task_priority", .priority), ("hs_task_type", .type),
        ("hubspot_owner_id", .owner),
      ]
    case .calls:
      [
        ("hs_timestamp", .timestamp), ("hs_call_title", .subject), ("hs_call_body", .body),
        ("hs_call_disposition", .disposition), ("hs_call_duration", .duration), ("hs_call_direction", .direction),
        ("hs_call_status", .status), ("hubspot_owner_id", .owner),
      ]
    case .emails:
      [
        ("hs_timestamp", .timestamp), ("hs_email_subject", .subject), ("hs_email_text", .body),
        ("hs_email_html", .html), ("hs_email_direction", .direction), ("hs_email_status", .status),
        ("hubspot_owner_id", .owner),
      ]
    case .meetings:
      [
        ("hs_timestamp", .timestamp), ("hs_meeting_title", .subject), ("hs_meeting_body", .body),
        ("hs_meeting_start_time", .start), ("hs_meeting_end_time", .end), ("hs_meeting_location", .location),
        ("hs_meeting_outcome", .outcome), ("hubspot_owner_id", .owner),
      ]
    }
  }
}

/// The HubSpot records that an activity can be associated with.
public enum LinkedRecord: Int, CaseIterable, Sendable { case contact, company, deal }

/// The values that the map stage makes of a Salesforce activity; each is a column of its table.
public enum ImportValue: Int, CaseIterable, Sendable {
  case timestamp, subject, body, html, status, priority, type, duration, direction, disposition, start, end, location
  case outcome, owner

  /// The place among all values.
  public var place: Int { rawValue }
  /// The name of its column.
  public var name: String { "\(self)" }
}
