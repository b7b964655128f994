import ArgumentParser
import Pipeline
import Verify

/// `resync verify`: is a run still what it was when it ended?
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks digests, counts and balance of a run after the fact; exit 1 names every damage.")

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(name: .customLong("run"), help: "The run's name; default: the last one.") var runName: String?
  @Flag(help: "Leave out the exports: those of a night that is over may have been replaced.") var withoutExports = false

  func run() throws {
    let verification =
      switch try OpenedPipeline(pipeline) {
      case .records(let plan): try RunVerification(plan, run: runName)
      case .activities(let plan): try RunVerification(plan.base, activities: plan, run: runName)
      }
    print(try verification.check(withInputs: !withoutExports))
  }
}
