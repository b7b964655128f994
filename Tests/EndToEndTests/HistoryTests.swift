import TestSupport
import Testing

/// Field histories, as whole runs: a cell's own time counts before that of its record, what the sync wrote is no edit, and
/// edits that are close are a tie (semantics 4, Newer, and 8).
@Suite(.overBothStores) struct HistoryTests {
  private static let contact = SalesforceIDs.contact(1)
  private static let integration = "005000000000099AAA"
  private static let person = "005000000000001AAA"
  private static let hubspotHeader = "hs_object_id,property,value,timestamp,source\n"
  private static let salesforceHeader = "Id,ContactId,CreatedById,CreatedDate,Field,OldValue,NewValue\n"

  /// A pair whose phones differ: HubSpot's record is the newer one (12:00), Salesforce's the older (11:00).
  private func pipeline(_ settings: String..., hubspot: String, salesforce: String = "") throws -> PeoplePipeline {
    let pipeline = try PeoplePipeline(
      "history", settings.joined(separator: "\n"),
      sources: [
        "contacts": "history: \(hubspot.hasPrefix("{") ? "h.json" : "h.csv")", "Contact": "history: s.csv",
      ])
    try pipeline.write(
      "contacts", [["hs_object_id": "101", "lastname": "Berg", "phone": "111", "salesforcecontactid": Self.contact]])
    try pipeline.write(
      "Contact",
      [["Id": Self.contact, "LastName": "Berg", "Phone": "222", "LastModifiedDate": "2026-11-10T11:00:00Z"]])
    if hubspot.hasPrefix("{") {
      try pipeline.sandbox.write("h.json", hubspot)
    } else {
      try pipeline.sandbox.write("h.csv", hubspot.contains("timestamp") ? hubspot : Self.hubspotHeader + hubspot)
    }
    try pipeline.sandbox.write("s.csv", Self.salesforceHeader + salesforce)
    return pipeline
  }

  private func entry(_ time: String, by user: String = person, field: String = "Phone") -> String {
    "017000000000001AAA,\(Self.contact),\(user),2026-11-10T\(time),\(field),,222\n"
  }

  private func decision(_ pipeline: PeoplePipeline) throws -> String {
    try pipeline.complete("n")
    let changes = try pipeline.lines("n", "changes", "side", "new", "reason")
    let conflicts = try pipeline.lines("n", "conflicts", "winner", "reason", "hubspot_time", "salesforce_time")
    #expect(changes.count == 1 && conflicts.count == 1)
    return "\(changes.first ?? "") | \(conflicts.first ?? "")"
  }

  @Test func `where both sides have entries of the cell, their times decide before a blank is filled`() throws {
    let pipeline = try pipeline(
      hubspot: "101,phone,,2026-11-10T13:00:00Z,CRM_UI\n", salesforce: entry("10:00:00.000Z"))
    try pipeline.sandbox.change("contacts.csv", "111", to: "")
    #expect(try decision(pipeline).hasPrefix("salesforce  newer_field"))
  }

  @Test func `without an entry, the time of the record counts`() throws {
    #expect(
      try decision(pipeline(hubspot: "")) == "salesforce 111 newer_record | "
        + "hubspot newer_record 2026-11-10T12:00:00.000Z 2026-11-10T11:00:00.000Z")
  }

  @Test func `the time of the cell counts before that of its record`() throws {
    let found = try decision(pipeline(hubspot: "101,phone,111,2026-11-09T08:00:00Z,CRM_UI\n"))
    #expect(
      found == "hubspot 222 newer_record | "
        + "salesforce newer_record 2026-11-09T08:00:00.000Z 2026-11-10T11:00:00.000Z")
  }

  @Test func `the last entry counts, in whatever order they stand`() throws {
    let hubspot =
      "101,phone,111,2026-11-10T10:00:00Z,CRM_UI\n101,phone,0,2026-11-01T00:00:00Z,CRM_UI\n"
      + "101,lastname,Berg,2026-11-10T12:00:00Z,CRM_UI\n"
    let found = try decision(pipeline(hubspot: hubspot, salesforce: entry("09:00:00.000Z") + entry("08:00:00.000Z")))
    #expect(
      found == "salesforce 111 newer_field | "
        + "hubspot newer_field 2026-11-10T10:00:00.000Z 2026-11-10T09:00:00.000Z")
  }

  @Test func `HubSpot's history is read as JSON too`() throws {
    let json = """
      {"results": [{"id": "101", "propertiesWithHistory": {"phone": [
        {"value": "111", "timestamp": "2026-11-09T08:00:00Z", "sourceType": "CRM_UI"}]}}]}
      """
    #expect(try decision(pipeline(hubspot: json)).hasPrefix("hubspot 222 newer_record"))
  }

  @Test func `the columns of a warehouse are read too`() throws {
    let table = "contact_id,name,value,timestamp,sourceType\n101,phone,111,2026-11-09T08:00:00Z,CRM_UI\n"
    #expect(try decision(pipeline(hubspot: table)).hasPrefix("hubspot 222 newer_record"))
  }

  @Test(arguments: [("SALESFORCE", ""), ("MIGRATION", "echo_sources: [MIGRATION]")])
  func `what the sync wrote to HubSpot is no edit: the entry before it counts`(source: String, setting: String) throws {
    let hubspot = "101,phone,111,2026-11-10T23:00:00Z,\(source)\n101,phone,0,2026-11-09T00:00:00Z,CRM_UI\n"
    let found = try decision(pipeline(setting, hubspot: hubspot))
    #expect(found.contains("newer_record 2026-11-09T00:00:00.000Z"), "\(found)")
  }

  @Test func `a source that the pipeline does not name as an echo is an edit`() throws {
    let hubspot = "101,phone,111,2026-11-10T23:00:00Z,MIGRATION\n"
    #expect(try decision(pipeline(hubspot: hubspot)).hasPrefix("salesforce 111 newer_record"))
  }

  @Test func `what the integration user wrote to Salesforce is no edit`() throws {
    let salesforce = entry("23:00:00.000Z", by: Self.integration) + entry("07:00:00.000Z")
    let found = try decision(pipeline(hubspot: "", salesforce: salesforce))
    #expect(found.hasPrefix("salesforce 111 newer_record") && found.hasSuffix("2026-11-10T07:00:00.000Z"), "\(found)")
  }

  @Test func `if all entries are echoes, the other side is the newer`() throws {
    let found = try decision(pipeline(hubspot: "101,phone,111,2026-11-10T23:00:00Z,SALESFORCE\n"))
    #expect(found.hasPrefix("hubspot 222 newer_record"), "\(found)")
  }

  @Test(arguments: [(119, true), (120, false), (121, false)])
  func `edits that are closer than clock_tolerance are a tie`(seconds: Int, isTie: Bool) throws {
    let time = "10:0\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60).000Z"
    let pipeline = try pipeline(
      "clock_tolerance: 120", hubspot: "101,phone,111,2026-11-10T\(time),CRM_UI\n", salesforce: entry("10:00:00.000Z"))
    let found = try decision(pipeline)
    #expect(found.hasPrefix(isTie ? "hubspot 222 tie_salesforce" : "salesforce 111 newer_field"), "\(found)")
  }

  @Test func `an entry whose time cannot be read is reported with its line, and counts as none`() throws {
    let pipeline = try pipeline(hubspot: "101,phone,111,yesterday,CRM_UI\n")
    #expect(try decision(pipeline).hasPrefix("salesforce 111 newer_record"))
    #expect(
      try pipeline.lines("n", "rejects", "record_id", "file", "line", "field", "code") == [
        "101 h.csv 2 phone invalid_datetime"
      ])
  }

  @Test func `a history that is not there stops the run before anything is touched`() throws {
    let pipeline = try pipeline(hubspot: "")
    try pipeline.sandbox.remove("h.csv")
    let outcome = try pipeline.run("n")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("h.csv"), "\(outcome.messages)")
    #expect(!pipeline.sandbox.has("out"))
  }

  @Test func `a long value at the end of what is read to find the delimiter is no fault of the file`() throws {
    let entries = (0..<40).map {
      "101,other,\"\(String(repeating: "x", count: 4000)), \($0)\",2026-11-09T08:00:00Z,CRM_UI\n"
    }
    #expect(
      try decision(pipeline(hubspot: entries.joined() + "101,phone,111,2026-11-09T08:00:00Z,CRM_UI\n"))
        .hasPrefix("hubspot 222 newer_record"))
  }
}
