import TestSupport
import Testing

/// The end of an export, however it is written, ends its last row (RFC 4180, section 2, rule 2).
@Suite(.overBothStores) struct LastRowTests {
  @Test(arguments: ["", "\n", "\r\n", "\n\n"])
  func `the last row is read whatever stands behind it`(ending: String) throws {
    let pipeline = try SmallPipeline("last-row")
    try pipeline.write(companies: [], accounts: [])
    let companies = """
      \(SmallPipeline.companyColumns)
      1,One,one.example,,,,,2026-03-01T00:00:00Z
      2,Two,two.example,,,,,2026-03-01T00:00:00Z
      """
    try pipeline.sandbox.write("companies.csv", companies + ending)
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let unmatched = try pipeline.lines("r", "unmatched", "side", "record_id")
    #expect(unmatched == ["hubspot 1", "hubspot 2"])
  }
}
