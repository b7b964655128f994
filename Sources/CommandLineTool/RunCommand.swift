import ArgumentParser
import Pipeline
import Staging

/// `resync run`: does what is left to do.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Does what is left of a run: extract, normalize, map, conflict-resolve, load.",
    discussion: """
      A run that was stopped, killed or refused goes on with the same command; what is done is not done again. Without \
      --run it goes on with the run that is not finished, unless the exports have changed, or begins a new one.

      Examples:
        resync run pipelines/companies.yaml --dry-run
        resync run pipelines/companies.yaml --run 2026-03-02
        resync run pipelines/companies.yaml --from map --to conflict-resolve --chunks 0-3
      """)

  @OptionGroup var common: CommonOptions
  @Option(
    name: .customLong("run"), help: "The run's name; default: the unfinished one, or a new one named by the time.")
  var runName: String?
  @Option(help: "Do this stage and the later ones anew.")
  var from: String?
  @Option(help: "Stop behind this stage.")
  var to: String?
  @Flag(help: "Do all but the load, and show what it would do.")
  var dryRun = false
  @Option(help: "Let this property be cleared however often (max_clears); can be repeated.")
  var allowClears: [String] = []
  @Flag(help: "Create records that would be held back, and any number of them.")
  var createAnyway = false
  @Flag(help: "Make creates again that no export has shown yet.")
  var retryCreates = false

  func run() throws {
    let plan = try OpenedPipeline(common.pipeline)
    var (options, progress) = try common.read(plan.base)
    options.run = runName
    options.from = try from.map { try stage($0, "--from") }
    options.to = try to.map { try stage($0, "--to") }
    if let from = options.from, let to = options.to, to < from {
      throw RunError(.wrong, "--to \(to.rawValue) comes before --from \(from.rawValue)")
    }
    options.dryRun = dryRun
    options.allowClears = try plan.clearable(allowClears)
    options.createAnyway = createAnyway
    options.retryCreates = retryCreates
    let (settled, log) = (options, progress)
    try common.measured(plan.base, run: runName) { common.show(try plan.runAll(settled, log), log) }
  }
}
