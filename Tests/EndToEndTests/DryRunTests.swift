import Foundation
import TestSupport
import Testing

/// `run --dry-run` does all but the load, and shows what the load would do (interface, "Command line").
@Suite struct DryRunTests {
  @Test
  func
    `a dry run touches neither load folder nor baseline, and the real run after it is the same as without`()
    throws
  {
    let nights = try SampleNights(chunkSize: Reference.chunkSize)
    let expected = try Reference.files()
    let first = try nights.run(1, ["--dry-run"])
    #expect(first.exitCode == 0, "\(first.messages)")
    #expect(!nights.sandbox.has("out"))
    #expect(!nights.sandbox.has(".resync/companies/baseline/companies/current"))
    try nights.complete(1)

    let before = [
      try nights.sandbox.stamps(under: "out"), try nights.sandbox.stamps(under: ".resync/companies/baseline"),
    ]
    let second = try nights.run(2, ["--dry-run"])
    #expect(second.exitCode == 0, "\(second.messages)")
    let after = [
      try nights.sandbox.stamps(under: "out"), try nights.sandbox.stamps(under: ".resync/companies/baseline"),
    ]
    #expect(before == after)
    try expectPreview(second.output, ofRun: "n2", expected)

    try nights.complete(2)
    let changed = differences(expected, try nights.leftBehind())
    #expect(changed.isEmpty, "\(changed)")
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
