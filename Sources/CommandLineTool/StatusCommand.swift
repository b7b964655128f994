import ArgumentParser
import Pipeline

/// `resync status`: stages × chunks, and what is left to do.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows the stages and chunks of a run, and what is left to do.",
    discussion: """
      A line for each chunk: rows and seconds of each stage, and the issues that were found.

      Examples:
        resync status pipelines/companies.yaml
        resync status pipelines/companies.yaml --run 2026-03-02 --json
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(name: .customLong("run"), help: "The run's name; default: the last one.") var runName: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let status = try RunStatus(try OpenedPipeline(pipeline).base, run: runName)
    print(json ? try status.json() : status.text(width: Terminal.widthOfStdout))
  }
}
