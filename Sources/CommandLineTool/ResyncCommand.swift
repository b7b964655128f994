import ArgumentParser

/// The program `resync`: one subcommand a file.
public struct ResyncCommand: ParsableCommand {
  /// The program's name, help, version and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "resync",
    abstract: "Puts HubSpot and Salesforce back in step, from full exports of both.",
    discussion: """
      Five stages: extract, normalize, map, conflict-resolve, load. `run` does what is left of them; each can also be run
      alone, on what the stage before it left.

      Example:
        resync run pipelines/companies.yaml --dry-run
        resync run pipelines/companies.yaml
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, ExtractCommand.self, NormalizeCommand.self, MapCommand.self, ConflictResolveCommand.self,
      LoadCommand.self, StatusCommand.self, VerifyCommand.self, RunsCommand.self, MappingsCommand.self,
    ])

  /// The command before its arguments are read, as ArgumentParser needs it.
  public init() {}

  /// Runs the program with the arguments of the process, and ends it with the exit code of the spec.
  public static func run() -> Never { ExitCodes.run(Self.self, CommandLine.arguments.dropFirst()) }
}

/// The small executables, one for each stage.
public enum StageCommand {
  /// Does what `resync STAGE` does, with the arguments of the process.
  public static func run(stage: String) -> Never {
    ExitCodes.run(ResyncCommand.self, [stage] + CommandLine.arguments.dropFirst())
  }
}
