import ArgumentParser
import Pipeline
import Staging

/// One stage alone: reads what the stage before it left for the run, and replaces its own output.
protocol SingleStageCommand: ParsableCommand {
  static var stage: Stage { get }
  var common: CommonOptions { get }
  var runName: String { get }
}

extension SingleStageCommand {
  /// Runs the stage.
  func runStage(_ change: (inout RunOptions, OpenedPipeline) throws -> Void = { _, _ in }) throws {
    let plan = try OpenedPipeline(common.pipeline)
    var (options, progress) = try common.read(plan.base)
    options.run = runName
    try change(&options, plan)
    let (settled, log) = (options, progress)
    try common.measured(plan.base, run: runName) { common.show(try plan.run(Self.stage, settled, log), log) }
  }
}

struct ExtractCommand: SingleStageCommand {
  static let stage = Stage.extract
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Reads the exports, pairs their records, and cuts them into chunks.",
    discussion: """
      Extract always does the whole exports, since pairing looks at all of them. It begins the run if there is none.

      Example:
        resync extract pipelines/companies.yaml --run 2026-03-02
      """)
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  func run() throws { try runStage() }
}

struct NormalizeCommand: SingleStageCommand {
  static let stage = Stage.normalize
  static let configuration = CommandConfiguration(
    commandName: "normalize", abstract: "Makes canonical values of what extract left.",
    discussion: """
      Example:
        resync normalize pipelines/companies.yaml --run 2026-03-02 --chunks 3
      """)
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  func run() throws { try runStage() }
}

struct MapCommand: SingleStageCommand {
  static let stage = Stage.map
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Brings HubSpot's values into Salesforce's vocabulary.",
    discussion: """
      Example:
        resync map pipelines/companies.yaml --run 2026-03-02 --chunks 0-3,7
      """)
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  func run() throws { try runStage() }
}

struct ConflictResolveCommand: SingleStageCommand {
  static let stage = Stage.conflictResolve
  static let configuration = CommandConfiguration(
    commandName: "conflict-resolve", abstract: "Decides every cell by its sync rule.",
    discussion: """
      What is held back is decided here, so this is where --create-anyway counts.

      Example:
        resync conflict-resolve pipelines/companies.yaml --run 2026-03-02 --create-anyway
      """)
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  @Flag(help: "Create records that would be held back, and any number of them.") var createAnyway = false
  @Flag(help: "Make creates again that no export has shown yet.") var retryCreates = false
  func run() throws {
    try runStage { options, _ in
      options.createAnyway = createAnyway
      options.retryCreates = retryCreates
    }
  }
}

struct LoadCommand: SingleStageCommand {
  static let stage = Stage.load
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Writes what each side must change, and moves the baseline.",
    discussion: """
      It needs all chunks resolved, since the brakes look at the whole run.

      Example:
        resync load pipelines/companies.yaml --run 2026-03-02
        resync load pipelines/companies.yaml --run 2026-03-02 --allow-clears phone
      """)
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  @Option(help: "Let this property be cleared however often (max_clears); can be repeated.")
  var allowClears: [String] = []
  @Flag(help: "Let any number of creates pass.") var createAnyway = false
  @Option(help: "Activities: take out of the ledger what this answer of HubSpot or Salesforce refused.")
  var refused: String?
  @Flag(help: "Activities: take out of the ledger all that the run has loaded.") var forget = false
  func run() throws {
    if refused != nil || forget { return try correctLedger() }
    try runStage { options, plan in
      options.allowClears = try plan.clearable(allowClears)
      options.createAnyway = createAnyway
    }
  }

  /// Changes the ledger, and nothing else: the next run loads again what was taken out.
  private func correctLedger() throws {
    guard refused == nil || !forget else { throw RunError(.wrong, "take one of --refused and --forget") }
    guard case .activities(let plan) = try OpenedPipeline(common.pipeline) else {
      throw RunError(.wrong, "--refused and --forget are for pipelines of activities: records have no ledger")
    }
    let correction = try LedgerCorrection(plan, run: runName)
    print(try refused.map { try correction.takeOut(refusedIn: $0) } ?? correction.forget())
  }
}
