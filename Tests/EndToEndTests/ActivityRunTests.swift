import Foundation
import TestSupport
import Testing

/// Activities go through the same five stages as records do: each alone, in chunks, from any stop, with the same bytes.
@Suite(.overBothStores) struct ActivityRunTests {
  private static let stages = ["extract", "normalize", "map", "conflict-resolve", "load"]

  private func pipeline(
    _ direction: ActivityPipeline.Direction, chunkSize: Int = 100, activities: [String] = []
  ) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(direction, "stages")
    switch direction {
    case .salesforceToHubSpot: try GeneratedActivities.importPipeline(tasks: 500, into: pipeline)
    case .hubSpotToSalesforce: try GeneratedActivities.syncPipeline(rows: 150, into: pipeline)
    }
    try pipeline.save(activities: activities, settings: ["chunk_size: \(chunkSize)"])
    return pipeline
  }

  private func leftBehind(_ pipeline: ActivityPipeline) throws -> [String: Data] {
    try pipeline.sandbox.leftBehind(staging: "staging/activities")
  }

  @Test(
    .overFilesOnly("it compares staged files; PostgresActivityTests has the stages over a database"),
    arguments: [ActivityPipeline.Direction.salesforceToHubSpot, .hubSpotToSalesforce])
  func `the five stages one by one leave, byte for byte, what one run leaves`(
    direction: ActivityPipeline.Direction
  ) throws {
    let (whole, single) = (try pipeline(direction), try pipeline(direction))
    try whole.complete("r")
    for (place, stage) in Self.stages.enumerated() {
      // Some by the subcommand, some by the small executables.
      if place % 2 == 0 {
        try single.complete("r", stage: stage)
      } else {
        let outcome = try Program.run("resync-\(stage)", [single.file, "--run", "r"])
        #expect(outcome.exitCode == 0, "\(outcome.messages)")
      }
    }
    let found = try leftBehind(single)
    #expect(try differences(leftBehind(whole), found).isEmpty)
    #expect(
      found.keys.contains(
        "staging/activities/runs/r/map/\(direction == .salesforceToHubSpot ? "Task/salesforce" : "calls/hubspot")/0003.csv"
      ))
    // A chunk done again, stage by stage, changes nothing.
    for stage in Self.stages.dropFirst() {
      try single.complete("r", "--chunks", "2", stage: stage)
      #expect(try differences(leftBehind(whole), leftBehind(single)).isEmpty, "\(stage)")
    }
  }

  @Test(arguments: [ActivityPipeline.Direction.salesforceToHubSpot, .hubSpotToSalesforce])
  func `chunk size and workers change nothing but where files end`(direction: ActivityPipeline.Direction) throws {
    let reference = try pipeline(direction)
    try reference.complete("r")
    for (chunkSize, workers) in [(23, "2"), (101, "1"), (101, "3"), (200_000, "2")] {
      let other = try pipeline(direction, chunkSize: chunkSize)
      try other.complete("r", "--workers", workers)
      for report in ["activities.json", "rejects.csv"] {
        let (a, b) = try (lines(reference, report), lines(other, report))
        #expect(a == b, "\(report), chunks of \(chunkSize)")
      }
      #expect(try rows(other) == rows(reference), "chunks of \(chunkSize), \(workers) workers")
    }
  }

  /// Rows of rejects.csv may stand in another order where chunks end elsewhere.
  private func lines(_ pipeline: ActivityPipeline, _ name: String) throws -> [String] {
    guard pipeline.sandbox.has("out/r/\(name)") else { return [] }
    return try pipeline.sandbox.text("out/r/\(name)").split(separator: "\n").map(String.init).sorted()
  }

  /// What is written of each kind, in order, whatever file it is in.
  private func rows(_ pipeline: ActivityPipeline) throws -> [String: [String]] {
    var rows: [String: [String]] = [:]
    for (name, inputs) in try pipeline.results("r").inputs().sorted(by: { $0.key < $1.key }) {
      rows[String(name.prefix { $0 != "-" }), default: []] += inputs
    }
    for (_, data) in try pipeline.results("r").upserts().sorted(by: { $0.key < $1.key }) {
      rows["Task", default: []] += CSVDocument(data).dictionaries.map { "\($0.sorted { $0.key < $1.key })" }
    }
    return rows
  }

  @Test func `a dry run loads nothing, and shows what the load would do`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    let outcome = try pipeline.complete("r", "--dry-run")
    #expect(outcome.output.contains("dry run, nothing was loaded"))
    #expect(!pipeline.sandbox.has("out/r"))
    #expect(try pipeline.ledger("r").isEmpty)
    let words = outcome.output.split(whereSeparator: \.isWhitespace)
    let folder = try #require(words.last { $0.hasSuffix("/preview") }, "\(outcome.output)")
    let preview = FileManager.default.contents(atPath: "\(folder)/activities.json")
    try pipeline.complete("r")
    #expect(try pipeline.sandbox.data("out/r/activities.json") == preview)
  }

  @Test func `the status tells chunks and what is left, and an object cannot be named`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.complete("r", "--to", "map", "--chunks", "0-1")
    let status = try Program.run("resync", ["status", pipeline.file]).output
    #expect(status.contains("run r of activities: running"), "\(status)")
    #expect(
      status.contains("left to do: normalize (4 chunks), map (4 chunks), conflict-resolve (6 chunks)"), "\(status)")
    let outcome = try pipeline.run("r", "--object", "Task")
    #expect(outcome.exitCode == 2 && outcome.messages.contains("activities"), "\(outcome.messages)")
  }

  @Test func `every row is accounted for`() throws {
    for direction in [ActivityPipeline.Direction.salesforceToHubSpot, .hubSpotToSalesforce] {
      let pipeline = try pipeline(direction)
      try pipeline.complete("r")
      let data = try pipeline.sandbox.data("out/r/activities.json")
      let tree = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
      let rejected = try pipeline.lines("r", "rejects", "object", "field").filter { $0.hasSuffix(" ") }
      for (source, counts) in tree {
        let excluded = (counts["excluded"] as? [String: Int] ?? [:]).values.reduce(0, +)
        let (read, loaded) = (counts["read"] as? Int ?? 0, counts["loaded"] as? Int ?? 0)
        let refused = counts["rejected"] as? Int ?? 0
        #expect(read == loaded + refused + excluded, "\(source)")
        #expect(rejected.count(where: { $0 == "\(source) " }) == refused, "\(source)")
      }
    }
  }

  @Test func `too many unreadable rows stop the run before load, verdicts on good rows never do`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.save(settings: ["chunk_size: 100"])
    let file = try pipeline.sandbox.text("pipeline.yaml").replacingOccurrences(of: "100%", with: "6")
    try pipeline.sandbox.write("pipeline.yaml", file)
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 3, "\(outcome.messages)")
    #expect(outcome.messages.contains("max_rejects") && outcome.messages.contains("Task.csv"), "\(outcome.messages)")
    #expect(!pipeline.sandbox.has("out/r"))
    // 500 tasks: five repeated ids, two broken lines, and many without an association.
    try pipeline.sandbox.write("pipeline.yaml", file.replacingOccurrences(of: "max_rejects: 6", with: "max_rejects: 7"))
    try pipeline.complete("r")
  }

  @Test(.overFilesOnly("it looks for a file of the run; PostgresActivityTests has the lock of a database"))
  func `a pipeline that another run holds is refused`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try GeneratedActivities.importPipeline(tasks: 20_000, into: pipeline)
    let program = try Program("resync", ["run", pipeline.file, "--run", "long"])
    let manifest = "staging/activities/runs/long/run.json"
    try wait(until: manifest) { pipeline.sandbox.has(manifest) }
    #expect(try pipeline.run("other").exitCode == 4)
    program.send(SIGTERM)
    #expect(try program.wait().exitCode == 143, "it was at work when the other was refused")
  }
}
