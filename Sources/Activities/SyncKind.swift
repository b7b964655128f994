import Records

/// A kind of HubSpot activity that becomes a Salesforce task, with a switch of its own (activities-pipelines 6).
public enum SyncKind: Int, CaseIterable, Sendable, Codable {
  case formSubmissions, marketingEmailSent, marketingEmailOpened, marketingEmailClicked
  case salesEmailSent, salesEmailOpened, salesEmailClicked, salesEmailReplied
  case meetings, calls, notes, contentViews, tasks, integrationEvents

  /// The name of the switch, and the start of the external id.
  public var name: String { Self.names[rawValue] }

  private static let names = [
    "form_submissions", "marketing_email_sent", "marketing_email_opened", "marketing_email_clicked",
    "sales_email_sent", "sales_email_opened", "sales_email_clicked", "sales_email_replied", "meetings", "calls",
    "notes",
    "content_views", "tasks", "integration_events",
  ]

  /// The source whose rows are of this kind.
  public var source: String {
    switch self {
    case .marketingEmailSent, .marketingEmailOpened, .marketingEmailClicked: "marketing_email_events"
    case .salesEmailSent, .salesEmailOpened, .salesEmailClicked, .salesEmailReplied: "sales_email_events"
    default: name
    }
  }

  /// The word in the column `type` of an email event; nil where a source is of one kind.
  public var eventType: StaticString? {
    switch self {
    case .marketingEmailSent, .salesEmailSent: "SENT"
    case .marketingEmailOpened, .salesEmailOpened: "OPEN"
    case .marketingEmailClicked, .salesEmailClicked: "CLICK"
    case .salesEmailReplied: "REPLY"
    default: nil
    }
  }

  /// Whether it is a sales activity, which goes to one contact only (requirement A6).
  public var isSales: Bool {
    switch self {
    case .formSubmissions, .marketingEmailSent, .marketingEmailOpened, .marketingEmailClicked, .integrationEvents: false
    default: true
    }
  }

  /// Whether its activities have an owner of their own (requirement A7).
  public var hasOwner: Bool { self == .calls || self == .notes || self == .tasks }

  /// The subject where the pipeline names none.
  public var defaultSubject: String {
    switch self {
    case .formSubmissions: "Submitted: {form_name}"
    case .marketingEmailSent: "Sent Marketing Email: {email_name}"
    case .marketingEmailOpened: "Opened Marketing Email: {email_name}"
    case .marketingEmailClicked: "Clicked Marketing Email: {email_name}"
    case .salesEmailSent: "Sent Sales Email: {subject}"
    case .salesEmailOpened: "Opened Sales Email: {subject}"
    case .salesEmailClicked: "Clicked Sales Email: {subject}"
    case .salesEmailReplied: "Replied to Sales Email: {subject}"
    case .meetings: "Meeting: {title}"
    case .calls: "Call: {title}"
    case .notes: "Note: {first_line}"
    case .contentViews: "Viewed: {content_name}"
    case .tasks: "Task: {subject}"
    case .integrationEvents: "{integration}: {title}"
    }
  }

  /// What a subject pattern may name, and the column that it stands for.
  public var placeholders: [(name: String, column: String)] {
    switch self {
    case .formSubmissions: [("form_name", "formName")]
    case .marketingEmailSent, .marketingEmailOpened, .marketingEmailClicked: [("email_name", "emailName")]
    case .salesEmailSent, .salesEmailOpened, .salesEmailClicked, .salesEmailReplied: [("subject", "subject")]
    case .meetings: [("title", "hs_meeting_title")]
    case .calls: [("title", "hs_call_title")]
    case .notes: [("first_line", "hs_note_body")]
    case .contentViews: [("content_name", "contentName")]
    case .tasks: [("subject", "hs_task_subject")]
    case .integrationEvents: [("integration", "appName"), ("title", "title")]
    }
  }

  /// The column of the description.
  public var description: (column: String, isHTML: Bool)? {
    switch self {
    case .formSubmissions: ("pageUrl", false)
    case .marketingEmailSent, .marketingEmailOpened, .marketingEmailClicked: ("url", false)
    case .salesEmailSent, .salesEmailOpened, .salesEmailClicked, .salesEmailReplied: ("url", false)
    case .meetings: ("hs_meeting_body", true)
    case .calls: ("hs_call_body", true)
    case .notes: ("hs_note_body", true)
    case .contentViews: nil
    case .tasks: ("hs_task_body", true)
    case .integrationEvents: ("details", true)
    }
  }

  /// The columns of the time that counts for the time frame; the first that is not blank.
  public var timeColumns: [String] {
    switch self {
    case .formSubmissions: ["submittedAt"]
    case .marketingEmailOpened, .marketingEmailClicked: ["sentByCreated", "created"]
    case .marketingEmailSent, .salesEmailSent, .salesEmailOpened, .salesEmailClicked, .salesEmailReplied,
      .contentViews:
      ["created"]
    case .meetings, .calls, .notes, .tasks: ["hs_createdate", "hs_timestamp"]
    case .integrationEvents: ["timestamp"]
    }
  }

  /// The columns of the day of the task; the first that is not blank.
  public var dayColumns: [String] {
    switch self {
    case .formSubmissions: ["submittedAt"]
    case .meetings: ["hs_meeting_start_time", "hs_timestamp", "hs_createdate"]
    case .calls, .notes, .tasks: ["hs_timestamp", "hs_createdate"]
    case .integrationEvents: ["timestamp"]
    default: ["created"]
    }
  }

  /// How far back before the switch-on its activities go (requirement A4).
  public var timeFrame: TimeFrame {
    switch self {
    case .formSubmissions: .oneYear
    case .marketingEmailSent, .marketingEmailOpened, .marketingEmailClicked: .thirtyDays
    default: .fromThenOn
    }
  }
}
