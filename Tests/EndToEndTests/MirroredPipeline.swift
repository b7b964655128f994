import Foundation
import TestSupport
import Testing

/// Companies whose staging and mirror are in a database, in the schemas `staging` and `crm`.
struct MirroredPipeline {
  let pipeline: SmallPipeline
  private let server: PostgresServer
  private let url: String

  /// A pipeline that connects by way of `place`; nil: by the database's own `url`. `options` are further ones of staging.
  init(_ purpose: String, _ server: PostgresServer, _ url: String, by place: String? = nil, options: String = "") throws
  {
    self.server = server
    self.url = url
    _ = try MirrorTables(server, url)
    pipeline = try SmallPipeline(purpose, "chunk_size: 300", "max_creates: 1000")
    let place = place ?? url
    try pipeline.sandbox.change(
      "pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(place)\", schema: staging\(options)}\n")
    try pipeline.sandbox.change(
      "pipeline.yaml", "  files: out\n", to: "  files: out\n  postgres: {url: \"\(place)\", schema: crm}\n")
  }

  /// Writes the exports of a night.
  func write(_ night: Int) throws {
    let exports = GeneratedExports(2000, night: night, seed: 11)
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
  }

  /// After both nights: the load files are those of staging in files that nothing disturbed, the mirror holds what they say,
  /// and all rows balance.
  func expectUndisturbed(_ context: String = "") throws {
    let found = try pipeline.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
    let changed = differences(try PostgresStagingTests.undisturbed.get(), found)
    #expect(changed.isEmpty, "\(context) \(changed)")
    #expect(try server.query(url, "SELECT count(*) > 0 AND bool_and(holds) FROM staging.balance") == "t", "\(context)")
    let writes = try ["n1", "n2"].map { run in
      try RecordWrite.readLoadFiles(try pipeline.sandbox.contents(under: "out/\(run)"), hubspotIDField: "HubSpot_Id__c")
    }
    for table in ["companies", "Account"] {
      let rows = try MirrorTables.rows(table, server, url)
      #expect(rows == MirrorTables.expected(table, after: writes), "\(context) \(table)")
    }
  }
}
