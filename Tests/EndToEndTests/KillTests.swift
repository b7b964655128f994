import Foundation
import TestSupport
import Testing

/// A run may end at any moment: the same command goes on, and leaves the same bytes as one that nothing
/// disturbed.
@Suite(.serialized) struct KillTests {
  private let pipeline: SmallPipeline
  /// What the second night leaves behind when nothing disturbs it, and how long it takes.
  private let undisturbed: [String: Data]
  private let duration: Double

  private static let staging = "staging/companies"
  private static let rows = 2000

  /// A first night that is loaded, and a second one, run once to its end and then taken back.
  init() throws {
    let pipeline = try SmallPipeline("kill", "chunk_size: 300", "max_creates: 1000")
    func write(_ night: Int) throws {
      let exports = GeneratedExports(Self.rows, night: night, seed: 11)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
    }
    try write(1)
    try Self.complete(pipeline, "n1")
    try write(2)
    try pipeline.sandbox.copy(pipeline.sandbox.file(Self.staging), to: "before")
    let start = ContinuousClock.now
    try Self.complete(pipeline, "n2")
    duration = (ContinuousClock.now - start) / .seconds(1)
    undisturbed = try pipeline.sandbox.leftBehind(staging: Self.staging)
    self.pipeline = pipeline
  }

  private static func complete(_ pipeline: SmallPipeline, _ run: String, _ options: [String] = []) throws {
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", run] + options)
    try #require(outcome.exitCode == 0, "\(outcome.messages)")
  }

  /// Puts the state in which the second night began in place again.
  private func takeBack(to state: String = "before") throws {
    try pipeline.sandbox.copy(pipeline.sandbox.file(state), to: Self.staging)
    try pipeline.sandbox.remove("out/n2")
  }

  /// Starts the second night, and kills it after some seconds; whether it was still at work.
  private func startAndKill(after seconds: Double) throws -> Bool {
    let program = try Program("resync", ["run", pipeline.file, "--run", "n2"])
    usleep(UInt32(seconds * 1_000_000))
    program.send(SIGKILL)
    return try program.wait().exitCode == 128 + SIGKILL
  }

  private func expectUndisturbed(_ what: String) throws {
    let found = try pipeline.sandbox.leftBehind(staging: Self.staging)
    #expect(found.keys.filter { $0.hasPrefix("out/") && $0.hasSuffix(".part") } == [], "\(what)")
    let changed = differences(undisturbed, found)
    #expect(changed.isEmpty, "\(what): \(changed)")
  }

  /// Kills the second night at `count` random moments of its work, and lets it finish each time. `state` is
  /// that in which it begins, `duration` about how long it takes.
  private func killAtRandom(
    _ count: Int, from state: String, duration: Double, _ random: inout SeededRandom
  ) throws {
    var (killed, attempts, span) = (0, 0, duration)
    while killed < count && attempts < 3 * count {
      attempts += 1
      try takeBack(to: state)
      let delay = Double.random(in: 0..<span, using: &random)
      if try startAndKill(after: delay) {
        killed += 1
        span *= 1.05
        // Every fifth time it is hit twice.
        if killed % 5 == 0 { _ = try startAndKill(after: delay / 2) }
      } else {
        // How fast a run is depends on what else the machine does: it had ended by then.
        span = delay
      }
      try Self.complete(pipeline, "n2")
      try expectUndisturbed("attempt \(attempts), after \(delay) s, seed \(random.seed)")
    }
    print("kill -9 from \(state): \(killed) of \(attempts) runs were still at work")
    #expect(killed > count / 2)
  }

  @Test func `killed at any of twenty-five moments, the same command leaves the same bytes`() throws {
    var random = SeededRandom.announced("kill -9")
    try killAtRandom(25, from: "before", duration: duration, &random)
  }

  @Test func `killed while it loads, the same command leaves the same bytes`() throws {
    var random = SeededRandom.announced("kill -9 in the load")
    try takeBack()
    try Self.complete(pipeline, "n2", ["--to", "conflict-resolve"])
    try pipeline.sandbox.copy(pipeline.sandbox.file(Self.staging), to: "resolved")
    let start = ContinuousClock.now
    try Self.complete(pipeline, "n2")
    let duration = (ContinuousClock.now - start) / .seconds(1)
    try killAtRandom(12, from: "resolved", duration: duration, &random)
  }

  @Test func `interrupted it ends with 130, terminated with 143, and the same command goes on`() throws {
    for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
      try takeBack()
      let program = try Program("resync", ["run", pipeline.file, "--run", "n2"])
      // It is at work for certain when the first stage of the run has its folder.
      for _ in 0..<20_000 where !pipeline.sandbox.has("\(Self.staging)/runs/n2/extract") { usleep(500) }
      program.send(signal)
      let outcome = try program.wait()
      #expect(outcome.exitCode == code, "\(outcome.messages)")
      #expect(outcome.messages.contains("interrupted"), "a person is told so: \(outcome.messages)")
      try Self.complete(pipeline, "n2")
      try expectUndisturbed("signal \(signal)")
    }
  }
}
