import Foundation

/// A small pipeline of activities in a sandbox, with people and records that every test can use, and exports that a test
/// writes row by row.
///
/// They are those of the spec's examples: contact 101 is linked to a Salesforce contact and created on 2025-01-10, contact
/// 102 to a lead, created on 2026-02-20; 103 is not synced. Company 201 and deal 301 are linked. Owner 900 is the user
/// `ada`, owner 901 has no user.
public struct ActivityPipeline: TestPipeline {
  /// Which of the two pipelines it is.
  public enum Direction: String, Sendable {
    case salesforceToHubSpot = "salesforce_to_hubspot", hubSpotToSalesforce = "hubspot_to_salesforce"
  }

  /// The folder of the pipeline, its exports, and what its runs leave: `staging` and `out`.
  public let sandbox: Sandbox
  private let direction: Direction
  /// The URL of the database in which it stages; nil: in files.
  public let database: String?
  let server: PostgresServer?

  /// Salesforce ids of the records that are there.
  public static let contact = "0035g00000AAAAAAA5", lead = "00Q5g00000NNNNNEA5", account = "0015g00000CCCCCAA5"
  /// Further ids: an opportunity, a user with HubSpot owner 900, and the integration user.
  public static let opportunity = "0065g00000DDDDDAA5", ada = "0055g00000EEEEEAA5", integration = "005000000000001AAA"

  /// A pipeline with people and records, and no activities yet; `server` is one that it has for itself.
  public init(
    _ direction: Direction, _ purpose: String, in store: Store = .current, on server: PostgresServer? = nil
  )
    throws
  {
    self.direction = direction
    let sandbox = try Sandbox(purpose)
    self.sandbox = sandbox
    let server = server ?? (store == .files ? nil : PostgresServer.shared)
    self.server = server
    database = try server.map { try sandbox.takeDatabase(of: $0) }
    try write(
      "contacts",
      [
        [
          "hs_object_id": "101", "salesforcecontactid": Self.contact, "createdate": "2025-01-10T08:00:00Z",
          "hubspot_owner_id": "900", "email": "a@example.com",
        ],
        [
          "hs_object_id": "102", "salesforceleadid": Self.lead, "createdate": "2026-02-20T08:00:00Z",
          "hubspot_owner_id": "900", "email": "b@example.com",
        ],
        ["hs_object_id": "103", "createdate": "2026-03-01T08:00:00Z", "email": "c@example.com"],
      ])
    try write("companies", [["hs_object_id": "201", "salesforceaccountid": Self.account]])
    try write("deals", [["hs_object_id": "301", "hs_salesforceopportunityid": Self.opportunity]])
    try write(
      "owners",
      [
        ["id": "900", "email": "ada@example.com"], ["id": "901", "email": "nobody@example.com"],
      ])
    try write(
      "User",
      [
        ["Id": Self.ada, "Email": "Ada@example.com", "IsActive": "true"],
        ["Id": Self.integration, "Email": "integration@example.com", "IsActive": "true"],
      ])
  }

  /// A pipeline whose file is written at once.
  public static func saved(
    _ direction: Direction, _ purpose: String, activities: [String] = [], settings: [String] = [],
    in store: Store = .current
  ) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(direction, purpose, in: store)
    try pipeline.save(activities: activities, settings: settings)
    return pipeline
  }

  // MARK: The exports

  /// Writes the export of a source: needed columns first, then those that a row has.
  public func write(_ source: String, _ rows: [[String: String]]) throws {
    let needed = Self.needed(source, direction)
    let others = Set(rows.flatMap(\.keys)).subtracting(needed).sorted()
    let columns = needed + others
    let lines = rows.map { row in columns.map { Self.quoted(row[$0] ?? "") }.joined(separator: ",") }
    try sandbox.write("\(source).csv", ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n")
  }

  private static func quoted(_ cell: String) -> String {
    let isPlain = !cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return isPlain ? cell : "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  private static func needed(_ source: String, _ direction: Direction) -> [String] {
    let isImport = direction == .salesforceToHubSpot
    let text =
      switch source {
      case "Task": "Id,WhoId,WhatId,Subject,ActivityDate,Status,OwnerId,IsClosed,CreatedDate"
      case "Event": "Id,WhoId,WhatId,Subject,StartDateTime,OwnerId"
      case "TaskRelation": "TaskId,RelationId"
      case "EventRelation": "EventId,RelationId"
      case "EmailMessage": "Id,ActivityId,Subject,MessageDate"
      case "Lead": "Id,ConvertedContactId"
      case "User": "Id,Email,IsActive"
      case "owners": "id,email"
      case "contacts": "hs_object_id,createdate,salesforcecontactid,salesforceleadid,hubspot_owner_id"
      case "companies": "hs_object_id,salesforceaccountid"
      case "deals": "hs_object_id,hs_salesforceopportunityid"
      case "engagement_contact", "engagement_company", "engagement_deal":
        "engagement_id,\(source.dropFirst("engagement_".count))_id"
      case "form_submissions": "conversionId,formName,submittedAt,contact_ids"
      case "marketing_email_events": "id,type,created,emailName,contact_ids"
      case "sales_email_events": "id,type,created,subject,contact_ids"
      case "content_views": "id,created,contentName,contact_ids"
      case "integration_events": "id,timestamp,appName,title,contact_ids"
      case "meetings" where !isImport: "hs_object_id,hs_createdate,hs_timestamp,hs_meeting_title,contact_ids"
      case "calls" where !isImport: "hs_object_id,hs_createdate,hs_timestamp,hs_call_title,hubspot_owner_id,contact_ids"
      case "notes": "hs_object_id,hs_createdate,hs_timestamp,hs_note_body,hubspot_owner_id,contact_ids"
      case "tasks" where !isImport:
        "hs_object_id,hs_createdate,hs_timestamp,hs_task_subject,hs_task_status,hs_task_priority,hubspot_owner_id,"
          + "contact_ids"
      default: "hs_object_id,salesforce_activity_id"
      }
    return text.split(separator: ",").map(String.init)
  }

  // MARK: The pipeline file

  /// The kinds of each direction, as the switches name them.
  public static let importKinds = ["tasks", "emails", "calls", "meetings"]
  /// The kinds of the sync, in the order of the spec's table.
  public static let syncKinds = [
    "form_submissions", "marketing_email_sent", "marketing_email_opened", "marketing_email_clicked",
    "sales_email_sent", "sales_email_opened", "sales_email_clicked", "sales_email_replied", "meetings", "calls",
    "notes", "content_views", "tasks", "integration_events",
  ]

  /// Writes the pipeline file: its sources are the exports that were written by then. `options` are further options of
  /// sources, `kinds` the switches; else all kinds that have a source are on.
  public func save(
    activities: [String] = [], settings: [String] = [], options: [String: String] = [:], kinds: [String]? = nil
  ) throws {
    let isImport = direction == .salesforceToHubSpot
    var lines = ["name: activities"] + stagingLines + ["sources:"]
    for (side, sources) in [("hubspot", Self.hubspotSources), ("salesforce", Self.salesforceSources)] {
      lines.append("  \(side):")
      for source in sources where sandbox.has("\(source).csv") {
        lines.append("    \(source): {csv: \(source).csv\(options[source].map { ", \($0)" } ?? "")}")
      }
      if side == "salesforce", !isImport, sandbox.has("Task.describe.json") {
        lines.append("    Task: {describe: Task.describe.json}")
      }
    }
    lines += ["activities:", "  direction: \(direction.rawValue)"]
    let all = isImport ? Self.importKinds : Self.syncKinds.filter { sandbox.has("\(Self.source(of: $0)).csv") }
    lines.append("  kinds:")
    lines += kinds?.map { "    \($0)" } ?? all.map { "    \($0): {enabled: true}" }
    if !isImport, !activities.contains(where: { $0.hasPrefix("activated_at") }) {
      lines.append("  activated_at: \"2026-03-01T08:00:00+01:00\"")
    }
    lines += activities.map { "  \($0)" }
    lines += ["integration_user: \"\(Self.integration)\"", "max_rejects: 100%", "load: {files: out}"]
    if !settings.contains(where: { $0.hasPrefix("timezone") }) { lines.append("timezone: Europe/Oslo") }
    if !settings.contains(where: { $0.hasPrefix("clock") }) { lines.append("clock: \"2026-11-22T02:00:00Z\"") }
    try sandbox.write("pipeline.yaml", (lines + settings).joined(separator: "\n") + "\n")
  }

  private static func source(of kind: String) -> String {
    if kind.hasPrefix("marketing_email") { return "marketing_email_events" }
    return kind.hasPrefix("sales_email") ? "sales_email_events" : kind
  }

  private static let hubspotSources = [
    "form_submissions", "marketing_email_events", "sales_email_events", "content_views", "integration_events", "notes",
    "contacts", "companies", "deals", "owners", "tasks", "emails", "calls", "meetings", "engagement_contact",
    "engagement_company", "engagement_deal",
  ]
  private static let salesforceSources = [
    "Task", "Event", "TaskRelation", "EventRelation", "EmailMessage", "Lead", "User",
  ]

  // MARK: What a run left

  /// What the load files and reports of a run say.
  public func results(_ run: String) -> ActivityResults { ActivityResults(sandbox.file("out/\(run)")) }

  /// For each row of a source, by its id, what became of it: `create`, `update`, `upsert`, or why it was left out or
  /// rejected. Read from what conflict-resolve staged.
  public func fates(_ run: String, _ source: String) throws -> [String: String] {
    let side = Self.hubspotSources.contains(source) ? "hubspot" : "salesforce"
    let resolved = try table(run, "conflict-resolve", source, side)
    let mapped = try table(run, "map", source, side)
    let ids = mapped.rows.map { mapped.text($0, side == "hubspot" ? "record_id" : "id") }
    return Dictionary(
      zip(ids, resolved.rows.map { resolved.text($0, "fate") }), uniquingKeysWith: { first, _ in first })
  }

  /// The inputs of a run's load files, by Salesforce id.
  public func inputs(_ run: String) throws -> [String: ActivityInput] {
    var all: [String: ActivityInput] = [:]
    for (file, inputs) in try results(run).inputs() {
      for text in inputs {
        let input = try ActivityInput(text, file: file)
        all[input.id] = input
      }
    }
    return all
  }

  /// The tasks of a run's load files, by external id.
  public func tasks(_ run: String) throws -> [String: [String: String]] {
    var all: [String: [String: String]] = [:]
    for (_, data) in try results(run).upserts() {
      for row in CSVDocument(data).dictionaries {
        guard let id = row["HubSpot_Activity_Id__c"] else { throw HelperError("a task without an external id") }
        all[id] = row
      }
    }
    return all
  }

  /// The issues and rejections of a run: id, field and code of each, sorted.
  public func issues(_ run: String) throws -> [String] {
    try lines(run, "rejects", "record_id", "field", "code")
  }
}

/// One activity in a HubSpot load file.
public struct ActivityInput {
  /// The Salesforce id: `objectWriteTraceId`.
  public let id: String
  /// `tasks-create`, `calls-update`, …: the file without its number.
  public let file: String
  /// The properties.
  public let properties: [String: String]
  /// The ids of the associated records with the type of each association, in order: `101:204`.
  public let associations: [String]

  init(_ text: String, file: String) throws {
    let tree = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    guard let id = tree?["objectWriteTraceId"] as? String, let properties = tree?["properties"] as? [String: String]
    else { throw HelperError("no input: \(text)") }
    self.id = id
    self.properties = properties
    self.file = file.replacing(/-\d+\.jsonl$/, with: "")
    let all = tree?["associations"] as? [[String: Any]] ?? []
    associations = all.map { item in
      let to = (item["to"] as? [String: String])?["id"] ?? ""
      let type = (item["types"] as? [[String: Any]])?.first?["associationTypeId"] as? Int ?? 0
      return "\(to):\(type)"
    }
  }
}
