import Foundation
import TestSupport
import Testing

/// Whom an activity belongs to, where a table of associations says so and not a column of its export.
@Suite(.overBothStores) struct AssociationTests {
  private func call(_ number: Int, _ cells: [String: String] = [:]) -> [String: String] {
    SyncRuleTests.call(number, cells)
  }

  /// The exports without the columns of associations, and those as tables of a row each.
  private func asTables(_ pipeline: ActivityPipeline, _ sources: [String]) throws {
    var links: [[String: String]] = []
    for source in sources {
      let export = CSVDocument(try pipeline.sandbox.data("\(source).csv"))
      links += export.dictionaries.flatMap { row in
        (row["contact_ids"] ?? "").split(separator: ";").map {
          ["engagement_id": row["hs_object_id"] ?? "", "contact_id": String($0)]
        }
      }
      let kept = export.header.filter { $0 != "contact_ids" }
      let rows = export.rows.map { row in kept.map { "\"\(export.text(row, $0))\"" }.joined(separator: ",") }
      try pipeline.sandbox.write(
        "\(source).csv", ([kept.joined(separator: ",")] + rows).joined(separator: "\n") + "\n")
    }
    try pipeline.write("engagement_contact", links)
  }

  @Test(.overFilesOnly("associations are joined before anything is staged"), arguments: [100, 7])
  func `a table of associations gives the load files that a column gives, in chunks of any size`(size: Int) throws {
    let (column, table) = (
      try ActivityPipeline(.hubSpotToSalesforce, "column"), try ActivityPipeline(.hubSpotToSalesforce, "table")
    )
    for pipeline in [column, table] {
      try GeneratedActivities.syncPipeline(rows: 90, into: pipeline)
      // Engagements share one space of ids: calls have odd ones here, notes even ones.
      for (source, shift) in [("calls", 1), ("notes", 0)] {
        let export = CSVDocument(try pipeline.sandbox.data("\(source).csv"))
        try pipeline.write(
          source,
          export.dictionaries.map { row in
            row.merging(["hs_object_id": "\(2 * (Int(row["hs_object_id"] ?? "") ?? 0) + shift)"]) { $1 }
          })
      }
      if pipeline.file == table.file { try asTables(pipeline, ["calls", "notes"]) }
      try pipeline.save(settings: ["chunk_size: \(size)"])
      try pipeline.complete("n1")
      try pipeline.complete("n2")
    }
    let changed = try differences(column.sandbox.contents(under: "out"), table.sandbox.contents(under: "out"))
      .filter { !$0.contains("rejects.csv") }
    #expect(changed.isEmpty, "\(changed)")
    #expect(try !table.tasks("n1").isEmpty && table.tasks("n2").isEmpty, "the ledger knows them by the same ids")
  }

  @Test func `the column and the table add up, deleted rows and records that are not there are passed over`() throws {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "both")
    try pipeline.write(
      "calls", [call(1, ["contact_ids": "101"]), call(2, ["contact_ids": "101"]), call(3, ["contact_ids": "101"])])
    try pipeline.write(
      "engagement_contact",
      [
        ["engagement_id": "1", "contact_id": "102"],
        ["engagement_id": "2", "contact_id": "102", "_fivetran_deleted": "true"],
        ["engagement_id": "3", "contact_id": "999"], ["engagement_id": "77", "contact_id": "102"],
      ])
    try pipeline.write("engagement_company", [["engagement_id": "2", "company_id": "201"]])
    try pipeline.write("engagement_deal", [["engagement_id": "3", "deal_id": "301"]])
    try pipeline.save()
    try pipeline.complete("r")
    let tasks = try pipeline.tasks("r")
    #expect(tasks["calls:1"]?["WhoId"] == ActivityPipeline.lead, "contact 102 was created later")
    #expect(tasks["calls:2"]?["WhoId"] == ActivityPipeline.contact)
    #expect(tasks["calls:2"]?["WhatId"] == ActivityPipeline.account)
    #expect(tasks["calls:3"]?["WhatId"] == ActivityPipeline.opportunity)
  }

  @Test func `without a table the column is needed, and events need it always`() throws {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "needed")
    try pipeline.write("calls", [call(1)])
    try asTables(pipeline, ["calls"])
    try pipeline.sandbox.remove("engagement_contact.csv")
    try pipeline.save()
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("contact_ids is missing"), "\(outcome.messages)")
    try pipeline.write("engagement_contact", [])
    try pipeline.sandbox.write("content_views.csv", "id,created,contentName\nv,2026-03-05,Prices\n")
    try pipeline.save()
    let events = try pipeline.run("r")
    #expect(events.exitCode == 1 && events.messages.contains("content_views.csv"), "\(events.messages)")
  }
}

/// Activities that are read from a database: what its tables give is what files with the same rows give.
@Suite(.enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresActivitySourceTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  private func change(_ pipeline: ActivityPipeline, _ source: String, _ place: String) throws {
    try pipeline.sandbox.change(
      "pipeline.yaml", "\(source): {csv: \(source).csv}", to: "\(source): {postgres: {url: \"\(url)\", \(place)}}")
  }

  @Test func `tables, and a query that joins the contacts, give the bytes that files give`() throws {
    let (files, tables) = (
      try ActivityPipeline(.hubSpotToSalesforce, "files"), try ActivityPipeline(.hubSpotToSalesforce, "tables")
    )
    for pipeline in [files, tables] {
      try pipeline.write(
        "calls",
        [
          SyncRuleTests.call(1, ["contact_ids": "101;102"]), SyncRuleTests.call(2, ["contact_ids": ""]),
          SyncRuleTests.call(3, ["contact_ids": "101", "hubspot_owner_id": "900"]),
        ])
      try pipeline.save()
    }
    try server.query(
      url,
      """
      CREATE TABLE engagement_call (engagement_id bigint, property_hs_createdate timestamptz,
        property_hs_timestamp timestamptz, property_hs_call_title text, property_hubspot_owner_id bigint);
      INSERT INTO engagement_call VALUES (1, '2026-03-02 09:00Z', '2026-03-02 09:00Z', 'Hello', NULL),
        (2, '2026-03-02 09:00Z', '2026-03-02 09:00Z', 'Hello', NULL),
        (3, '2026-03-02 09:00Z', '2026-03-02 09:00Z', 'Hello', 900);
      CREATE TABLE engagement_contact (engagement_id bigint, contact_id bigint);
      INSERT INTO engagement_contact VALUES (1, 101), (1, 102), (3, 101);
      CREATE TABLE owner (owner_id bigint, email text);
      INSERT INTO owner VALUES (900, 'ada@example.com'), (901, 'nobody@example.com');
      CREATE TABLE sf_user (id text, email text, is_active boolean);
      INSERT INTO sf_user VALUES ('\(ActivityPipeline.ada)', 'Ada@example.com', true),
        ('\(ActivityPipeline.integration)', 'integration@example.com', true);
      """)
    try change(tables, "owners", "table: owner")
    try change(tables, "User", "table: sf_user")
    let text = try tables.sandbox.text("pipeline.yaml")
    let joined =
      "SELECT c.*, (SELECT string_agg(e.contact_id::text, ';' ORDER BY e.contact_id) FROM engagement_contact AS e "
      + "WHERE e.engagement_id = c.engagement_id) AS contact_ids FROM engagement_call AS c ORDER BY engagement_id"
    try files.complete("r")
    let expected = try files.results("r").upserts()
    #expect(try files.tasks("r").count == 2)
    // The table of associations as a source of its own, or joined by a query.
    try change(tables, "calls", "table: engagement_call")
    try tables.sandbox.change(
      "pipeline.yaml", "  hubspot:\n",
      to: "  hubspot:\n    engagement_contact: {postgres: {url: \"\(url)\", table: engagement_contact}}\n")
    try tables.complete("r")
    #expect(try differences(expected, tables.results("r").upserts()).isEmpty)
    try tables.sandbox.write("pipeline.yaml", text)
    try tables.sandbox.change("pipeline.yaml", "name: activities", to: "name: joined")
    try change(tables, "calls", "query: \"\(joined)\"")
    try tables.complete("s")
    #expect(try differences(expected, tables.results("s").upserts()).isEmpty)
  }

  @Test func `a table that has changed since makes another run of it, and what is wrong with one is said`() throws {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "changed")
    try pipeline.write("calls", [])
    try pipeline.save()
    try server.query(
      url,
      """
      CREATE TABLE calls (hs_object_id text, hs_createdate text, hs_timestamp text, hs_call_title text,
        hubspot_owner_id text, contact_ids text);
      INSERT INTO calls VALUES ('1', '2026-03-02T09:00:00Z', '2026-03-02T09:00:00Z', 'Hello', '', '101')
      """)
    try change(pipeline, "calls", "table: calls")
    try pipeline.complete("r", "--to", "map")
    try server.query(url, "INSERT INTO calls SELECT '2', hs_createdate, hs_timestamp, 'More', '', '102' FROM calls")
    try pipeline.complete("r")
    #expect(try pipeline.tasks("r").keys.sorted() == ["calls:1", "calls:2"], "extracted anew")
    try server.query(url, "ALTER TABLE calls DROP COLUMN contact_ids")
    let outcome = try pipeline.run("s")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("table calls"), "\(outcome.messages)")
    #expect(
      outcome.messages.contains("contact_ids is missing") && !outcome.messages.contains(url), "\(outcome.messages)")
  }
}
