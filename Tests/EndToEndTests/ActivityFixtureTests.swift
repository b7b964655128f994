import Foundation
import TestSupport
import Testing

/// Files of other people's systems, as they are (spec, fixtures).
@Suite(
  .overBothStores,
  .enabled(
    if: Fixtures.folder != nil, "the spec's fixtures are not at hand: set RESYNC_SHARED to the folder of the spec"))
struct ActivityFixtureTests {
  @Test func `the describe of a real org's Task is a describe: values fit, the missing field is told`() throws {
    let folder = try #require(Fixtures.folder)
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "describe")
    try pipeline.sandbox.copy("\(folder)/amaxa/test_describes/Task.json", to: "Task.describe.json")
    try pipeline.write("calls", [SyncRuleTests.call(1)])
    try pipeline.write("tasks", [])
    try pipeline.save()
    let outcome = try pipeline.complete("r")
    #expect(outcome.messages.contains("HubSpot_Activity_Id__c"))
    #expect(try pipeline.tasks("r").count == 1)
    // A status that this org has not stops the run.
    try pipeline.save(activities: ["status_values: {DEFERRED: Parked}"])
    let refused = try pipeline.run("s")
    #expect(refused.exitCode == 2 && refused.messages.contains("Waiting on someone else"), "\(refused.messages)")
  }

  @Test func `a warehouse's tables are read as they are: engagements, their associations, owners`() throws {
    let folder = try #require(Fixtures.folder) + "/fivetran_dbt_hubspot"
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "warehouse")
    try pipeline.write("contacts", [["hs_object_id": "501", "salesforcecontactid": ActivityPipeline.contact]])
    let tables = [
      "calls": "engagement_call", "notes": "engagement_note", "tasks": "engagement_task", "owners": "owner",
      "engagement_contact": "engagement_contact", "engagement_company": "engagement_company",
      "engagement_deal": "engagement_deal",
    ]
    for (source, table) in tables { try pipeline.sandbox.copy("\(folder)/\(table)_data.csv", to: "\(source).csv") }
    try pipeline.save(activities: ["activated_at: 2020-01-01"])
    try pipeline.complete("r")
    let tasks = try pipeline.tasks("r")
    #expect(tasks.keys.sorted() == ["calls:19732910159"])
    #expect(tasks["calls:19732910159"]?["WhoId"] == ActivityPipeline.contact)
    #expect(tasks["calls:19732910159"]?["ActivityDate"] == "2014-08-27")
    // The table of associations has no row for the others.
    #expect(try pipeline.fates("r", "notes") == ["19732728857": "contact_not_synced"])
    #expect(try Set(pipeline.fates("r", "tasks").values) == ["contact_not_synced"])
    let issues = try pipeline.issues("r")
    #expect(issues.isEmpty, "\(issues)")
  }

  @Test func `a warehouse's old table of meetings needs to be told which of its columns is which`() throws {
    let folder = try #require(Fixtures.folder) + "/fivetran_dbt_hubspot"
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "meetings")
    let meetings = CSVDocument(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/engagement_meeting_data.csv")))
    try pipeline.sandbox.copy("\(folder)/engagement_meeting_data.csv", to: "meetings.csv")
    let links = meetings.rows.map { "101,\(meetings.text($0, "engagement_id")),MEETING" }
    try pipeline.sandbox.write(
      "engagement_contact.csv", (["contact_id,engagement_id,engagement_type"] + links).joined(separator: "\n") + "\n")
    let columns = "hs_createdate: start_time, hs_meeting_start_time: start_time, hs_meeting_title: title"
    try pipeline.save(
      activities: ["activated_at: 2015-01-01"], options: ["meetings": "columns: {\(columns)}"])
    try pipeline.complete("r")
    let tasks = try pipeline.tasks("r")
    let inFrame = meetings.rows.filter { meetings.text($0, "start_time") >= "2015-01-01" }
    #expect(tasks.keys.sorted() == inFrame.map { "meetings:\(meetings.text($0, "engagement_id"))" }.sorted())
    #expect(tasks["meetings:3416212491"]?["ActivityDate"] == "2019-09-26")
    #expect(tasks["meetings:3416212491"]?["Subject"] == "Meeting: fzT4ZzkUdmieUYeYaA+ZuQ==")
  }

  /// The warehouse keeps the contacts of an activity in a table of their own: the column is what a view would add.
  private func withContacts(_ file: String, _ links: CSVDocument) throws -> String {
    let folder = try #require(Fixtures.folder)
    let text = try String(contentsOfFile: "\(folder)/fivetran_dbt_hubspot/\(file).csv", encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
    let header = try #require(lines.first)
    let rows = lines.dropFirst().map { line in
      let id = line.prefix { $0 != "," }
      let contacts = links.rows.filter { links.text($0, "engagement_id") == id }.map { links.text($0, "contact_id") }
      return "\(line),\(contacts.isEmpty ? "501" : contacts.joined(separator: ";"))"
    }
    return ([header + ",contact_ids"] + rows.map { Substring($0) }).joined(separator: "\n") + "\n"
  }

  @Test func `a warehouse's engagement tables are read by the names of their columns`() throws {
    let folder = try #require(Fixtures.folder) + "/fivetran_dbt_hubspot"
    let links = CSVDocument(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/engagement_contact_data.csv")))
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "warehouse")
    try pipeline.write("contacts", [["hs_object_id": "501", "salesforcecontactid": ActivityPipeline.contact]])
    for source in ["call", "note", "task"] {
      try pipeline.sandbox.write("\(source)s.csv", try withContacts("engagement_\(source)_data", links))
    }
    let common =
      "hs_object_id: engagement_id, hs_createdate: property_hs_createdate, hs_timestamp: property_hs_timestamp"
    try pipeline.save(
      activities: ["activated_at: 2020-01-01"],
      options: [
        "calls": "columns: {\(common), hs_call_title: type, hubspot_owner_id: _fivetran_deleted}",
        "notes":
          "columns: {\(common), hs_note_body: property_hs_note_body, hubspot_owner_id: property_hubspot_owner_id}",
        "tasks": "columns: {\(common), hs_task_subject: property_hs_engagement_source, hs_task_status: task_type, "
          + "hs_task_priority: property_hubspot_team_id, hubspot_owner_id: property_hubspot_owner_id}",
      ])
    try pipeline.complete("r")
    let tasks = try pipeline.tasks("r")
    #expect(
      tasks.keys.sorted() == ["calls:19732910159", "notes:19732728857", "tasks:32034933897", "tasks:32034933899"])
    #expect(tasks["notes:19732728857"]?["Subject"] == "Note: note body")
    #expect(tasks["notes:19732728857"]?["ActivityDate"] == "2014-08-27")
    #expect(tasks["tasks:32034933897"]?["ActivityDate"] == "2023-03-08")
    #expect(tasks["tasks:32034933897"]?["Subject"] == "Task: Hello")
    #expect(try pipeline.issues("r").isEmpty)
  }
}

/// The spec's fixtures, where they are at hand.
enum Fixtures {
  static let folder: String? = Repository.examples.flatMap { examples in
    let shared = ((examples as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
    return FileManager.default.fileExists(atPath: "\(shared)/fixtures") ? "\(shared)/fixtures" : nil
  }
}
