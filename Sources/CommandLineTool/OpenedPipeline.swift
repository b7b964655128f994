import Pipeline
import PipelineFile
import Staging

/// A pipeline of either kind, read for a command.
enum OpenedPipeline {
  case records(RunPlan)
  case activities(ActivityRunPlan)

  /// Reads a pipeline file with all that it names.
  ///
  /// - Throws: `PipelineError` (exit code 2) if something in it is wrong.
  init(_ path: String) throws {
    self =
      isActivityPipeline(path)
      ? .activities(try ActivityRunPlan.load(path)) : .records(try RunPlan.load(path))
  }

  /// What pipelines of both kinds have.
  var base: RunPlan {
    switch self {
    case .records(let plan): plan
    case .activities(let plan): plan.base
    }
  }

  /// Does what is left to do of a run; what it returns says what was done.
  func runAll(_ options: RunOptions, _ progress: ProgressLog) throws -> any RunOutcome {
    switch self {
    case .records(let plan): try Runner(plan, options, progress).runAll()
    case .activities(let plan): try ActivityRunner(plan, options, progress).runAll()
    }
  }

  /// Does one stage alone.
  func run(_ stage: Stage, _ options: RunOptions, _ progress: ProgressLog) throws -> any RunOutcome {
    switch self {
    case .records(let plan): try Runner(plan, options, progress, alone: stage).runStage(stage)
    case .activities(let plan): try ActivityRunner(plan, options, progress, alone: stage).runStage(stage)
    }
  }
}
