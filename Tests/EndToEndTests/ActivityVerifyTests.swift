import Foundation
import TestSupport
import Testing

/// `resync verify` and `resync runs` of pipelines of activities, over each store.
@Suite struct ActivityVerifyTests {
  /// Two runs that are loaded; the second has updates.
  private func pipeline(_ store: Store) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "verify", in: store)
    for night in 1...2 {
      try GeneratedActivities.importPipeline(tasks: 150, night: night, into: pipeline)
      try pipeline.save(activities: ["updates: true"], settings: ["chunk_size: 60"])
      try pipeline.complete("n\(night)")
    }
    return pipeline
  }

  private func resync(_ pipeline: ActivityPipeline, _ words: String, _ options: String...) throws -> Outcome {
    try Program.run("resync", words.split(separator: " ").map(String.init) + [pipeline.file] + options)
  }

  private func expectDamage(
    _ pipeline: ActivityPipeline, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try resync(pipeline, "verify")
    #expect(outcome.exitCode == 1, "\(outcome.output)", sourceLocation: sourceLocation)
    #expect(outcome.messages.contains(words), "\(outcome.messages)", sourceLocation: sourceLocation)
  }

  @Test(arguments: Store.installed)
  func `a run is as it was left, also after some of it was refused`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    for run in ["n1", "n2"] {
      let sound = try resync(pipeline, "verify", "--run", run, "--without-exports")
      #expect(sound.exitCode == 0 && sound.output.contains("as they were left"), "\(sound.messages)")
    }
    let whole = try resync(pipeline, "verify")
    #expect(whole.exitCode == 0, "\(whole.messages)")
    let refused = try #require(try pipeline.inputs("n2").keys.min())
    try pipeline.sandbox.write("a.jsonl", #"{"errors":[{"objectWriteTraceId":"\#(refused)"}]}"#)
    let taken = try resync(pipeline, "load", "--run", "n2", "--refused", pipeline.sandbox.file("a.jsonl"))
    #expect(taken.output.contains("1 activity taken out"), "\(taken.output)\(taken.messages)")
    let after = try resync(pipeline, "verify")
    #expect(after.exitCode == 0, "\(after.messages)")
  }

  @Test(arguments: Store.installed)
  func `load files, reports and exports that have changed since are named`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    let file = try #require(try pipeline.sandbox.names(under: "out/n2/hubspot").first)
    let text = try pipeline.sandbox.text("out/n2/hubspot/\(file)")
    try pipeline.sandbox.write("out/n2/hubspot/\(file)", text + text)
    try expectDamage(pipeline, "\(file) has")
    try pipeline.sandbox.write("out/n2/hubspot/\(file)", text)
    #expect(try resync(pipeline, "verify").exitCode == 0)
    let report = try pipeline.sandbox.text("out/n2/activities.json")
    try pipeline.sandbox.write("out/n2/activities.json", report.replacingOccurrences(of: "\"read\"", with: "\"raed\""))
    try expectDamage(pipeline, "activities.json does not say what the manifest says")
    try pipeline.sandbox.write("out/n2/activities.json", report)
    try pipeline.sandbox.write("Event.csv", try pipeline.sandbox.text("Event.csv") + "\n")
    try expectDamage(pipeline, "Event.csv is not what the run has read")
  }

  @Test(arguments: Store.installed)
  func `rows that are gone from a staged table or from the ledger are missed`(_ store: Store) throws {
    let pipeline = try pipeline(store)
    switch store {
    case .files:
      let ledger = try #require(
        try pipeline.sandbox.names(under: "staging/activities/ledger").last { $0.hasSuffix(".digests") })
      try pipeline.sandbox.remove("staging/activities/ledger/\(ledger)")
      try pipeline.sandbox.write("staging/activities/runs/n2/map/Task/salesforce/0001.csv", "_row\n")
    case .postgres:
      try pipeline.query("DELETE FROM staging.ledger_digests WHERE run = 'n2' AND _row = 0")
      try pipeline.query("DELETE FROM staging.\"map_Task_salesforce\" WHERE _run = 'n2' AND _chunk = 1 AND _row = 0")
    }
    try expectDamage(pipeline, "the ledger of chunk")
    try expectDamage(pipeline, "map of chunk 1")
  }

  @Test(arguments: Store.installed)
  func `old runs are pruned or purged, the ledger stays, and the next night is what it would have been`(
    _ store: Store
  ) throws {
    let pipeline = try pipeline(store)
    #expect(try resync(pipeline, "runs list").output.contains("n1"))
    let purged = try resync(pipeline, "runs prune", "--keep", "1", "--purge-values")
    #expect(purged.output.hasPrefix("n1: its values are purged"), "\(purged.output)\(purged.messages)")
    #expect(try pipeline.sandbox.names(under: "out/n1") == ["activities.json"])
    let verified = try resync(pipeline, "verify", "--run", "n1")
    #expect(verified.exitCode == 0 && verified.output.contains("its values were purged"), "\(verified.messages)")
    #expect(try resync(pipeline, "runs prune", "--keep", "1").output == "n1: its staging is removed\n")
    #expect(try !pipeline.ledger("n1").isEmpty)
    try pipeline.complete("n3")
    #expect(try pipeline.inputs("n3").isEmpty)
    #expect(try resync(pipeline, "verify").exitCode == 0)
  }
}
