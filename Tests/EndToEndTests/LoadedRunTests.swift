import Foundation
import TestSupport
import Testing

/// What was loaded once is on its way to two CRMs: no command may take its files or its record away.
@Suite(.overBothStores) struct LoadedRunTests {
  private func loaded(_ purpose: String) throws -> SmallPipeline {
    let pipeline = try SmallPipeline(purpose, "max_creates: 10")
    try pipeline.write(companies: ["1,One,one.example,,,,,2026-03-01T00:00:00Z"], accounts: [])
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    return pipeline
  }

  @Test func `a loaded run is not extracted again, since its creates would be gone`() throws {
    let pipeline = try loaded("no-extract")
    let before = try pipeline.sandbox.contents(under: "out")
    #expect(before.keys.contains { $0.contains("Account-create") })
    #expect(try pipeline.run("r", "--from", "extract").exitCode == 2)
    #expect(try Program.run("resync", ["extract", pipeline.file, "--run", "r"]).exitCode == 2)
    #expect(try pipeline.run("r").output.contains("nothing is left to do"))
    #expect(differences(before, try pipeline.sandbox.contents(under: "out")).isEmpty)
  }

  @Test func `a dry run leaves a loaded run loaded`() throws {
    let pipeline = try loaded("no-undo")
    #expect(try pipeline.run("r", "--from", "load", "--dry-run").exitCode == 2)
    #expect(try pipeline.run("r").output.contains("nothing is left to do"))
  }

  @Test func `two pipelines do not share a run's load folder`() throws {
    let pipeline = try loaded("shared-folder")
    let before = try pipeline.sandbox.contents(under: "out")
    try pipeline.sandbox.change("pipeline.yaml", "name: companies", to: "name: others")
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains("companies"))
    #expect(differences(before, try pipeline.sandbox.contents(under: "out")).isEmpty)
  }

  @Test(.overFilesOnly("it takes a chunk out of the manifest"))
  func `other exports under the name of a run that has moved the baseline are refused`() throws {
    let pipeline = try loaded("moved")
    // As a kill between the move of the baseline and the manifest leaves it.
    let manifest = try #require(
      try pipeline.sandbox.names(under: ".").first { $0.hasSuffix("runs/r/run.json") })
    let text = try pipeline.sandbox.text(manifest)
    var tree = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let chunks = try #require(tree["chunks"] as? [[String: Any]])
    tree["chunks"] = chunks.filter { $0["stage"] as? String != "load" }
    tree["state"] = "running"
    try pipeline.sandbox.write(manifest, try JSONSerialization.data(withJSONObject: tree))
    try pipeline.write(companies: ["2,Two,two.example,,,,,2026-03-01T00:00:00Z"], accounts: [])
    #expect(try pipeline.run("r").exitCode == 2)
  }

  @Test func `a run without a name takes none whose load files another pipeline has left in the same second`() throws {
    let pipeline = try SmallPipeline("same-second")
    try pipeline.write(companies: [], accounts: [])
    let format = Date.ISO8601FormatStyle().dateSeparator(.omitted).timeSeparator(.omitted)
    let now = Date()
    for second in 0..<120 {
      try pipeline.sandbox.write(
        "out/\(now.addingTimeInterval(Double(second)).formatted(format))/changes.csv", "other\n")
    }
    let outcome = try Program.run("resync", ["run", pipeline.file])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(try Program.run("resync", ["runs", "list", pipeline.file]).output.contains("Z-2"), "\(outcome.output)")
  }
}
