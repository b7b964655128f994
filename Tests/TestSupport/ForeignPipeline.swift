import Foundation

/// A pipeline of companies whose HubSpot export is any file that a test gives it, read under column names of its own.
public struct ForeignPipeline: TestPipeline {
  /// The folder of the pipeline: `export.csv`, `staging` and `out` are in it.
  public let sandbox: Sandbox

  /// A pipeline over the file `export`, or `export.csv` of the sandbox, whose ids and names stand in these columns.
  /// `options` are further keys of the source: `encoding: utf-16`.
  public init(
    _ export: String? = nil, id: String, name: String, options: String = "", maxRejects: String = "100%"
  ) throws {
    sandbox = try Sandbox("foreign")
    if let export { try sandbox.copy(export, to: "export.csv") }
    try sandbox.write("mappings.csv", "hubspot_property,salesforce_field,sync_rule\ncity,City__c,prefer_salesforce\n")
    try sandbox.write("Account.csv", "Id,City__c\n\(SalesforceIDs.account(1)),Oslo\n")
    let columns = "columns: {hs_object_id: \"\(id)\", salesforceaccountid: \"\(name)\", city: \"\(name)\"}"
    try sandbox.write(
      "pipeline.yaml",
      """
      name: companies
      staging: {\(Store.current.setting(in: sandbox))}
      sources:
        hubspot:
          companies: {csv: export.csv, \(columns)\(options.isEmpty ? "" : ", " + options)}
        salesforce:
          Account: {csv: Account.csv}
      objects:
        companies: {salesforce: [Account], mappings: mappings.csv}
      max_rejects: \(maxRejects)
      load: {files: out}

      """)
  }

  /// How many rows of the HubSpot export a run has read, and the code and line of those that it rejected; the run must end
  /// well, with every row accounted for.
  public func readAndRejected(_ run: String) throws -> (read: Int, rejects: [String]) {
    try complete(run)
    let counts = try ResultFolder(sandbox.file("out/\(run)")).accounting()
    func count(_ what: String) -> Int { counts["companies hubspot \(what)"] ?? 0 }
    let sum = ["paired", "unmatched", "rejected", "excluded"].reduce(0) { $0 + count($1) }
    guard count("read") == sum else { throw HelperError("\(count("read")) rows read, \(sum) accounted for") }
    // The issues of cells have a field and a record; the rest are rows.
    let report = try report(run, "rejects")
    let rows = report.rows.filter { report.text($0, "message").contains("at byte") || isDuplicate(report, $0) }
    guard rows.count == count("rejected") else { throw HelperError("\(rows.count) rejects, not \(count("rejected"))") }
    return (count("read"), rows.map { "\(report.text($0, "line")) \(report.text($0, "code"))" })
  }

  private func isDuplicate(_ report: CSVDocument, _ row: CSVDocument.Row) -> Bool {
    report.text(row, "code") == "duplicate_id"
  }
}
