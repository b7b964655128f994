import ArgumentParser
import Foundation
import Pipeline
import Staging

/// What all commands take that do work.
struct CommonOptions: ParsableArguments {
  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String

  @Option(help: "Only these chunks, counted from 0: 0-3,7")
  var chunks: String?

  @Option(help: "Only this object of the pipeline: companies")
  var object: String?

  @Option(help: "How many threads work at once; default: the number of cores.")
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "How progress is told on stderr: bar, plain, json or none.",
      discussion: "Default: a bar on a terminal, only problems under cron, sentences elsewhere."))
  var progress: String?

  @Option(help: "Whether stderr has text or, with run, stage, object and chunk on every line, json.")
  var logFormat: String = "text"

  @Option(
    help: "Write the run's figures to this file when it ends, in Prometheus' text format.", completion: .file())
  var metrics: String?

  /// The options of the run, and how it tells its progress.
  func read(_ plan: RunPlan) throws -> (RunOptions, ProgressLog) {
    let style = try progressStyle()
    var options = RunOptions(workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
    if let workers, !(1...256).contains(workers) { throw RunError(.wrong, "--workers \(workers): take 1 to 256") }
    if let chunks {
      guard let selection = ChunkSelection(chunks) else {
        throw RunError(.wrong, "--chunks \(chunks): write chunks like 0-3,7")
      }
      options.chunks = selection
    }
    if let object {
      guard plan.objects.contains(where: { $0.object == object }) else {
        let known = plan.objects.map(\.object).joined(separator: ", ")
        let advice = known.isEmpty ? "a pipeline of activities has none, leave it out" : "the pipeline has \(known)"
        throw RunError(.wrong, "--object \(object): \(advice)")
      }
      options.object = object
    }
    return (options, ProgressLog(style, json: logFormat == "json"))
  }

  /// Does the work of a command, and then writes what `--metrics` asks for, however the work ended.
  func measured(_ plan: RunPlan, run: String?, _ work: () throws -> Void) throws {
    guard let metrics else { return try work() }
    do {
      try work()
    } catch {
      // The error is what the person has to know; figures of a run that was never begun there are none.
      let code = (error as? RunError)?.code ?? .failed
      try? RunStatus(plan, run: run).writeMetrics(to: metrics, exitCode: code.rawValue)
      throw error
    }
    try RunStatus(plan, run: run).writeMetrics(to: metrics, exitCode: 0)
  }

  private func progressStyle() throws -> ProgressStyle {
    guard ["text", "json"].contains(logFormat) else {
      throw RunError(.wrong, "--log-format \(logFormat): take text or json")
    }
    guard let progress else { return .automatic }
    guard let style = ProgressStyle(rawValue: progress) else {
      throw RunError(.wrong, "--progress \(progress): take bar, plain, json or none")
    }
    return style
  }

  /// Prints what a run says when it ends. Where only problems are told, it says nothing if there are none.
  func show(_ summary: any RunOutcome, _ progress: ProgressLog) {
    guard progress.style != .none || self.progress != nil || summary.needsAttention else { return }
    print(summary.description.wrapped(to: Terminal.widthOfStdout))
  }
}

/// Reads a stage's name.
func stage(_ name: String, _ option: String) throws -> Stage {
  guard let stage = Stage(rawValue: name) else {
    let known = Stage.allCases.map(\.rawValue).joined(separator: ", ")
    throw RunError(.wrong, "\(option) \(name): the stages are \(known)")
  }
  return stage
}
