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

  @Option(help: "How progress is told on stderr: plain, json or none.")
  var progress: String = "plain"

  /// The options of the run, and how it tells its progress.
  func read(_ plan: RunPlan) throws -> (RunOptions, ProgressLog) {
    guard let style = ProgressStyle(rawValue: progress) else {
      throw RunError(.wrong, "--progress \(progress): take plain, json or none")
    }
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
    return (options, ProgressLog(style))
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
