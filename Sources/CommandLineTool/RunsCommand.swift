import ArgumentParser
import Foundation
import Pipeline

/// `resync runs`: what runs have left behind, and what of it may go.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Lists, shows and prunes the runs of a pipeline.",
    subcommands: [ListRuns.self, ShowRun.self, PruneRuns.self])
}

struct ListRuns: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the runs, oldest first.")
  @Argument(help: "The pipeline file.") var pipeline: String
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let entries = try RunArchive(try OpenedPipeline(pipeline).base).entries()
    guard json else { return print(RunArchive.table(entries)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(entries), as: UTF8.self))
  }
}

struct ShowRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows the stages and chunks of a run, as status does.")
  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(name: .customLong("run"), help: "The run's name; default: the last one.") var runName: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let status = try RunStatus(try OpenedPipeline(pipeline).base, run: runName)
    print(json ? try status.json() : status.description)
  }
}

struct PruneRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Removes the staging of old runs, never of the run on which the baseline stands.",
    discussion: """
      Load files and reports of a pruned run stay. With --purge-values they go too, and whatever else holds values of \
      customers; run.json and accounting.json, which have counts only, stay.
      """)
  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(help: "How many of the newest runs stay as they are.") var keep: Int
  @Flag(help: "Remove all values of old runs, load files and reports too, and keep the counts.") var purgeValues = false
  @Flag(help: "Say what would be done, and do nothing.") var dryRun = false

  func run() throws {
    guard keep >= 1 else { throw RunError(.wrong, "--keep \(keep): at least the last run stays, so take 1 or more") }
    let lines = try RunArchive(try OpenedPipeline(pipeline).base).prune(
      keep: keep, purgeValues ? .purgeValues : .remove, dryRun: dryRun)
    print(lines.isEmpty ? "nothing to prune" : lines.joined(separator: "\n"))
  }
}
