import ArgumentParser
import Inspect
import Pipeline

/// `resync plan`: the dry run as a list of changes.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows what a run would change, and changes nothing.",
    discussion: """
      Does all stages but the load, as run --dry-run does; the next run loads what it showed, while nothing changes. Exit \
      code 0: nothing to do; 10: there are changes; 3: a brake would stop the run.

      Examples:
        resync plan pipelines/companies.yaml
        resync plan pipelines/companies.yaml --sample 10
        resync plan pipelines/companies.yaml --record 18200000106
      """)

  /// The exit code of a plan with changes.
  private static let hasChanges: Int32 = 10

  @OptionGroup var common: CommonOptions
  @Option(name: .customLong("run"), help: "The run's name; default: the unfinished one, or a new one.")
  var runName: String?
  @Option(help: "How many samples to show of each field and reason.")
  var sample = 3
  @Option(help: "Only the changes of this record: a HubSpot or Salesforce id.")
  var record: String?
  @Flag(help: "Create records that would be held back, and any number of them.")
  var createAnyway = false

  func run() throws {
    guard case .records(let plan) = try OpenedPipeline(common.pipeline) else {
      throw RunError(.wrong, "plan shows records; of activities, take run --dry-run")
    }
    guard sample >= 0 else { throw RunError(.wrong, "--sample \(sample): take 0 or more") }
    var (options, progress) = try common.read(plan)
    options.run = runName
    options.dryRun = true
    options.createAnyway = createAnyway
    let runner = try Runner(plan, options, progress)
    var brake: RunError?
    do {
      _ = try runner.runAll()
    } catch let error as RunError where error.code == .braked {
      brake = error
    }
    let preview = try ChangePreview(plan, run: runner.run, samples: sample, record: record)
    // A brake that stops a run without changes has its own message: there is something to do.
    if brake == nil || preview.hasChanges { print(preview.text.wrapped(to: Terminal.widthOfStdout)) }
    if let brake { throw brake }
    if preview.hasChanges { throw ExitCode(Self.hasChanges) }
  }
}
