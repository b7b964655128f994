import Foundation
import TestSupport
import Testing

/// A machine that gives little: few open files, a disk that is full.
@Suite struct NarrowMachineTests {
  /// Pairs of records whose cities differ.
  private func write(_ pipeline: SmallPipeline, pairs: Int) throws {
    try pipeline.write(
      companies: (0..<pairs).map { number in
        "\(101 + number),Company \(number),,,Oslo,,\(SalesforceIDs.account(number)),2026-11-01T08:00:00Z"
      },
      accounts: (0..<pairs).map { number in
        "\(SalesforceIDs.account(number)),Company \(number),,,Bergen,,,2026-11-01T08:00:00Z"
      })
  }

  @Test func `an export of more chunks than files may be open is cut into all of them`() throws {
    let pipeline = try SmallPipeline("files", "chunk_size: 1")
    try write(pipeline, pairs: 300)
    let outcome = try Program.run(
      "resync-extract", [pipeline.file, "--run", "n1"], under: "ulimit -n 200")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    for side in ["hubspot", "salesforce", "baseline"] {
      let names = try pipeline.sandbox.names(under: "staging/companies/runs/n1/extract/companies/\(side)")
      #expect(names.count == 300, "\(side)")
    }
    let last = try pipeline.sandbox.text("staging/companies/runs/n1/extract/companies/hubspot/0299.csv")
    #expect(last.contains(",400,") && last.split(separator: "\n").count == 2, "\(last)")
  }

  /// A file system of its own needs rights that a test does not have. A limit on the size of files stops a write as a full
  /// disk does: with an error, not with a signal, since that is ignored.
  @Test(arguments: [32, 100, 200])
  func `a write that fails stops the run with its reason, and the same command goes on where there is room`(
    blocks: Int
  ) throws {
    let pipeline = try SmallPipeline("full", "chunk_size: 1000")
    try write(pipeline, pairs: 3000)
    let full = try Program.run(
      "resync", ["run", pipeline.file, "--run", "n1"], under: "trap '' XFSZ; ulimit -f \(blocks)")
    #expect(full.exitCode == 1, "\(full.output)")
    #expect(full.messages.contains("cannot write") && full.messages.contains("File too large"), "\(full.messages)")
    #expect(!pipeline.sandbox.has("out/n1/changes.csv"))
    try pipeline.complete("n1")
    #expect(try pipeline.sandbox.names(under: "staging").allSatisfy { !$0.hasSuffix(".part") })

    let roomy = try SmallPipeline("roomy", "chunk_size: 1000")
    try write(roomy, pairs: 3000)
    try roomy.complete("n1")
    #expect(
      differences(try pipeline.sandbox.contents(under: "out"), try roomy.sandbox.contents(under: "out")) == [])
  }
}
