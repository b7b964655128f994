import ArgumentParser
import Extract
import Foundation
import Pipeline
import PipelineFile
import Staging

/// Turns what a command ends with into messages on stderr and the exit codes of the spec (interface, "Command line").
enum ExitCodes {
  static func run(_ root: any ParsableCommand.Type, _ arguments: some Collection<String>) -> Never {
    ProcessSetup.install()
    do {
      var command = try root.parseAsRoot(Array(arguments))
      try command.run()
      guard ProcessSetup.flushOutput() else {
        throw RunError(.failed, "what the command says could not be written to stdout; what it has done is kept")
      }
      exit(0)
    } catch {
      let (message, code) = explain(error, root)
      if !message.isEmpty {
        // Help is no error.
        if code == 0 { print(message) } else { StandardError.write(message + "\n") }
      }
      exit(code)
    }
  }

  private static func explain(_ error: any Error, _ root: any ParsableCommand.Type) -> (String, Int32) {
    switch error {
    case let error as RunError:
      return (error.messages.map { "resync: \($0)" }.joined(separator: "\n"), error.code.rawValue)
    case let error as PipelineError:
      return (error.description, RunError.Code.wrong.rawValue)
    case let error as SourceError:
      return ("resync: \(error)", RunError.Code.failed.rawValue)
    case let error as StagingError:
      return ("resync: \(error)", RunError.Code.failed.rawValue)
    default:
      let code = root.exitCode(for: error)
      if code == .success { return (root.fullMessage(for: error), 0) }
      // What ArgumentParser refuses is a wrong command line; anything else is a failure.
      let isUsage = code == .validationFailure
      return (root.fullMessage(for: error), isUsage ? RunError.Code.wrong.rawValue : RunError.Code.failed.rawValue)
    }
  }
}
