import Foundation
import TestSupport
import Testing

/// `resync runs`: old runs can go, and their values alone; what the next night needs never does.
@Suite(.overBothStores) struct PruneTests {
  private let pipeline: SmallPipeline
  private var sandbox: Sandbox { pipeline.sandbox }
  private static let runs = "staging/companies/runs"

  init() throws {
    pipeline = try SmallPipeline("prune", "max_creates: 1000")
    for night in 1...2 { try run(night) }
  }

  private func run(_ night: Int) throws {
    let exports = GeneratedExports(50, night: night, seed: 6)
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
    try pipeline.complete("n\(night)")
  }

  private func runs(_ words: String...) throws -> Outcome {
    try Program.run("resync", ["runs", words[0], pipeline.file] + words.dropFirst())
  }

  @Test func `the list tells state, rows, size and what the baseline stands on`() throws {
    let lines = try runs("list").output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].hasPrefix("n1") && lines[1].contains("loaded") && !lines[1].contains("baseline"))
    #expect(lines[2].hasPrefix("n2") && lines[2].hasSuffix("the baseline stands on it"))
    #expect(try runs("show", "--run", "n1").output.contains("run n1 of companies: loaded"))
    let json = try JSONSerialization.jsonObject(with: Data(try runs("list", "--json").output.utf8)) as? [[String: Any]]
    #expect(json?.compactMap { $0["run"] as? String } == ["n1", "n2"])
  }

  @Test(.overFilesOnly("it puts the folder back"))
  func `pruned, the next night is what it would have been`() throws {
    let load = try sandbox.contents(under: "out/n1")
    let exports = GeneratedExports(50, night: 1, seed: 6)
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
    try sandbox.copy(sandbox.file("staging"), to: "whole")
    #expect(try runs("prune", "--keep", "1", "--dry-run").output == "n1: its staging would be removed\n")
    #expect(try sandbox.contents(under: "staging") == sandbox.contents(under: "whole"))
    #expect(try runs("prune", "--keep", "1").output == "n1: its staging is removed\n")
    #expect(!sandbox.has("\(Self.runs)/n1"))
    #expect(try sandbox.contents(under: "out/n1") == load, "load files may not be sent yet")
    try pipeline.complete("n3")
    let pruned = try sandbox.contents(under: "out/n3")
    try sandbox.remove("out/n3")
    try sandbox.copy(sandbox.file("whole"), to: "staging")
    try pipeline.complete("n3")
    #expect(differences(try sandbox.contents(under: "out/n3"), pruned) == [])
    #expect(try runs("prune", "--keep", "2").output == "n1: its staging is removed\n")
  }

  @Test func `a run that was pruned is not begun anew over its load files: they may not be sent yet`() throws {
    let load = try sandbox.contents(under: "out/n1")
    #expect(try runs("prune", "--keep", "1").exitCode == 0)
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains("out/n1 holds the load files of an earlier run n1"), "\(outcome.messages)")
    #expect(outcome.messages.contains("another --run name"), "\(outcome.messages)")
    #expect(try runs("list").output.split(separator: "\n").count == 2, "nothing was read for it")
    try pipeline.complete("n1", "--to", "conflict-resolve")
    #expect(try pipeline.run("n1").exitCode == 2, "whatever was staged before")
    #expect(try sandbox.contents(under: "out/n1") == load)
    try sandbox.remove("out/n1")
    try pipeline.complete("n1")
    try pipeline.complete("n1", "--from", "load")
  }

  @Test func `of a run that was purged nobody is told to send the load files`() throws {
    try pipeline.complete("n3")
    #expect(try runs("prune", "--keep", "1", "--purge-values").exitCode == 0)
    let again = try pipeline.run("n2")
    #expect(again.exitCode == 0 && again.output.contains("nothing is left to do; its load files"), "\(again)")
    #expect(!again.output.contains("send the load files"))
  }

  @Test(.overFilesOnly("it reads what is left; PostgresRunsTests has that of a database"))
  func `purged, no value of the run is left, and its counts are`() throws {
    let accounting = try sandbox.data("out/n1/accounting.json")
    #expect(try runs("prune", "--keep", "1", "--purge-values").output.hasPrefix("n1: its values are purged"))
    #expect(try sandbox.contents(under: "out/n1") == ["accounting.json": accounting])
    #expect(try sandbox.names(under: "\(Self.runs)/n1") == ["created", "run.json"])
    // How long a stage took may be any digits, those of an id too.
    let left = try (sandbox.text("\(Self.runs)/n1/run.json") + sandbox.text("out/n1/accounting.json"))
      .split(separator: "\n").filter { !$0.contains("\"seconds\"") }.joined(separator: "\n")
    for value in ["company-", "+47", "City 1", "50000000001"] { #expect(!left.contains(value), "\(value)") }
    #expect(left.contains("numberofemployees"), "counts are by the names of fields")
    let verified = try Program.run("resync", ["verify", pipeline.file, "--run", "n1"])
    #expect(verified.exitCode == 0, "\(verified.messages)")
    #expect(verified.output.contains("its values were purged"))
    #expect(try runs("prune", "--keep", "1", "--purge-values").output == "nothing to prune\n")
    #expect(try sandbox.names(under: "out/n2").count > 3, "the run that stays is whole")
    #expect(try Program.run("resync", ["verify", pipeline.file]).exitCode == 0)
  }

  @Test func `the run on which the baseline stands stays, however old it is`() throws {
    for run in ["n3", "n4"] { try pipeline.complete(run, "--to", "map") }
    let outcome = try runs("prune", "--keep", "1")
    #expect(
      outcome.output.split(separator: "\n") == [
        "n1: its staging is removed", "n2 stays: the baseline stands on it", "n3: its staging is removed",
      ])
    #expect(try runs("prune", "--keep", "1", "--purge-values").output == "n2 stays: the baseline stands on it\n")
    try pipeline.complete("n4")
  }

  @Test(.overFilesOnly("it takes the lock file"))
  func `nothing is pruned while a run is at work, and the last run never`() throws {
    let lock = open(sandbox.file("staging/companies/lock"), O_RDWR | O_CLOEXEC)
    try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
    #expect(try runs("prune", "--keep", "1").exitCode == 4)
    close(lock)
    #expect(sandbox.has("\(Self.runs)/n1"))
    #expect(try runs("prune", "--keep", "0").exitCode == 2)
    #expect(try runs("prune").exitCode == 2)
  }

  @Test func `load files of another pipeline's run of that name are not purged`() throws {
    try sandbox.write("out/.resync/n1", "contacts\n")
    let load = try sandbox.contents(under: "out/n1")
    #expect(try runs("prune", "--keep", "1", "--purge-values").exitCode == 0)
    #expect(try sandbox.contents(under: "out/n1") == load)
  }

  @Test(.overFilesOnly("it sets the times of files"))
  func `a clock that jumps back does not change which run is the last`() throws {
    for (run, time) in [("n1", 2_000_000_000.0), ("n2", 1_000_000_000.0)] {
      let path = sandbox.file("\(Self.runs)/\(run)/created")
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: time)], ofItemAtPath: path)
    }
    let lines = try runs("list").output.split(separator: "\n")
    #expect(lines[1].hasPrefix("n1") && lines[2].hasPrefix("n2"))
    let again = try Program.run("resync", ["run", pipeline.file])
    #expect(again.output.contains("n2") && again.output.contains("nothing is left to do"), "\(again.output)")
  }

  @Test(.overFilesOnly("it puts files back"))
  func `a purge that was interrupted is finished by the next one`() throws {
    let table = "\(Self.runs)/n1/map/companies/hubspot/0000.csv"
    let data = try sandbox.data(table)
    #expect(try runs("prune", "--keep", "1", "--purge-values").exitCode == 0)
    #expect(!sandbox.has(table))
    // As if it had been killed behind its note in the manifest.
    try sandbox.write(table, data)
    try sandbox.write("out/n1/changes.csv", data)
    #expect(try runs("prune", "--keep", "1", "--purge-values").exitCode == 0)
    #expect(!sandbox.has(table) && !sandbox.has("out/n1/changes.csv") && sandbox.has("out/n1/accounting.json"))
  }
}
