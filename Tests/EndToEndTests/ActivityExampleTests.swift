import Foundation
import TestSupport
import Testing

/// The spec's worked examples of activities, each compared with what it must leave behind.
@Suite(
  .enabled(if: Repository.examples != nil, "the spec's examples are not at hand: set RESYNC_SHARED to their folder"))
struct ActivityExampleTests {
  private func run(_ sandbox: Sandbox, _ pipeline: String, _ run: String) throws {
    let outcome = try Program.run("resync", ["run", sandbox.file(pipeline), "--run", run])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
  }

  @Test func `both nights of the import give the expected load files and reports, and the expected ledger`() throws {
    let examples = try #require(Repository.examples) + "/import-tasks"
    let sandbox = try Sandbox("import-tasks")
    for night in ["night-1", "night-2"] {
      try sandbox.copy("\(examples)/\(night)", to: night)
      try run(sandbox, "\(night)/pipeline.yaml", night)
      let expected = ActivityResults("\(examples)/expected/\(night)")
      let differences = try ActivityResults(sandbox.file("out/\(night)")).differences(from: expected)
      #expect(differences.isEmpty, "\(night): \(differences.joined(separator: "\n"))")
    }
    let ledger = ".resync/import-salesforce-tasks/ledger"
    let rows = try sandbox.names(under: ledger).filter { $0.hasSuffix(".csv") }.flatMap {
      try lines(CSVDocument(try sandbox.data("\(ledger)/\($0)")))
    }
    let expected = try Data(contentsOf: URL(fileURLWithPath: "\(examples)/expected/night-2/ledger.csv"))
    #expect(try rows.sorted() == lines(CSVDocument(expected)).sorted())
  }

  private func lines(_ document: CSVDocument) throws -> [String] {
    document.rows.map { row in document.header.map { "\($0)=\(document.text(row, $0))" }.joined(separator: " ") }
  }

  @Test func `the sync gives the expected load file and reports, and a second run writes nothing`() throws {
    let examples = try #require(Repository.examples) + "/sync-activities"
    let sandbox = try Sandbox("sync-activities")
    try sandbox.copy(examples, to: "sync")
    try run(sandbox, "sync/pipeline.yaml", "night-1")
    let expected = ActivityResults("\(examples)/expected")
    let differences = try ActivityResults(sandbox.file("out/night-1")).differences(from: expected)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    try run(sandbox, "sync/pipeline.yaml", "night-2")
    let second = ActivityResults(sandbox.file("out/night-2"))
    #expect(try second.upserts().isEmpty)
    #expect(try second.accounting().firstMatch(of: /"loaded":[1-9]/) == nil)
  }
}
