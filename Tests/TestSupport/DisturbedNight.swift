import Foundation
import Testing

/// The second night of a small pipeline, which a test disturbs: afterwards the same command must leave the same bytes as a
/// night that nothing disturbed (README, After a stop).
public struct DisturbedNight {
  /// The pipeline; its first night is loaded, the exports are those of the second.
  public let pipeline: SmallPipeline
  /// How long an undisturbed second night takes, in seconds.
  public let duration: Double
  private let undisturbed: [String: Data]

  /// The folder of the pipeline's staging in the sandbox.
  public static let staging = "staging/companies"
  private var sandbox: Sandbox { pipeline.sandbox }

  /// Runs both nights once, and takes the second one back.
  public init(_ purpose: String, rows: Int, chunkSize: Int = 300) throws {
    let pipeline = try SmallPipeline(purpose, "chunk_size: \(chunkSize)", "max_creates: \(rows)")
    func write(_ night: Int) throws {
      let exports = GeneratedExports(rows, night: night, seed: 11)
      try pipeline.write(companies: exports.companies, accounts: exports.accounts)
    }
    try write(1)
    try pipeline.complete("n1")
    try write(2)
    try pipeline.sandbox.copy(pipeline.sandbox.file(Self.staging), to: "states/before")
    let start = ContinuousClock.now
    try pipeline.complete("n2")
    duration = (ContinuousClock.now - start) / .seconds(1)
    undisturbed = try pipeline.sandbox.leftBehind(staging: Self.staging)
    self.pipeline = pipeline
  }

  /// Puts a state in place again: the one in which the second night begins, or one that `keep` has kept.
  public func takeBack(to state: String = "before") throws {
    try sandbox.copy(sandbox.file("states/\(state)"), to: Self.staging)
    try sandbox.remove("out/n2")
  }

  /// Keeps the staging as it is now, under a name; the load folder must be empty by then.
  public func keep(_ state: String) throws { try sandbox.copy(sandbox.file(Self.staging), to: "states/\(state)") }

  /// Starts the second night, or one stage of it.
  public func start(_ command: String = "run", under limits: String? = nil) throws -> Program {
    try Program("resync", [command, pipeline.file, "--run", "n2"], under: limits)
  }

  /// Does the second night, or one stage of it, which must end well.
  public func complete(_ command: String = "run", _ what: String = "") throws {
    let outcome = try start(command).wait()
    guard outcome.exitCode == 0 else {
      throw HelperError("\(what): \(command) ends with \(outcome.exitCode): \(outcome.messages)")
    }
  }

  /// Expects the bytes of the undisturbed night, no file that is half there under the load folder, and nothing for
  /// `resync verify` to find.
  public func expectUndisturbed(_ what: String) throws {
    let changed = try changedFiles()
    #expect(changed.isEmpty, "\(what): \(changed)")
    let verified = try Program.run("resync", ["verify", pipeline.file, "--run", "n2"])
    #expect(verified.exitCode == 0, "\(what): \(verified.messages)")
  }

  /// What is not as the undisturbed night left it.
  public func changedFiles() throws -> [String] {
    differences(undisturbed, try sandbox.leftBehind(staging: Self.staging))
  }

  /// Disturbs a command at `count` random moments, by one signal or another, and lets it finish each time: first the command
  /// again, then `run`. `state` is that in which it begins, `seconds` about how long it takes.
  ///
  /// - Returns: how many were still at work when they were hit.
  public func killAtRandom(
    _ count: Int, _ command: String = "run", from state: String = "before", seconds: Double,
    signals: [Int32] = [SIGKILL], _ random: inout SeededRandom
  ) throws -> Int {
    var (hit, attempts, span) = (0, 0, seconds)
    while hit < count && attempts < 3 * count {
      attempts += 1
      try takeBack(to: state)
      let signal = signals[Int.random(in: 0..<signals.count, using: &random)]
      let delay = Double.random(in: 0..<span, using: &random)
      if try disturb(command, signal, after: delay) {
        hit += 1
        span *= 1.05
        // Every fifth time it is hit twice.
        if hit % 5 == 0 { _ = try disturb(command, signal, after: delay / 2) }
      } else {
        // How fast a run is depends on what else the machine does: it had ended by then.
        span = delay
      }
      let what = "\(command) from \(state), signal \(signal) after \(delay) s, attempt \(attempts), seed \(random.seed)"
      if command != "run" { try complete(command, what) }
      try complete("run", what)
      try expectUndisturbed(what)
    }
    print("\(command) from \(state), signals \(signals): \(hit) of \(attempts) were still at work, and survived")
    return hit
  }

  /// Whether the command was still at work when the signal came.
  private func disturb(_ command: String, _ signal: Int32, after seconds: Double) throws -> Bool {
    let program = try start(command)
    usleep(UInt32(seconds * 1_000_000))
    program.send(signal)
    let code = try program.wait().exitCode
    guard [0, 128 + signal].contains(code) else { throw HelperError("signal \(signal) ends it with \(code)") }
    return code != 0
  }
}

/// How many random faults a test tries: RESYNC_FAULTS, or the few that fit a run of all tests.
public func faultCount(_ few: Int) -> Int {
  ProcessInfo.processInfo.environment["RESYNC_FAULTS"].flatMap { Int($0) } ?? few
}
