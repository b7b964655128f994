import Foundation
import TestSupport
import Testing

/// Sources in a database give what the same rows give as CSV, whatever the warehouse calls its columns (domain facts 2.12).
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresSourceTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  /// Two pipelines of the same companies: one reads CSV, the other the tables or queries given as YAML.
  private func pipelines(_ count: Int, companies: String, accounts: String) throws -> [SmallPipeline] {
    try ["csv", "database"].map { purpose in
      let pipeline = try SmallPipeline(purpose, "max_creates: 5000")
      let exports = GeneratedExports(count, night: 1, seed: 23)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
      guard purpose == "database" else { return pipeline }
      try copy("company_csv", SmallPipeline.companyColumns, pipeline.sandbox.file("companies.csv"))
      try copy("account_csv", SmallPipeline.accountColumns, pipeline.sandbox.file("Account.csv"))
      try pipeline.sandbox.change(
        "pipeline.yaml", "csv: companies.csv", to: "postgres: {url: \"\(url)\", \(companies)}")
      try pipeline.sandbox.change("pipeline.yaml", "csv: Account.csv", to: "postgres: {url: \"\(url)\", \(accounts)}")
      return pipeline
    }
  }

  private func copy(_ table: String, _ columns: String, _ file: String) throws {
    let names = columns.split(separator: ",").map { "\"\($0)\" text" }.joined(separator: ", ")
    try server.query(url, "CREATE TABLE \(table) (\(names))")
    try server.query(url, "\\copy \(table) FROM '\(file)' (FORMAT csv, HEADER)")
  }

  private func expectTheSame(_ pipelines: [SmallPipeline]) throws {
    for pipeline in pipelines {
      let outcome = try pipeline.run("n1")
      try #require(outcome.exitCode == 0, "\(outcome.messages)")
      let verified = try Program.run("resync", ["verify", pipeline.file, "--run", "n1"])
      #expect(verified.exitCode == 0, "what was not changed since is what the run has read: \(verified.messages)")
    }
    let found = try pipelines.map { try $0.sandbox.contents(under: "out") }
    #expect(!found[0].isEmpty)
    let changed = differences(found[0], found[1])
    #expect(changed.isEmpty, "\(changed)")
  }

  private func makeFivetran() throws {
    try server.query(
      url,
      """
      CREATE SCHEMA fivetran;
      CREATE TABLE fivetran.company AS SELECT hs_object_id::bigint AS id, name AS property_name, domain AS property_domain,
        phone AS property_phone, city AS property_city, numberofemployees::numeric AS property_numberofemployees,
        salesforceaccountid AS property_salesforceaccountid,
        hs_lastmodifieddate::timestamptz AS property_hs_lastmodifieddate, now() AS _fivetran_synced,
        false AS _fivetran_deleted FROM company_csv;
      INSERT INTO fivetran.company SELECT * FROM fivetran.company LIMIT 5;
      UPDATE fivetran.company SET _fivetran_deleted = true WHERE ctid IN
        (SELECT max(ctid) FROM fivetran.company GROUP BY id HAVING count(*) > 1);
      CREATE TABLE fivetran.account AS SELECT "Id" AS id, "Name" AS name, "Website" AS website, "Phone" AS phone,
        "BillingCity" AS billing_city, "NumberOfEmployees"::integer AS number_of_employees,
        "HubSpot_Id__c" AS hub_spot_id_c, "LastModifiedDate"::timestamptz AS last_modified_date,
        false AS _fivetran_deleted FROM account_csv
      """)
  }

  @Test func `tables of Fivetran`() throws {
    let both = try pipelines(500, companies: "table: fivetran.company", accounts: "table: fivetran.account")
    try makeFivetran()
    try expectTheSame(both)
  }

  @Test func `tables of Stitch and Heroku Connect, whose id is no key`() throws {
    let both = try pipelines(500, companies: "table: stitch", accounts: "table: salesforce.account")
    try server.query(
      url,
      """
      CREATE TABLE stitch AS SELECT hs_object_id AS company_id, name AS properties__name__value,
        domain AS properties__domain__value, phone AS properties__phone__value, city AS properties__city__value,
        numberofemployees AS properties__numberofemployees__value,
        salesforceaccountid AS properties__salesforceaccountid__value,
        hs_lastmodifieddate::timestamptz AS properties__hs_lastmodifieddate__value FROM company_csv;
      CREATE SCHEMA salesforce;
      CREATE TABLE salesforce.account AS SELECT row_number() OVER () AS id, "Id" AS sfid, "Name" AS name,
        "Website" AS website, "Phone" AS phone, "BillingCity" AS billingcity,
        "NumberOfEmployees"::float8 AS numberofemployees, "HubSpot_Id__c" AS hubspot_id__c,
        "LastModifiedDate"::timestamptz::timestamp AS lastmodifieddate FROM account_csv
      """)
    try expectTheSame(both)
  }

  @Test func `the properties of Airbyte in JSON, and a query`() throws {
    let both = try pipelines(
      500, companies: "table: airbyte",
      // What closes the bracket of postgres: the key behind it stands beside it.
      accounts: "query: 'SELECT \"Id\" AS key, * FROM account_csv -- all'}, columns: {Id: key")
    try server.query(
      url,
      """
      CREATE TABLE airbyte AS SELECT hs_object_id AS id,
        to_jsonb(company_csv) - 'hs_object_id' AS properties, now() AS _airbyte_emitted_at FROM company_csv
      """)
    try expectTheSame(both)
  }

  @Test func `a large table is read in ranges, with the same result`() throws {
    let both = try pipelines(5000, companies: "table: large", accounts: "table: account_csv")
    // A row a page: more than 32 MB.
    try server.query(
      url, "CREATE TABLE large WITH (fillfactor = 10) AS SELECT *, repeat('x', 1500) AS filler FROM company_csv")
    #expect(try server.query(url, "SELECT pg_relation_size('large') > 4096 * 8192") == "t")
    // The server lays such rows out in an order of its own: the export of the other pipeline has the same.
    let columns = SmallPipeline.companyColumns
    try server.query(
      url,
      "\\copy (SELECT \(columns) FROM large ORDER BY ctid) TO '\(both[0].sandbox.file("companies.csv"))' (FORMAT csv, HEADER)"
    )
    try expectTheSame(both)
  }

  @Test func `a column that two fields could mean is refused, and a changed table begins a new run`() throws {
    let pipeline = try pipelines(100, companies: "table: company_csv", accounts: "table: account")[1]
    try server.query(url, "CREATE TABLE account AS SELECT * FROM account_csv")
    let describe = try pipeline.sandbox.text("Account.describe.json")
    try server.query(url, "ALTER TABLE account RENAME \"BillingCity\" TO billing_city")
    try pipeline.sandbox.change(
      "Account.describe.json", "{\"name\": \"Website\"",
      to: "{\"name\": \"Billing_City\", \"label\": \"B\", \"type\": \"string\", \"length\": 9, \"nillable\": true}, "
        + "{\"name\": \"Website\"")
    let unclear = try pipeline.run("n1")
    #expect(unclear.exitCode == 1 && unclear.messages.contains("BillingCity and Billing_City"), "\(unclear.messages)")
    #expect(!unclear.messages.contains("resync@"), "\(unclear.messages)")
    try pipeline.sandbox.write("Account.describe.json", describe)
    let first = try Program.run("resync", ["run", pipeline.file])
    try #require(first.exitCode == 0, "\(first.messages)")
    let again = try Program.run("resync", ["run", pipeline.file])
    #expect(again.output.contains("nothing is left to do"), "\(again.output)")
    try server.query(
      url, "UPDATE account SET billing_city = 'Elsewhere' WHERE \"Id\" = (SELECT min(\"Id\") FROM account)")
    let next = try Program.run("resync", ["run", pipeline.file])
    #expect(next.exitCode == 0 && !next.output.contains("nothing is left to do"), "\(next.output)")
  }

  /// A table is known by the transactions that wrote its rows, a view by what its rows hold.
  @Test(arguments: ["account", "(view)"]) func `whatever changes a row begins a new run, and nothing else does`(
    table: String
  ) throws {
    let isView = table != "account"
    let pipeline = try pipelines(100, companies: "table: company_csv", accounts: "table: \(isView ? "seen" : table)")[1]
    try server.query(url, "CREATE TABLE account AS SELECT * FROM account_csv")
    if isView { try server.query(url, "CREATE VIEW seen AS SELECT * FROM account") }
    try #require(try Program.run("resync", ["run", pipeline.file]).exitCode == 0)
    func isDone() throws -> Bool {
      let outcome = try Program.run("resync", ["run", pipeline.file])
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      return outcome.output.contains("nothing is left to do")
    }
    let least = "WHERE \"Id\" = (SELECT min(\"Id\") FROM account)"
    for harmless in ["ANALYZE account", "VACUUM FREEZE account", "SELECT 1 FROM account \(least) FOR UPDATE"] {
      try server.query(url, harmless)
      #expect(try isDone(), "\(harmless)")
    }
    for change in [
      "UPDATE account SET \"Name\" = 'Other' \(least)", "DELETE FROM account \(least)",
      "INSERT INTO account SELECT * FROM account_csv \(least.replacing("FROM account)", with: "FROM account_csv)"))",
    ] {
      try server.query(url, change)
      #expect(try !isDone(), "\(change)")
      #expect(try isDone(), "after \(change)")
    }
  }
}
