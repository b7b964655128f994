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
    let words = Array(arguments)
    let isJSON = ResumeCommand.asksForJSONLog(words)
    ProcessSetup.interruptMessage =
      "interrupted; what is finished is kept; "
      + (ResumeCommand(words).advice ?? "the same command goes on from there")
    ProcessSetup.tellsJSON = isJSON
    do {
      try UnknownCommand.refuse(words[...], below: root)
      var command = try root.parseAsRoot(words)
      try ThreadSupply.check()
      try DescriptorSupply.check()
      try command.run()
      guard ProcessSetup.flushOutput() else {
        throw RunError(.failed, "what the command says could not be written to stdout; what it has done is kept")
      }
      exit(0)
    } catch {
      let (message, code) = explain(error, root)
      guard code != 0 else {
        if !message.isEmpty { print(message) }
        exit(0)
      }
      let next = code == RunError.Code.failed.rawValue ? ResumeCommand(words).advice : nil
      tell([message, next.map { "resync: \($0)" } ?? ""].filter { !$0.isEmpty }.joined(separator: "\n"), isJSON)
      exit(code)
    }
  }

  /// Writes an error to stderr, in the place of a bar.
  private static func tell(_ message: String, _ isJSON: Bool) {
    guard !message.isEmpty else { return }
    let text =
      isJSON
      ? jsonLine("error", message) ?? message : Terminal.lineStart + message.wrapped(to: Terminal.onStderr()?.width)
    StandardError.write(text + "\n")
  }

  private static func explain(_ error: any Error, _ root: any ParsableCommand.Type) -> (String, Int32) {
    switch error {
    case let error as RunError:
      return (error.messages.map { "resync: \($0)" }.joined(separator: "\n"), error.code.rawValue)
    case let error as PipelineError:
      return (error.description, RunError.Code.wrong.rawValue)
    case let error as SourceError:
      return ("resync: \(error)", RunError.Code.failed.rawValue)
    case StagingError.taken(let message):
      return ("resync: \(message)", RunError.Code.wrong.rawValue)
    case let error as StagingError:
      return ("resync: \(error)", RunError.Code.failed.rawValue)
    case let code as ExitCode:
      return ("", code.rawValue)
    default:
      let code = root.exitCode(for: error)
      if code == .success { return (root.fullMessage(for: error), 0) }
      // What ArgumentParser refuses is a wrong command line; anything else is a failure.
      let isUsage = code == .validationFailure
      return (root.fullMessage(for: error), isUsage ? RunError.Code.wrong.rawValue : RunError.Code.failed.rawValue)
    }
  }
}
