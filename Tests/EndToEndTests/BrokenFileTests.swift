import TestSupport
import Testing

/// The broken files of the sample data: each is refused, or its bad rows are rejected, by file and line
/// (semantics 7).
@Suite(.overBothStores) struct BrokenFileTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try SampleNights().sandbox }

  private static let mappings = """
    hubspot_property,salesforce_field,sync_rule,origin,salesforce_object,compare,value_map,on_too_long
    name,Name,prefer_salesforce,default,,,,
    city,BillingCity,prefer_salesforce,default,,ignore_case,,

    """

  /// Runs the first night with a broken file as the export of HubSpot.
  private func run(_ file: String, maxRejects: String, _ sourceOption: String? = nil) throws -> Outcome {
    let pipeline = SampleNights.pipelines[0]
    try sandbox.write("pipelines/mappings/companies.csv", Self.mappings)
    try sandbox.change(
      pipeline, "csv: ../sample-data/hubspot/companies.csv",
      to: "csv: ../sample-data/broken/\(file)" + (sourceOption.map { "\n      \($0)" } ?? ""))
    try sandbox.change(pipeline, "max_creates: 500", to: "max_creates: 500\nmax_rejects: \(maxRejects)")
    return try Program.run("resync", ["run", sandbox.file(pipeline), "--run", "n1"])
  }

  @Test(arguments: [
    ("empty.csv", 1, "header"), ("blank-lines.csv", 1, "header"), ("no-header.csv", 1, "hs_object_id"),
    ("repeated-column.csv", 1, "city"), ("missing-id-column.csv", 1, "hs_object_id"),
    ("unclosed-quote.csv", 3, "quote"),
    ("latin-1.csv", 2, "windows-1252"), ("utf-16le.csv", 1, "UTF-16"),
  ])
  func `a file that cannot be read is refused whole, by name and line`(
    file: String, line: Int, word: String
  ) throws {
    let outcome = try run(file, maxRejects: "1%")
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    #expect(outcome.messages.contains("sample-data/broken/\(file):\(line)"), "\(outcome.messages)")
    #expect(outcome.messages.lowercased().contains(word.lowercased()), "\(outcome.messages)")
    #expect(!sandbox.has("out/n1"))
    #expect(try !sandbox.hasBaseline(of: "companies", staging: ".resync/companies"))
  }

  @Test(arguments: [
    ("ragged-rows.csv", ["3 ragged_row", "5 ragged_row", "6 ragged_row"], 3),
    ("stray-quotes.csv", ["3 malformed_quote", "4 malformed_quote", "6 malformed_quote"], 3),
    ("bad-ids.csv", ["3 missing_id", "4 invalid_encoding", "5 duplicate_id"], 1),
  ])
  func `rows that cannot be used are rejected by line, and the others go on`(
    file: String, rejects: [String], good: Int
  ) throws {
    let outcome = try run(file, maxRejects: "100%")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let report = CSVDocument(try sandbox.data("out/n1/rejects.csv"))
    let rows = report.rows.filter { report.text($0, "file").hasSuffix("sample-data/broken/\(file)") }
    #expect(rows.map { "\(report.text($0, "line")) \(report.text($0, "code"))" }.sorted() == rejects)
    #expect(rows.allSatisfy { !report.text($0, "message").isEmpty })
    let accounting = try ResultFolder(sandbox.file("out/n1")).accounting()
    #expect(accounting["companies hubspot paired"] == good)
    #expect(accounting["companies hubspot rejected"] == 3)
  }

  @Test(arguments: ["ragged-rows.csv", "stray-quotes.csv"])
  func `more unreadable rows than max_rejects stop the run before the load`(file: String) throws {
    let outcome = try run(file, maxRejects: "1%")
    #expect(outcome.exitCode == 3)
    #expect(outcome.messages.contains("max_rejects"), "\(outcome.messages)")
    #expect(!sandbox.has("out/n1"))
  }

  @Test(arguments: [("utf-16le.csv", "encoding: utf-16"), ("latin-1.csv", "encoding: windows-1252")])
  func `a file in another encoding is read once that is declared`(file: String, option: String) throws {
    let outcome = try run(file, maxRejects: "1%", option)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let accounting = try ResultFolder(sandbox.file("out/n1")).accounting()
    #expect(accounting["companies hubspot paired"] == 3)
  }
}
