import Foundation
import Testing

/// The second night of a small pipeline, which a test disturbs: afterwards the same command must leave the same bytes as a
/// night that nothing disturbed (README, After a stop).
public struct DisturbedNight {
  /// What is disturbed: a pipeline of records or of activities, with its staging in files or in a database.
  public enum Kind: String, CaseIterable, Sendable, CustomStringConvertible {
    case recordsInFiles = "records in files", recordsInPostgres = "records in PostgreSQL"
    case activitiesInFiles = "activities in files", activitiesInPostgres = "activities in PostgreSQL"

    /// Its name, for messages.
    public var description: String { rawValue }
    /// Whether it is a pipeline of records, not of activities.
    public var isOfRecords: Bool { [.recordsInFiles, .recordsInPostgres].contains(self) }
    /// Whether it stages in a database.
    public var isInPostgres: Bool { [.recordsInPostgres, .activitiesInPostgres].contains(self) }
    /// The pipeline's name.
    fileprivate var pipeline: String { isOfRecords ? "companies" : "activities" }

    /// How often such a night is disturbed where one of records in files is `count` times: the fewer, the longer it takes.
    public func share(of count: Int) -> Int {
      switch self {
      case .recordsInFiles: count
      case .recordsInPostgres, .activitiesInFiles: (count + 1) / 2
      case .activitiesInPostgres: (count + 4) / 5
      }
    }

    /// The text of the export with other values in many rows.
    public func changed(_ text: String) -> String {
      isOfRecords
        ? text.replacingOccurrences(of: ",City ", with: ",Town ")
        : text.replacingOccurrences(of: "Completed", with: "Waiting")
    }

    /// All kinds; those in PostgreSQL only where it is installed.
    public static var possible: [Kind] { allCases.filter { !$0.isInPostgres || PostgresServer.shared != nil } }
  }

  /// The pipeline; its first night is loaded, the exports are those of the second.
  public let pipeline: any TestPipeline
  /// Where it stages.
  public let staging: any NightStaging
  /// How long an undisturbed second night takes, in seconds.
  public let duration: Double
  /// The export that a test disturbs.
  public let export: String
  /// Its pipeline's folder in the sandbox, where it stages in files.
  public let folder: String
  /// The stages, in their order.
  public static let stages = ["extract", "normalize", "map", "conflict-resolve", "load"]
  private let undisturbed: [String: Data]
  private let exportDigest: String

  /// The folder of the pipeline.
  public var sandbox: Sandbox { pipeline.sandbox }

  /// Runs both nights once, and takes the second one back.
  public init(_ purpose: String, _ kind: Kind = .recordsInFiles, rows: Int, chunkSize: Int = 300) throws {
    let write: (Int) throws -> Void
    if kind.isOfRecords {
      let pipeline = try SmallPipeline(purpose, "chunk_size: \(chunkSize)", "max_creates: \(2 * rows)")
      self.pipeline = pipeline
      write = { night in
        let exports = GeneratedExports(rows, night: night, seed: 11)
        try pipeline.write(companies: exports.companies, accounts: exports.accounts)
      }
    } else {
      let pipeline = try ActivityPipeline(.salesforceToHubSpot, purpose)
      self.pipeline = pipeline
      write = { try GeneratedActivities.importPipeline(tasks: rows, night: $0, into: pipeline) }
      try write(1)
      try pipeline.save(activities: ["updates: true"], settings: ["chunk_size: \(chunkSize)"])
    }
    export = kind.isOfRecords ? "companies.csv" : "Task.csv"
    folder = "staging/\(kind.pipeline)"
    staging = try Self.staging(kind, pipeline)
    try write(1)
    try pipeline.complete("n1")
    try write(2)
    try staging.keep("before")
    let start = ContinuousClock.now
    try pipeline.complete("n2")
    duration = (ContinuousClock.now - start) / .seconds(1)
    undisturbed = try Self.leftBehind(pipeline, staging)
    guard let digest = try Self.digest(of: export, readBy: pipeline) else { throw HelperError("no input is noted") }
    exportDigest = digest
  }

  private static func staging(_ kind: Kind, _ pipeline: any TestPipeline) throws -> any NightStaging {
    let files = FolderStaging(sandbox: pipeline.sandbox, folder: "staging/\(kind.pipeline)")
    guard kind.isInPostgres else { return files }
    guard let server = PostgresServer.shared else { throw HelperError("PostgreSQL is not installed") }
    let database = try DatabaseStaging(server: server)
    try pipeline.sandbox.change("pipeline.yaml", files.setting, to: database.setting)
    return database
  }

  /// Load files and reports, and what is staged.
  private static func leftBehind(_ pipeline: any TestPipeline, _ staging: any NightStaging) throws -> [String: Data] {
    let out = try pipeline.sandbox.contents(under: "out").filter { !$0.key.hasPrefix(".resync/scratch/") }
    return try staging.contents().merging(out.map { ("out/\($0.key)", $0.value) }) { first, _ in first }
  }

  /// Puts a state in place again: the one in which the second night begins, or one that `keep` has kept.
  public func takeBack(to state: String = "before") throws {
    try staging.takeBack(to: state)
    try sandbox.remove("out/n2")
  }

  /// Keeps the staging as it is now, under a name; the load folder must be empty by then.
  public func keep(_ state: String) throws { try staging.keep(state) }

  /// Starts the second night, or one stage of it.
  public func start(_ command: String = "run", under limits: String? = nil) throws -> Program {
    try Program("resync", [command, pipeline.file, "--run", "n2"], under: limits)
  }

  /// Does the second night, or one stage of it, which must end well.
  public func complete(_ command: String = "run", _ what: String = "") throws {
    var outcome = try start(command).wait()
    // The server takes a moment to see that a program was killed, and to give its lock back.
    for _ in 0..<50 where outcome.exitCode == 4 && staging is DatabaseStaging {
      usleep(100_000)
      outcome = try start(command).wait()
    }
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

  /// Does the second night, and expects what `expectUndisturbed` does.
  public func expectGoesOn(_ what: String) throws {
    try complete("run", what)
    try expectUndisturbed(what)
  }

  /// Does the second night stage by stage, each disturbed first, and expects what `expectUndisturbed` does.
  public func completeStages(_ what: String, disturb: (_ stage: String) throws -> Void) throws {
    for stage in Self.stages {
      try disturb(stage)
      try complete(stage, what)
    }
    try expectUndisturbed(what)
  }

  /// What is not as the undisturbed night left it.
  public func changedFiles() throws -> [String] {
    differences(undisturbed, try Self.leftBehind(pipeline, staging))
  }

  /// Whether the run says that it has read the export as it is in the undisturbed night.
  public func hasReadTheExport() throws -> Bool { try Self.digest(of: export, readBy: pipeline) == exportDigest }

  private static func digest(of export: String, readBy pipeline: any TestPipeline) throws -> String? {
    let status = try Program.run("resync", ["status", pipeline.file, "--run", "n2", "--json"]).output
    guard let tree = try JSONSerialization.jsonObject(with: Data(status.utf8)) as? [String: Any],
      let inputs = tree["inputs"] as? [[String: Any]]
    else { return nil }
    return inputs.first { ($0["path"] as? String)?.hasSuffix(export) == true }?["digest"] as? String
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
    // Each miss makes the next one half as likely; three were too few where one hit is wanted of a short stage.
    while hit < count && attempts < 3 * count + 6 {
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
