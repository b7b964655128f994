import CRM
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

  /// The properties that `--allow-clears` names. A name that no mapping has would let nothing pass, and the brake would stop
  /// the run at its end.
  ///
  /// - Throws: `RunError` (exit code 2) if a name is none of a mapping.
  func clearable(_ names: [String]) throws -> Set<String> {
    let known = base.objects.flatMap { $0.mappings.flatMap { [$0.property, $0.field] } }
    for name in names where !known.contains(name) {
      let message = "--allow-clears: no mapping of the pipeline is of \"\(name)\""
      throw RunError(.wrong, complaint(message, about: name, among: known))
    }
    return Set(names)
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
