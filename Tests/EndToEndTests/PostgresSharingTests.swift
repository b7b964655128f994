import Foundation
import TestSupport
import Testing

/// Several processes on one run (`share: true`): the same result as one, whoever dies.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresSharingTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  private func sharedPipeline(_ purpose: String) throws -> SmallPipeline {
    let pipeline = try SmallPipeline(purpose, "chunk_size: 300", "max_creates: 1000")
    try pipeline.sandbox.change(
      "pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(url)\", schema: staging, share: true}\n")
    for night in 1...2 {
      let exports = GeneratedExports(2000, night: night, seed: 11)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
      guard night == 1 else { continue }
      let outcome = try pipeline.run("n1")
      try #require(outcome.exitCode == 0, "\(outcome.messages)")
    }
    return pipeline
  }

  private func start(_ pipeline: SmallPipeline) throws -> Program {
    try Program("resync", ["run", pipeline.file, "--run", "n2"])
  }

  /// Waits until the leader offers chunks, and stops it there: what it has claimed it keeps.
  private func startStoppedLeader(_ pipeline: SmallPipeline) throws -> Program {
    let leader = try start(pipeline)
    try server.wait(url, until: "SELECT count(*) > 0 FROM staging.shared_work")
    leader.send(SIGSTOP)
    while try !isQuiet() {
      leader.send(SIGCONT)
      usleep(2000)
      leader.send(SIGSTOP)
    }
    return leader
  }

  /// Whether nobody stands still in the middle of writing, for whom others would wait: only the locks of the pipeline and
  /// of one chunk are held.
  private func isQuiet() throws -> Bool {
    try server.query(
      url,
      """
      SELECT count(*) FILTER (WHERE locktype = 'transactionid') = 0 AND count(*) FILTER (WHERE locktype = 'advisory') <= 2
      FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database()
      """) == "t"
  }

  private func waitForContributions(_ count: Int) throws {
    try server.wait(url, until: "SELECT count(*) >= \(count) FROM staging.contributions")
  }

  private func expectTheSame(_ pipeline: SmallPipeline, _ context: String = "") throws {
    let expected = try PostgresStagingTests.undisturbed.get()
    let found = try pipeline.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
    let changed = differences(expected, found)
    #expect(changed.isEmpty, "\(context) \(changed)")
    #expect(try server.query(url, "SELECT count(*) > 0 AND bool_and(holds) FROM staging.balance") == "t")
  }

  @Test(arguments: [2, 3]) func `workers at once leave what one leaves, and each does a part`(workers: Int) throws {
    let pipeline = try sharedPipeline("share")
    let leader = try startStoppedLeader(pipeline)
    let helpers = try (1..<workers).map { _ in try start(pipeline) }
    try waitForContributions(3)
    leader.send(SIGCONT)
    for program in [leader] + helpers {
      let outcome = try program.wait()
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
    }
    try expectTheSame(pipeline)
  }

  @Test func `a helper that is killed gives its chunk back`() throws {
    var random = SeededRandom.announced("kill -9 of helpers")
    let pipeline = try sharedPipeline("helper")
    let leader = try startStoppedLeader(pipeline)
    for _ in 0..<3 {
      let helper = try start(pipeline)
      usleep(UInt32.random(in: 50_000..<400_000, using: &random))
      helper.send(SIGKILL)
      _ = try helper.wait()
    }
    leader.send(SIGCONT)
    let outcome = try leader.wait()
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    try expectTheSame(pipeline, "seed \(random.seed)")
  }

  @Test func `when the leader is killed, a helper takes the lead and ends the run`() throws {
    let pipeline = try sharedPipeline("leader")
    let leader = try startStoppedLeader(pipeline)
    let helpers = try (0..<2).map { _ in try start(pipeline) }
    try waitForContributions(1)
    leader.send(SIGKILL)
    _ = try leader.wait()
    for helper in helpers {
      let outcome = try helper.wait()
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
    }
    try expectTheSame(pipeline)
  }

  @Test func `a helper with other mappings, and a part of a run, are refused with exit 4`() throws {
    let pipeline = try sharedPipeline("other")
    let leader = try startStoppedLeader(pipeline)
    let part = try Program.run("resync", ["run", pipeline.file, "--run", "n2", "--to", "map"])
    #expect(part.exitCode == 4, "\(part.messages)")
    let text = try pipeline.sandbox.text("pipeline.yaml")
    try pipeline.sandbox.write("other.yaml", text + "# changed\n")
    let other = try Program.run("resync", ["run", pipeline.sandbox.file("other.yaml"), "--run", "n2"])
    #expect(other.exitCode == 4 && other.messages.contains("others than here"), "\(other.messages)")
    leader.send(SIGCONT)
    #expect(try leader.wait().exitCode == 0)
  }
}
