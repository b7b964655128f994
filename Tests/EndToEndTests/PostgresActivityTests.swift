import Foundation
import TestSupport
import Testing

/// Activities stage in PostgreSQL as records do, and load the same bytes (requirement P3; activities-pipelines 7).
@Suite(.enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresActivityTests {
  typealias Direction = ActivityPipeline.Direction

  private func pipeline(
    _ direction: Direction, in store: Store = .postgres, settings: [String] = ["chunk_size: 100"]
  ) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(direction, "postgres", in: store)
    switch direction {
    case .salesforceToHubSpot: try GeneratedActivities.importPipeline(tasks: 500, into: pipeline)
    case .hubSpotToSalesforce: try GeneratedActivities.syncPipeline(rows: 150, into: pipeline)
    }
    try pipeline.save(activities: direction == .salesforceToHubSpot ? ["updates: true"] : [], settings: settings)
    return pipeline
  }

  private func loaded(_ pipeline: ActivityPipeline) throws -> [String: Data] {
    try pipeline.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
  }

  @Test(arguments: [Direction.salesforceToHubSpot, .hubSpotToSalesforce])
  func `stage by stage, chunk by chunk and at once it leaves the bytes that staging in files leaves`(
    direction: Direction
  ) throws {
    let (inFiles, atOnce, single) = (
      try pipeline(direction, in: .files), try pipeline(direction), try pipeline(direction)
    )
    for run in ["n1", "n2"] {
      try inFiles.complete(run)
      try atOnce.complete(run)
      for stage in ["extract", "normalize", "map", "conflict-resolve", "load"] {
        try single.complete(run, stage: stage)
      }
      for stage in ["normalize", "map", "conflict-resolve", "load"] {
        try single.complete(run, "--chunks", "2", stage: stage)
      }
    }
    for found in [atOnce, single] {
      let changed = try differences(loaded(inFiles), loaded(found))
      #expect(changed.isEmpty, "\(changed)")
      #expect(try found.balances())
      for run in ["n1", "n2"] { #expect(try found.ledger(run) == inFiles.ledger(run)) }
    }
  }

  @Test func `every command finds in the database what it finds in files`() throws {
    let answers = try [Store.files, .postgres].map { store in
      let pipeline = try pipeline(.hubSpotToSalesforce, in: store)
      try pipeline.complete("r")
      let commands = [
        ["report", "--activities"], ["report", "--activities", "--run", "r", "--json"],
        ["explain", "--run", "r", "--record", "calls:7"], ["explain", "--run", "r", "--record", "s4", "--json"],
      ]
      return try commands.map { words in
        let outcome = try Program.run("resync", [words[0], pipeline.file] + words.dropFirst())
        #expect(outcome.exitCode == 0, "\(words): \(outcome.messages)")
        return outcome.output
      }
    }
    #expect(answers[0] == answers[1])
  }

  @Test func `status, the list of runs and the views know runs of activities`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.complete("r")
    #expect(try Program.run("resync", ["status", pipeline.file]).output.contains("nothing is left to do"))
    let runs = try Program.run("resync", ["runs", "list", pipeline.file]).output
    #expect(runs.contains("r ") && runs.contains("loaded"), "\(runs)")
    #expect(try pipeline.query("SELECT run, state FROM staging.last_run") == "r|loaded")
    let rejects = try pipeline.report("r", "rejects").rows.count
    #expect(try pipeline.query("SELECT count(*) FROM staging.rejects") == "\(rejects)")
    #expect(try pipeline.query("SELECT sum(issues) FROM staging.top_issues") == "\(rejects)")
    #expect(
      try pipeline.query("SELECT count(*) > 0 FROM staging.chunks WHERE counts #>> '{Task,loaded}' IS NOT NULL") == "t")
  }

  @Test func `a run whose rows do not add up does not end well`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.complete("r", "--to", "conflict-resolve")
    try pipeline.query(
      "UPDATE staging.tables SET rows = rows - 1 WHERE stage = 'map' AND object = 'Event' AND part = 'salesforce' "
        + "AND rows > 0")
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("Event, chunk"), "\(outcome.messages)")
    #expect(!pipeline.sandbox.has("out/r/hubspot"))
  }

  @Test func `a row that was taken out of the ledger by hand is missed, and the run can be forgotten`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.complete("n1")
    try pipeline.query("DELETE FROM staging.ledger WHERE run = 'n1' AND chunk = 1 AND _row = 3")
    let outcome = try pipeline.run("n2")
    #expect(outcome.exitCode == 1, "\(outcome.messages)")
    #expect(outcome.messages.contains("the ledger of run n1, chunk 1, is damaged"), "\(outcome.messages)")
    #expect(try Program.run("resync", ["load", pipeline.file, "--run", "n1", "--forget"]).exitCode == 0)
    try pipeline.complete("n3")
    #expect(try pipeline.inputs("n3").count == pipeline.inputs("n1").count)
  }

  @Test func `an older schema gets the ledger, a newer one is refused`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.complete("n1")
    try pipeline.query(
      "DROP TABLE staging.ledger, staging.ledger_chunks, staging.ledger_digests; UPDATE staging.resync SET version = 2")
    try pipeline.complete("n2")
    #expect(try pipeline.query("SELECT version FROM staging.resync") == "3")
    #expect(try !pipeline.ledger("n2").isEmpty)
    try pipeline.query("UPDATE staging.resync SET version = 99")
    let newer = try pipeline.run("n3")
    #expect(newer.exitCode == 1 && newer.messages.contains("version 99"), "\(newer.messages)")
  }

  @Test func `several processes on one run are for records: the pipeline is refused before anything is touched`() throws
  {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.sandbox.change("pipeline.yaml", "schema: staging", to: "schema: staging, share: true")
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 2 && outcome.messages.contains("take it out"), "\(outcome.messages)")
    #expect(try pipeline.query("SELECT to_regnamespace('staging') IS NULL") == "t")
  }

  @Test func `a second run of the pipeline is refused with exit 4`() throws {
    let pipeline = try pipeline(.salesforceToHubSpot)
    try pipeline.complete("n1")
    let first = try Program("resync", ["run", pipeline.file, "--run", "n2"])
    try PostgresServer.shared?.wait(
      try #require(pipeline.database), until: "SELECT EXISTS (SELECT FROM staging.runs WHERE run = 'n2')")
    first.send(SIGSTOP)
    let second = try pipeline.run("n2")
    first.send(SIGCONT)
    #expect(second.exitCode == 4, "\(second.messages)")
    #expect(try first.wait().exitCode == 0)
  }
}

/// A server that crashes under an import: the same command goes on, and the ledger has every row once. (Killed workers are in
/// KillTests.)
@Suite(.enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresActivityCrashTests {
  /// A first import that is loaded, and the exports of a second one with updates.
  private func secondNight(in store: Store, on server: PostgresServer? = nil) throws -> ActivityPipeline {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "crash", in: store, on: server)
    try GeneratedActivities.importPipeline(tasks: 1500, into: pipeline)
    try pipeline.save(activities: ["updates: true"], settings: ["chunk_size: 200"])
    try pipeline.complete("n1")
    try GeneratedActivities.importPipeline(tasks: 1500, night: 2, into: pipeline)
    return pipeline
  }

  @Test func `a server that crashes and comes back is waited for, and nothing is loaded twice`() throws {
    var random = SeededRandom.announced("crashes of the server under an import")
    let server = try PostgresServer.own()
    defer { server.stop() }
    let pipeline = try secondNight(in: .postgres, on: server)
    for _ in 0..<3 {
      let program = try Program("resync", ["run", pipeline.file, "--run", "n2"])
      usleep(UInt32.random(in: 30_000..<500_000, using: &random))
      try server.crash()
      try server.start()
      let outcome = try program.wait()
      #expect([0, 1].contains(outcome.exitCode), "seed \(random.seed): \(outcome.messages)")
    }
    try pipeline.complete("n2")
    let undisturbed = try secondNight(in: .files)
    try undisturbed.complete("n2")
    let found = try pipeline.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
    let changed = differences(try undisturbed.sandbox.contents(under: "out"), found)
    #expect(changed.isEmpty, "seed \(random.seed): \(changed)")
    for run in ["n1", "n2"] { #expect(try pipeline.ledger(run) == undisturbed.ledger(run), "seed \(random.seed)") }
    #expect(try pipeline.balances())
  }
}
