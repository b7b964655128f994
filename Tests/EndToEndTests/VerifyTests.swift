import Foundation
import TestSupport
import Testing

/// `resync verify` finds whatever happened to a run's files since they were written, and nothing where nothing happened.
@Suite(.overBothStores) struct VerifyTests {
  private let pipeline: SmallPipeline
  private var sandbox: Sandbox { pipeline.sandbox }

  /// Two nights of a hundred companies in three chunks, both loaded.
  init() throws {
    pipeline = try SmallPipeline("verify", "chunk_size: 40", "max_creates: 1000")
    for night in 1...2 {
      let exports = GeneratedExports(100, night: night, seed: 5)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
      try pipeline.complete("n\(night)")
    }
  }

  private func verify(_ options: String...) throws -> Outcome {
    try Program.run("resync", ["verify", pipeline.file] + options)
  }

  /// The files that the second night stands on.
  private func files() throws -> [String] {
    let staged = try sandbox.names(under: "staging/companies/runs/n2").map { "staging/companies/runs/n2/\($0)" }
    let baseline = try sandbox.names(under: "staging/companies/baseline").map { "staging/companies/baseline/\($0)" }
    // These change with every run, or say themselves when they cannot be read.
    let free = ["run.json", "created", "current", "rows.json", "mappings.json"]
    return try (staged + baseline + sandbox.names(under: "out/n2").map { "out/n2/\($0)" }).filter { name in
      !free.contains((name as NSString).lastPathComponent)
    }
  }

  @Test func `a run that nobody touched is as it was left`() throws {
    let outcome = try verify("--run", "n2")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.output.hasPrefix("run n2, loaded: its files, counts and balance are as they were left"))
    // The exports of the first night were replaced by those of the second.
    let old = try verify("--run", "n1")
    #expect(old.exitCode == 1)
    #expect(old.messages.contains("the export companies.csv is not what the run has read"), "\(old.messages)")
    #expect(try verify("--run", "n1", "--without-exports").exitCode == 0)
  }

  @Test func `so is a run of all objects, and one that is not loaded`() throws {
    let nightly = try NightlySample()
    try nightly.complete("n", "--to", "conflict-resolve")
    for _ in 0..<2 {
      let outcome = try Program.run("resync", ["verify", nightly.file])
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      try nightly.complete("n")
    }
  }

  /// What can happen to a file.
  enum Damage: CaseIterable, Sendable {
    case flippedByte, cut, removedLine, missing

    func apply(to data: Data, at place: Int) -> Data? {
      var data = data
      switch self {
      case .flippedByte: data[place] ^= 1
      case .cut: data.removeLast(data.count - place)
      case .removedLine:
        var lines = data.split(separator: 10, omittingEmptySubsequences: false)
        lines.remove(at: lines.count / 2 - (lines.count > 2 ? 0 : 1))
        data = Data(lines.joined(separator: [10]))
      case .missing: return nil
      }
      return data
    }
  }

  @Test(.overFilesOnly("it damages staged files; PostgresRunsTests has tables"), arguments: Damage.allCases)
  func `damage to any file is named`(damage: Damage) throws {
    var random = SeededRandom.announced("damage")
    let files = try files()
    #expect(files.count > 50)
    for name in files {
      let whole = try sandbox.data(name)
      let place = Int.random(in: 0..<whole.count, using: &random)
      try sandbox.remove(name)
      // A new file: the old one may have a second name elsewhere, as a table that is the baseline too.
      if let damaged = damage.apply(to: whole, at: place) { try sandbox.write(name, damaged) }
      let outcome = try verify()
      #expect(outcome.exitCode == 1, "\(damage) of \(name) at \(place), seed \(random.seed): \(outcome.output)")
      #expect(outcome.messages.contains(name), "\(damage) of \(name): \(outcome.messages)")
      try sandbox.write(name, whole)
    }
    #expect(try verify().exitCode == 0, "and once it is mended, all is well")
  }

  @Test(
    .overFilesOnly("it meddles with the manifest"),
    arguments: [
      ("out/n2/changes.csv", "out/n2/changes.csv"), ("out/n2/conflicts.csv", "rows of "),
      ("out/n2/salesforce/Account-update-0000.csv", "cells in "),
      ("out/n2/hubspot/companies-update-0000.jsonl", "values in "),
      ("staging/companies/runs/n2/map/companies/hubspot/0001.csv", "map of companies, chunk 1: rows in its tables"),
      (
        "staging/companies/runs/n2/conflict-resolve/companies/unmatched/0000.csv",
        "conflict-resolve of companies, chunk 0: rows of unmatched"
      ),
    ])
  func `a row that is missing is found by counting, if the digests are no help`(file: String, complaint: String) throws
  {
    // As in a manifest of a version that kept no digests.
    let manifest = "staging/companies/runs/n2/run.json"
    let tree = try JSONSerialization.jsonObject(with: try sandbox.data(manifest)) as? [String: Any]
    var known = try #require(tree)
    known["files"] = nil
    try sandbox.write(manifest, try JSONSerialization.data(withJSONObject: known))
    #expect(try verify().exitCode == 0)
    var lines = try sandbox.text(file).split(separator: "\n", omittingEmptySubsequences: false)
    lines.remove(at: lines.count - 2)
    try sandbox.remove(file)
    try sandbox.write(file, lines.joined(separator: "\n"))
    let outcome = try verify()
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains(complaint), "\(outcome.messages)")
  }

  @Test func `a file that somebody laid among the load files is named`() throws {
    try sandbox.write("out/n2/salesforce/Account-update-0009.csv", "Id,Name\n")
    let outcome = try verify()
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("Account-update-0009.csv is none of the run's load files"), "\(outcome.messages)")
  }

  @Test(.overFilesOnly("the manifest is a file"))
  func `a manifest that cannot be read is named`() throws {
    try sandbox.write("staging/companies/runs/n2/run.json", "{\"version\": 1, ")
    let outcome = try verify("--run", "n2")
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("n2/run.json cannot be read"), "\(outcome.messages)")
  }

  @Test(
    .overFilesOnly("the manifest is a file"), arguments: ["chunks", "rowsIn", "read", "paired", "bytes"],
    [-5, Int.max, 1 << 61])
  func `a manifest of impossible numbers is refused by every command`(key: String, number: Int) throws {
    let manifest = "staging/companies/runs/n2/run.json"
    let text = try sandbox.text(manifest)
    let changed = text.replacingOccurrences(
      of: "\"\(key)\" : [0-9]+", with: "\"\(key)\" : \(number)", options: .regularExpression)
    #expect(changed != text)
    try sandbox.write(manifest, changed)
    for command in ["verify", "status", "run"] {
      let outcome = try Program.run("resync", [command, pipeline.file, "--run", "n2"])
      #expect(outcome.exitCode == 1, "\(command): \(outcome.messages)")
      #expect(outcome.messages.contains("n2/run.json holds numbers that no run has"), "\(command): \(outcome.messages)")
    }
  }

  @Test(.overFilesOnly("it takes the lock file"))
  func `an unknown run is exit 2, a run at work exit 4`() throws {
    let unknown = try verify("--run", "n3")
    #expect(unknown.exitCode == 2)
    #expect(unknown.messages.contains("n3"))
    let lock = open(sandbox.file("staging/companies/lock"), O_RDWR | O_CLOEXEC)
    try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
    defer { close(lock) }
    #expect(try verify().exitCode == 4)
  }
}
