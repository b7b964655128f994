import CRM
import Records

/// Everything that the stages must know of an activity pipeline (activities-pipelines 1): decided once, from the pipeline
/// file, and the same in every stage, however it is started.
public struct ActivityPlan: Sendable {
  /// Which of the two pipelines it is.
  public enum Direction: String, Sendable {
    case salesforceToHubSpot = "salesforce_to_hubspot", hubSpotToSalesforce = "hubspot_to_salesforce"
  }

  /// What becomes of open tasks that are due before a day.
  public enum OpenTasks: String, Sendable { case load, complete, exclude }

  /// Which of the two pipelines it is.
  public var direction: Direction
  /// The pipeline's `timezone`.
  public var zone: TimeZoneTable
  /// "Now" of the run.
  public var clock: Moment
  /// The sources that the pipeline names, in the order of the spec's tables.
  public var sources: [ActivitySource]
  /// The HubSpot property that holds the Salesforce id.
  public var activityIDProperty: String
  /// The Salesforce field that holds the HubSpot kind and id.
  public var externalIDField: String
  /// The Salesforce user that the integration works as: 18 characters.
  public var integrationUser: String
  /// The statuses of the two sides.
  public var statuses = StatusTable()

  // The import.

  /// The kinds that are switched on.
  public var kinds: Set<ActivityKind> = []
  /// The subjects of tasks that HubSpot itself has written.
  public var hubspotWritten = SubjectPatterns()
  /// Whether activities that changed in Salesforce are written again.
  public var updates = false
  /// Whether activities without any association are loaded.
  public var loadsUnassociated = false
  /// The midnight of the day before which open tasks are due that need care, if the pipeline names one.
  public var openTasksBefore: Moment?
  /// What becomes of those.
  public var openTasks = OpenTasks.load
  /// Whether private events are loaded.
  public var loadsPrivateEvents = false
  /// The HubSpot owner of activities whose owner cannot be mapped.
  public var ownerFallback: String?
  /// Values of `hs_call_disposition` by the case-folded `CallDisposition`.
  public var callDispositions: [[UInt8]: String] = [:]
  /// Exports of the activities that exist already: when each was begun.
  public var exportedAt: [ActivityKind: Moment] = [:]

  // The sync.

  /// What the pipeline says of each kind of the sync.
  public var syncKinds: [SyncSettings] = []
  /// When the activity sync was switched on.
  public var activatedAt = Moment(milliseconds: 0)

  /// A plan with what both pipelines have.
  public init(
    direction: Direction, zone: TimeZoneTable, clock: Moment, sources: [ActivitySource], activityIDProperty: String,
    externalIDField: String, integrationUser: String
  ) {
    self.direction = direction
    self.zone = zone
    self.clock = clock
    self.sources = sources
    self.activityIDProperty = activityIDProperty
    self.externalIDField = externalIDField
    self.integrationUser = integrationUser
  }

  /// The sources whose rows become activities, in the order of the load files.
  public var activitySources: [ActivitySource] { sources.filter(\.isActivity) }
  /// The sources that are looked up.
  public var lookups: [ActivitySource] { sources.filter { if case .lookup = $0.role { true } else { false } } }
  /// A source by its name.
  public func source(_ name: String) -> ActivitySource? { sources.first { $0.name == name } }
  /// Whether it is the import.
  public var isImport: Bool { direction == .salesforceToHubSpot }
}

/// What a pipeline says of one kind of the sync.
public struct SyncSettings: Sendable {
  /// The kind.
  public var kind: SyncKind
  /// Whether its activities become tasks.
  public var isEnabled: Bool
  /// The Salesforce task type; empty: a task without one.
  public var taskType: String
  /// The pattern of the subject.
  public var subject: SubjectPattern

  /// The settings of a kind.
  public init(kind: SyncKind, isEnabled: Bool, taskType: String, subject: SubjectPattern) {
    self.kind = kind
    self.isEnabled = isEnabled
    self.taskType = taskType
    self.subject = subject
  }
}

/// Why a row that could be read is not loaded: the words of `activities.json`, in the order of the spec.
public enum Exclusion: String, CaseIterable, Sendable {
  // The import (activities-pipelines 4).
  case kindOff = "kind_off"
  case deleted
  case writtenByHubSpot = "written_by_hubspot"
  case emailMessageShadow = "email_message_shadow"
  case emailDraft = "email_draft"
  case childEvent = "child_event"
  case recurrenceMaster = "recurrence_master"
  case privateEvent = "private_event"
  case alreadyInHubSpot = "already_in_hubspot"
  case staleOpenTask = "stale_open_task"
  // The sync (activities-pipelines 6).
  case otherEventType = "other_event_type"
  case botEvent = "bot_event"
  case fromSalesforce = "from_salesforce"
  case beforeTimeFrame = "before_time_frame"
  case contactNotSynced = "contact_not_synced"
  case unchanged
}
