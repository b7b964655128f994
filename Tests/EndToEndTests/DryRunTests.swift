import Foundation
import TestSupport
import Testing

/// `run --dry-run` does all but the load, and shows what the load would do (interface, "Command line").
@Suite(.overBothStores) struct DryRunTests {
  @Test
  func
    `a dry run touches neither load folder nor baseline, and the real run after it is the same as without`()
    throws
  {
    let nights = try SampleNights(chunkSize: Reference.chunkSize)
    let expected = try Reference.files()
    let first = try nights.run(1, ["--dry-run"])
    #expect(first.exitCode == 0, "\(first.messages)")
    #expect(!nights.sandbox.has("out/n1"))
    #expect(try !nights.sandbox.hasBaseline(of: "companies", staging: ".resync/companies"))
    try nights.complete(1)

    let before = try state(nights)
    let second = try nights.run(2, ["--dry-run"])
    #expect(second.exitCode == 0, "\(second.messages)")
    #expect(try state(nights) == before)
    try expectPreview(second.output, ofRun: "n2", expected)

    try nights.complete(2)
    let changed = differences(Store.current.common(expected), try nights.leftBehind())
    #expect(changed.isEmpty, "\(changed)")
  }

  /// What is the same as long as nothing is loaded.
  private func state(_ nights: SampleNights) throws -> [[String: String]] {
    [
      // Beside the load files lies what runs over a database need of scratch, and their previews.
      try nights.sandbox.stamps(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") },
      try nights.sandbox.baselineState(staging: ".resync/companies"),
    ]
  }

  /// The folder that the output names has the reports that the real run will write.
  private func expectPreview(_ output: String, ofRun run: String, _ expected: [String: Data]) throws {
    let words = output.split(whereSeparator: \.isWhitespace).map(String.init)
    let folder = try #require(words.last { $0.hasSuffix("/preview") }, "\(output)")
    for report in ["changes.csv", "conflicts.csv", "rejects.csv", "unmatched.csv", "accounting.json"] {
      #expect(
        FileManager.default.contents(atPath: "\(folder)/\(report)") == expected["out/\(run)/\(report)"],
        "\(report)")
    }
  }
}
