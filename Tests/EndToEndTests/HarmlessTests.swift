import Foundation
import TestSupport
import Testing

/// What an export or a pipeline may hold without harm: found by review, each once a crash or a wrong record.
@Suite(.overBothStores) struct HarmlessTests {
  private static let account = "001000000000001AAA"

  @Test func `a link that is no UTF-8 is a dangling link, and its record is not created again`() throws {
    let pipeline = try SmallPipeline("bad-link", "max_creates: 10", "max_rejects: 5")
    try pipeline.write(companies: [], accounts: ["\(Self.account),One,,,,,,2026-03-01T00:00:00Z"])
    var export = Data((SmallPipeline.companyColumns + "\n1,One,,,,,001").utf8)
    export.append(0xFF)
    export.append(Data("0000001,2026-03-01T00:00:00Z\n".utf8))
    try pipeline.sandbox.write("companies.csv", export)
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(try pipeline.lines("r", "unmatched", "side", "reason").contains("hubspot dangling_link"))
    #expect(try pipeline.lines("r", "changes", "hubspot_id").allSatisfy { $0 != "1" })
  }

  @Test func `a share of more than everything is everything`() throws {
    let pipeline = try SmallPipeline("huge-share", "max_rejects: 999999999999999999999999%")
    try pipeline.write(companies: ["1,One,,,,,,2026-03-01T00:00:00Z"], accounts: [])
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
  }

  @Test func `an export from the far future is read`() throws {
    let pipeline = try SmallPipeline("future")
    try pipeline.write(companies: ["1,One,,,,,,2026-03-01T00:00:00Z"], accounts: [])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 10_413_792_000)],
      ofItemAtPath: pipeline.sandbox.file("companies.csv"))
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
  }
}
