import Foundation
import TestSupport
import Testing

/// `run` does what is left to do, and work that is done is not done again (interface, "Command line").
@Suite struct RunAgainTests {
  private let nights: SampleNights

  init() throws { nights = try SampleNights() }

  private func run(_ options: [String]) throws {
    let outcome = try Program.run("resync", ["run", nights.pipeline(1)] + options)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
  }

  private func stamps() throws -> [String: String] {
    try nights.sandbox.stamps(under: "out").merging(try nights.sandbox.stamps(under: ".resync")) { first, _ in
      first
    }
  }

  private func runNames() throws -> [String] {
    // Beside the runs lies `.resync`, which says whose they are.
    let names = try FileManager.default.contentsOfDirectory(atPath: nights.sandbox.file("out"))
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  @Test(arguments: [["--run", "n1"], []], Store.installed)
  func `the same command again does nothing when the run is loaded`(options: [String], store: Store) throws {
    try store.take([SampleNights.pipelines[0]], in: nights.sandbox)
    try run(options)
    let before = try stamps()
    try run(options)
    #expect(try stamps() == before)
    #expect(try runNames().count == 1)
  }

  @Test func `a run without a name goes on with the one that was not loaded`() throws {
    try run(["--dry-run"])
    let staged = ".resync/companies/runs"
    let before = try nights.sandbox.stamps(under: staged).filter { $0.key.hasSuffix("0000.csv") }
    try #require(!before.isEmpty)
    try run([])
    let after = try nights.sandbox.stamps(under: staged).filter { $0.key.hasSuffix("0000.csv") }
    #expect(before == after, "nothing is staged again")
    #expect(try runNames().count == 1)
  }

  @Test(arguments: [[], ["--dry-run"]])
  func `when an export has changed, a run without a name is a new one`(first: [String]) throws {
    try run(first)
    try nights.sandbox.copy(
      nights.sandbox.file("sample-data/second-night/hubspot/companies.csv"),
      to: "sample-data/hubspot/companies.csv")
    try run([])
    let runs = try FileManager.default.contentsOfDirectory(
      atPath: nights.sandbox.file(".resync/companies/runs"))
    #expect(runs.count == 2)
    #expect(try runNames().count == (first.isEmpty ? 2 : 1))
  }
}
