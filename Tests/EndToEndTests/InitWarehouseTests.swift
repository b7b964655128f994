import Foundation
import TestSupport
import Testing

/// `resync init DIRECTORY --postgres` writes a pipeline over the tables of a warehouse, and `resync run` on it works
/// (issue 8; domain facts 2.12).
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct InitWarehouseTests {
  private let server: PostgresServer
  private let url: String
  private let folder: Sandbox

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
    folder = try Sandbox("init-warehouse")
    let account = SalesforceIDs.account
    try server.query(
      url,
      """
      CREATE SCHEMA raw;
      CREATE TABLE raw.hs AS SELECT * FROM (VALUES
        (101, 'One', 'one.example', 'Oslo', '\(account(1))', '2026-11-01T08:00:00Z'::timestamptz),
        (102, 'Two', 'two.example', 'Bergen', NULL, '2026-11-01T08:00:00Z'::timestamptz))
        AS v(id, name, domain, city, link, changed);
      CREATE TABLE raw.sf AS SELECT * FROM (VALUES
        ('\(account(1))', 'One AS', 'one.example', 'Oslo', '2026-11-02T08:00:00Z'::timestamptz),
        ('\(account(2))', 'Two', 'two.example', 'Voss', '2026-11-02T08:00:00Z'::timestamptz))
        AS v(id, name, website, city, changed)
      """)
  }

  private func makeShape(_ shape: String) throws {
    let company: String
    switch shape {
    case "fivetran":
      company = """
        id, name AS property_name, domain AS property_domain, city AS property_city,
        link AS property_salesforceaccountid, changed AS property_hs_lastmodifieddate, false AS _fivetran_deleted
        """
    case "stitch":
      company = """
        id AS company_id, name AS properties__name__value, domain AS properties__domain__value,
        city AS properties__city__value, link AS properties__salesforceaccountid__value,
        changed AS properties__hs_lastmodifieddate__value
        """
    default:
      company = """
        id, jsonb_build_object('name', name, 'domain', domain, 'city', city, 'salesforceaccountid', link,
          'hs_lastmodifieddate', changed) AS properties, now() AS _airbyte_emitted_at
        """
    }
    let account =
      shape == "heroku"
      ? "7 AS id, id AS sfid, name, website, city AS billingcity, changed AS lastmodifieddate"
      : "id, name, website, city AS billing_city, changed AS last_modified_date"
    try server.query(
      url,
      """
      CREATE SCHEMA crm;
      CREATE TABLE crm.company AS SELECT \(company) FROM raw.hs;
      CREATE TABLE crm.account AS SELECT \(account) FROM raw.sf;
      CREATE TABLE crm.fivetran_audit AS SELECT 'x' AS id, 1 AS rows
      """)
  }

  private func initialize(_ options: String...) throws -> Outcome {
    try Program.run(
      "resync", ["init", folder.file("crm"), "--postgres", url] + options,
      under: "export RESYNC_SOURCE_URL='\(url)'")
  }

  private func resync(_ words: String...) throws -> Outcome {
    try Program.run("resync", words, under: "export RESYNC_SOURCE_URL='\(url)'")
  }

  @Test(arguments: ["fivetran", "stitch", "airbyte", "heroku"])
  func `the pipeline that it writes runs, and pairs by link and domain`(shape: String) throws {
    try makeShape(shape)
    let outcome = try initialize("--schema", "crm")
    #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.messages)")
    #expect(outcome.output.contains("hubspot companies") && outcome.output.contains("table crm.account"))
    #expect(outcome.output.contains("table crm.fivetran_audit: it holds no object"), "\(outcome.output)")
    let yaml = try folder.text("crm/pipeline.yaml")
    #expect(yaml.contains("postgres: {url: \"${RESYNC_SOURCE_URL}\", table: crm.company}"), "\(yaml)")
    let mappings = try folder.text("crm/mappings/companies.csv")
    for row in ["name,Name,", "domain,Website,", "city,BillingCity,"] {
      #expect(mappings.contains("\n\(row)"), "\(row)")
    }

    let run = try resync("run", folder.file("crm/pipeline.yaml"), "--run", "n1")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(run.output.contains("hubspot: 2 rows read = 2 paired"), "\(run.output)")
    let changes = try folder.text("crm/out/n1/changes.csv")
    #expect(changes.contains(",hubspot,set,name,One,One AS,"), "\(changes)")
    #expect(changes.contains(",hubspot,set,city,Bergen,Voss,"), "\(changes)")
  }

  @Test(arguments: ["7 AS id, 'a@one.example' AS email, false AS archived", "7 AS owner_id, 'a@one.example' AS email"])
  func `owners and users are found, also as Fivetran has them, and then owners are mapped`(owner: String) throws {
    try makeShape("fivetran")
    try server.query(
      url,
      """
      ALTER TABLE crm.company ADD property_hubspot_owner_id bigint DEFAULT 7;
      ALTER TABLE crm.account ADD owner_id text DEFAULT '005000000000001AAA';
      CREATE TABLE crm.owner AS SELECT \(owner);
      CREATE TABLE crm.user AS SELECT '005000000000001AAA' AS id, 'a@one.example' AS email, true AS is_active
      """)
    let outcome = try initialize("--schema", "crm")
    #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.messages)")
    #expect(try folder.text("crm/mappings/companies.csv").contains("\nhubspot_owner_id,OwnerId,two_way,default,"))
    let run = try resync("run", folder.file("crm/pipeline.yaml"), "--run", "n1")
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(!run.output.contains("owner_unmapped"), "\(run.output)")
    #expect(try folder.text("crm/pipeline.yaml").contains("who is archived") == !owner.contains("archived"))
    let check = try resync("mappings", "check", folder.file("crm/pipeline.yaml"))
    #expect(check.exitCode == 0, "\(check.output)\(check.messages)")
  }

  @Test func `the url is written nowhere, and the next command says where it goes`() throws {
    try makeShape("fivetran")
    let outcome = try initialize()
    #expect(outcome.output.contains("export RESYNC_SOURCE_URL="), "\(outcome.output)")
    for (name, data) in try folder.contents(under: "crm") {
      #expect(!String(decoding: data, as: UTF8.self).contains(url), "\(name)")
    }
    #expect(!(outcome.output + outcome.messages).contains(url))
  }

  @Test func `check counts the values of tables`() throws {
    try makeShape("fivetran")
    try server.query(
      url, "ALTER TABLE crm.company ADD property_industry text; UPDATE crm.company SET property_industry = 'BEES'")
    try server.query(url, "ALTER TABLE crm.account ADD industry text")
    try folder.write(
      "crm/Account.describe.json",
      """
      {"name": "Account", "keyPrefix": "001", "fields": [
        {"name": "Name", "label": "Name", "type": "string", "length": 255, "updateable": true, "createable": true},
        {"name": "Website", "label": "Website", "type": "url", "length": 255, "updateable": true, "createable": true},
        {"name": "BillingCity", "label": "City", "type": "string", "length": 40, "updateable": true, "createable": true},
        {"name": "Industry", "label": "Industry", "type": "picklist", "restrictedPicklist": true, "updateable": true,
         "createable": true, "picklistValues": [{"value": "Fishing", "label": "Fishing", "active": true}]}]}
      """)
    try folder.write(
      "crm/companies.properties.json",
      """
      {"results": [
        {"name": "name", "label": "Name", "type": "string", "fieldType": "text"},
        {"name": "domain", "label": "Domain", "type": "string", "fieldType": "text"},
        {"name": "city", "label": "City", "type": "string", "fieldType": "text"},
        {"name": "salesforceaccountid", "label": "Account", "type": "string", "fieldType": "text"},
        {"name": "industry", "label": "Industry", "type": "enumeration", "fieldType": "select",
         "options": [{"label": "Bees", "value": "BEES"}]}]}
      """)
    let outcome = try initialize("--schema", "crm")
    #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.messages)")
    let check = try resync("mappings", "check", folder.file("crm/pipeline.yaml"))
    #expect(check.output.contains("BEES"), "the value of the table has no partner: \(check.output)\(check.messages)")
  }

  @Test(arguments: [
    (["--schema", "none"], "none of the database has no table", 2),
    (["--schema", "half"], "has no object of which both", 2),
  ])
  func `what leads nowhere is refused, and nothing is written`(options: [String], words: String, code: Int32) throws {
    try server.query(url, "CREATE SCHEMA half; CREATE TABLE half.account AS SELECT * FROM raw.sf")
    let outcome = try Program.run("resync", ["init", folder.file("crm"), "--postgres", url] + options)
    #expect(outcome.exitCode == code && outcome.messages.contains(words), "\(outcome.exitCode) \(outcome.messages)")
    #expect(!folder.has("crm"))
  }

  @Test(arguments: [
    (["--postgres", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE", 2),
    (["--schema", "crm"], "--schema goes with --postgres", 2),
    (["--postgres", "postgresql://nobody:secret@127.0.0.1:1/none"], "the database: cannot be looked at", 1),
  ])
  func `a database that is not there is refused without its password`(
    options: [String], words: String, code: Int32
  ) throws {
    let outcome = try Program.run("resync", ["init", folder.file("crm")] + options)
    #expect(outcome.exitCode == code && outcome.messages.contains(words), "\(outcome.exitCode) \(outcome.messages)")
    #expect(!outcome.messages.contains("secret"))
  }
}
