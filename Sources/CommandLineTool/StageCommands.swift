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
  func runStage(_ change: (inout RunOptions) -> Void = { _ in }) throws {
    let plan = try OpenedPipeline(common.pipeline)
    var (options, progress) = try common.read(plan.base)
    options.run = runName
    change(&options)
    print(try plan.run(Self.stage, options, progress))
  }
}

struct ExtractCommand: SingleStageCommand {
  static let stage = Stage.extract
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Reads the exports, pairs their records, and cuts them into chunks.")
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  func run() throws { try runStage() }
}

struct NormalizeCommand: SingleStageCommand {
  static let stage = Stage.normalize
  static let configuration = CommandConfiguration(
    commandName: "normalize", abstract: "Makes canonical values of what extract left.")
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  func run() throws { try runStage() }
}

struct MapCommand: SingleStageCommand {
  static let stage = Stage.map
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Brings HubSpot's values into Salesforce's vocabulary.")
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  func run() throws { try runStage() }
}

struct ConflictResolveCommand: SingleStageCommand {
  static let stage = Stage.conflictResolve
  static let configuration = CommandConfiguration(
    commandName: "conflict-resolve", abstract: "Decides every cell by its sync rule.")
  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  @Flag(help: "Create records that would be held back, and any number of them.") var createAnyway = false
  @Flag(help: "Make creates again that no export has shown yet.") var retryCreates = false
  func run() throws {
    try runStage {
      $0.createAnyway = createAnyway
      $0.retryCreates = retryCreates
    }
  }
}

struct LoadCommand: SingleStageCommand {
  static let stage = Stage.load
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Writes what each side must change, and moves the baseline.")
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
    try runStage {
      $0.allowClears = Set(allowClears)
      $0.createAnyway = createAnyway
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
