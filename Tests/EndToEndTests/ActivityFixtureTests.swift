import Foundation
import TestSupport
import Testing

/// Files of other people's systems, as they are (spec, fixtures).
@Suite(
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
