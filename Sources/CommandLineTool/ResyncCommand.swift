import ArgumentParser
import CAllocator
import Staging

/// The program `resync`: one subcommand a file.
public struct ResyncCommand: ParsableCommand {
  /// The program's name, help, version and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "resync",
    abstract: "Puts HubSpot and Salesforce back in step, from full exports of both.",
    discussion: """
      Five stages: extract, normalize, map, conflict-resolve, load. `run` does what is left of them; each can also be run \
      alone, on what the stage before it left.

      Examples:
        resync init exports                # a pipeline, from a folder of exports
        resync run pipelines/companies.yaml --dry-run
        resync run pipelines/companies.yaml
        resync status pipelines/companies.yaml

      Completions: resync --generate-completion-script bash (or zsh, fish)
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, ExtractCommand.self, NormalizeCommand.self, MapCommand.self, ConflictResolveCommand.self,
      LoadCommand.self, StatusCommand.self, PlanCommand.self, ExplainCommand.self, ReportCommand.self,
      VerifyCommand.self, RunsCommand.self, InitCommand.self, MappingsCommand.self,
    ])

  /// The command before its arguments are read, as ArgumentParser needs it.
  public init() {}

  /// Runs the program with the arguments of the process, and ends it with the exit code of the spec. Called by the name of a
  /// stage's executable, as installed links do, it is that stage.
  public static func run() -> Never {
    allocator_keep_freed_memory()
    let name = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last } ?? ""
    let stage = name.hasPrefix("resync-") ? Stage(rawValue: String(name.dropFirst("resync-".count))) : nil
    ExitCodes.run(Self.self, [stage?.rawValue].compactMap { $0 } + CommandLine.arguments.dropFirst())
  }
}

/// The small executables, one for each stage.
public enum StageCommand {
  /// Does what `resync STAGE` does, with the arguments of the process.
  public static func run(stage: String) -> Never {
    allocator_keep_freed_memory()
    ExitCodes.run(ResyncCommand.self, [stage] + CommandLine.arguments.dropFirst())
  }
}
