import CRM

/// The columns that extract puts into the rows of Salesforce activities, from what it found elsewhere: so that the later
/// stages need nothing but the row.
public enum JoinedColumn: String, CaseIterable, Sendable {
  /// `here`: in HubSpot already; `late`: an earlier run loaded it, and it did not arrive.
  case known = "_known"
  /// The kind as which an earlier run created it, and the digest of the properties that were last written.
  case createdAs = "_created_as"
  case digest = "_digest"
  /// Of a task: the message that stands for it.
  case message = "_message"
  /// Ids of further contacts, as the relation exports hold them, a line each.
  case relations = "_relations"
  /// Of a message: what its task knows.
  case task = "_task"
  case taskOwner = "_task_owner"
  case taskWho = "_task_who"
  case taskWhat = "_task_what"
  case taskAccount = "_task_account"
  /// Cells of ids that were not written with 18 characters: name and value, a line each.
  case written = "_written"
  /// Of a HubSpot activity: external id and digest of what was loaded of it, a line each.
  case ledger = "_ledger"
  /// Of a HubSpot activity: ids of contacts, companies and deals, as the tables of associations hold them, a line each.
  case linkedContacts = "_contacts"
  case linkedCompanies = "_companies"
  case linkedDeals = "_deals"
}

extension SourceColumn {
  init(_ column: JoinedColumn) { self.init(column.rawValue, .joined) }
}

/// The sources of the import (activities-pipelines 3).
public enum ImportSources {
  /// All sources that an import can have, those with activities first and in the order of the load files.
  public static func all(activityIDProperty: String, externalIDField: String) -> [ActivitySource] {
    [task(externalIDField), event(externalIDField), message]
      + [relations("TaskRelation", of: "Task", id: "TaskId"), relations("EventRelation", of: "Event", id: "EventId")]
      + [lead, user, contacts, companies, deals, owners]
      + ActivityKind.allCases.map { presence($0, activityIDProperty) }
  }

  private static func task(_ externalIDField: String) -> ActivitySource {
    ActivitySource(
      "Task", .salesforce, .activities, time: "LastModifiedDate",
      [
        .init("Id", .salesforceID, needed: true), .init("WhoId", .salesforceID, needed: true),
        .init("WhatId", .salesforceID, needed: true), .init("Subject", .text, needed: true),
        .init("ActivityDate", .day, needed: true), .init("Status", .text, needed: true),
        .init("OwnerId", .salesforceID, needed: true), .init("IsClosed", .boolean, needed: true),
        .init("CreatedDate", .moment, needed: true), .init("AccountId", .salesforceID), .init("Description", .longtext),
        .init("Priority", .text), .init("IsHighPriority", .boolean), .init("Type", .text), .init("TaskSubtype", .text),
        .init("CallType", .text), .init("CallDurationInSeconds", .amount), .init("CallDisposition", .text),
        .init("CompletedDateTime", .moment), .init("CreatedById", .salesforceID), .init("LastModifiedDate", .text),
        .init("IsDeleted", .boolean), .init("IsRecurrence", .boolean), .init(externalIDField, .text),
        .init(.known), .init(.createdAs), .init(.digest), .init(.message), .init(.relations), .init(.written),
      ])
  }

  private static func event(_ externalIDField: String) -> ActivitySource {
    ActivitySource(
      "Event", .salesforce, .activities, time: "LastModifiedDate",
      [
        .init("Id", .salesforceID, needed: true), .init("WhoId", .salesforceID, needed: true),
        .init("WhatId", .salesforceID, needed: true), .init("Subject", .text, needed: true),
        .init("StartDateTime", .moment, needed: true), .init("OwnerId", .salesforceID, needed: true),
        .init("AccountId", .salesforceID), .init("Description", .longtext), .init("Location", .text),
        .init("IsAllDayEvent", .boolean), .init("ActivityDateTime", .moment), .init("ActivityDate", .day),
        .init("EndDateTime", .moment), .init("DurationInMinutes", .amount), .init("CreatedById", .salesforceID),
        .init("LastModifiedDate", .text), .init("IsDeleted", .boolean), .init("IsChild", .boolean),
        .init("IsRecurrence", .boolean), .init("GroupEventType", .text), .init("IsPrivate", .boolean),
        .init(externalIDField, .text),
        .init(.known), .init(.createdAs), .init(.digest), .init(.relations), .init(.written),
      ])
  }

  private static let message = ActivitySource(
    "EmailMessage", .salesforce, .activities, time: "LastModifiedDate",
    [
      .init("Id", .salesforceID, needed: true), .init("ActivityId", .salesforceID, needed: true),
      .init("Subject", .text, needed: true), .init("MessageDate", .moment, needed: true),
      .init("TextBody", .longtext), .init("HtmlBody", .longtext), .init("Incoming", .boolean), .init("Status", .text),
      .init("RelatedToId", .salesforceID), .init("CreatedById", .salesforceID), .init("CreatedDate", .moment),
      .init("LastModifiedDate", .text), .init("IsDeleted", .boolean),
      .init(.known), .init(.createdAs), .init(.digest), .init(.relations), .init(.task), .init(.taskOwner),
      .init(.taskWho), .init(.taskWhat), .init(.taskAccount), .init(.written),
    ])

  private static func relations(_ name: String, of source: String, id: String) -> ActivitySource {
    ActivitySource(
      name, .salesforce, .relations(of: source, into: .relations), hasID: false,
      [.init(id, .text, needed: true), .init("RelationId", .text, needed: true), .init("IsDeleted", .boolean)])
  }

  private static func presence(_ kind: ActivityKind, _ property: String) -> ActivitySource {
    ActivitySource(
      kind.name, .hubspot, .presence(kind), time: "hs_lastmodifieddate",
      [
        .init("hs_object_id", .hubspotID, needed: true), .init(property, .salesforceID, needed: true),
        .init("hs_lastmodifieddate", .text),
      ])
  }

  static let lead = ActivitySource(
    "Lead", .salesforce, .lookup, time: "LastModifiedDate",
    [
      .init("Id", .salesforceID, needed: true), .init("ConvertedContactId", .salesforceID, needed: true),
      .init("LastModifiedDate", .text),
    ])

  static let user = ActivitySource(
    "User", .salesforce, .lookup, time: "LastModifiedDate",
    [
      .init("Id", .salesforceID, needed: true), .init("Email", .text, needed: true),
      .init("IsActive", .boolean, needed: true), .init("LastModifiedDate", .text),
    ])

  static let contacts = ActivitySource(
    "contacts", .hubspot, .lookup, time: "lastmodifieddate",
    [
      .init("hs_object_id", .hubspotID, needed: true), .init("salesforcecontactid", .salesforceID, needed: true),
      .init("salesforceleadid", .salesforceID, needed: true), .init("createdate", .moment),
      .init("hs_merged_object_ids", .text), .init("lastmodifieddate", .text), .init("hubspot_owner_id", .text),
      .init("email", .text), .init("salesforcedeleted", .boolean),
    ])

  static let companies = ActivitySource(
    "companies", .hubspot, .lookup, time: "hs_lastmodifieddate",
    [
      .init("hs_object_id", .hubspotID, needed: true), .init("salesforceaccountid", .salesforceID, needed: true),
      .init("hs_lastmodifieddate", .text),
    ])

  static let deals = ActivitySource(
    "deals", .hubspot, .lookup, time: "hs_lastmodifieddate",
    [
      .init("hs_object_id", .hubspotID, needed: true), .init("hs_salesforceopportunityid", .salesforceID, needed: true),
      .init("hs_lastmodifieddate", .text),
    ])

  static let owners = ActivitySource(
    "owners", .hubspot, .lookup,
    [.init("id", .text, needed: true), .init("email", .text, needed: true), .init("archived", .boolean)])
}
