import Foundation
import TestSupport
import Testing

/// The spec's worked examples of activities over each store, compared with what they must leave behind.
@Suite(
  .enabled(if: Repository.examples != nil, "the spec's examples are not at hand: set RESYNC_SHARED to their folder"))
struct ActivityExampleTests {
  private func run(_ sandbox: Sandbox, _ pipeline: String, _ run: String) throws {
    let outcome = try Program.run("resync", ["run", sandbox.file(pipeline), "--run", run])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
  }

  /// Where the pipelines stage; the examples name a folder.
  private func stage(_ pipeline: String, in store: Store, _ database: String?, _ sandbox: Sandbox) throws {
    guard store == .postgres, let database else { return }
    let lines = try sandbox.text(pipeline).split(separator: "\n", omittingEmptySubsequences: false)
    let place = "  postgres: {url: \"\(database)\", schema: staging}"
    let staged = lines.map { $0.contains("csv: ") && $0.contains(".resync") ? Substring(place) : $0 }
    #expect(staged.contains(Substring(place)), "the example stages in files")
    try sandbox.write(pipeline, staged.joined(separator: "\n"))
  }

  @Test(arguments: Store.installed)
  func `both nights of the import give the expected load files and reports, and the expected ledger`(
    _ store: Store
  ) throws {
    let examples = try #require(Repository.examples) + "/import-tasks"
    let sandbox = try Sandbox("import-tasks")
    let database = try PostgresServer.shared?.makeDatabase()
    for night in ["night-1", "night-2"] {
      try sandbox.copy("\(examples)/\(night)", to: night)
      try stage("\(night)/pipeline.yaml", in: store, database, sandbox)
      try run(sandbox, "\(night)/pipeline.yaml", night)
      let expected = ActivityResults("\(examples)/expected/\(night)")
      let differences = try ActivityResults(sandbox.file("out/\(night)")).differences(from: expected)
      #expect(differences.isEmpty, "\(night): \(differences.joined(separator: "\n"))")
    }
    let rows = try store == .files ? ledger(sandbox) : ledger(try #require(database))
    let expected = try Data(contentsOf: URL(fileURLWithPath: "\(examples)/expected/night-2/ledger.csv"))
    #expect(try rows.sorted() == lines(CSVDocument(expected)).sorted())
  }

  private func ledger(_ sandbox: Sandbox) throws -> [String] {
    let folder = ".resync/import-salesforce-tasks/ledger"
    return try sandbox.names(under: folder).filter { $0.hasSuffix(".csv") }.flatMap {
      try lines(CSVDocument(try sandbox.data("\(folder)/\($0)")))
    }
  }

  private func ledger(_ database: String) throws -> [String] {
    let select = "SELECT salesforce_id, kind, run, chunk, clock, loaded_as FROM staging.ledger"
    let text = try PostgresServer.shared?.query(database, "COPY (\(select)) TO STDOUT (FORMAT csv, HEADER)")
    return try lines(CSVDocument(Data(((text ?? "") + "\n").utf8)))
  }

  private func lines(_ document: CSVDocument) throws -> [String] {
    document.rows.map { row in document.header.map { "\($0)=\(document.text(row, $0))" }.joined(separator: " ") }
  }

  @Test(arguments: Store.installed)
  func `the sync gives the expected load file and reports, and a second run writes nothing`(_ store: Store) throws {
    let examples = try #require(Repository.examples) + "/sync-activities"
    let sandbox = try Sandbox("sync-activities")
    try sandbox.copy(examples, to: "sync")
    try stage("sync/pipeline.yaml", in: store, PostgresServer.shared?.makeDatabase(), sandbox)
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
