import ArgumentParser
import Extract
import Foundation
import Pipeline
import PipelineFile
import Staging

/// Turns what a command ends with into messages on stderr and the exit codes of the spec (interface, "Command line").
enum ExitCodes {
  static func run(_ root: any ParsableCommand.Type, _ arguments: some Collection<String>) -> Never {
    Interrupts.install()
    do {
      var command = try root.parseAsRoot(Array(arguments))
      try command.run()
      exit(0)
    } catch {
      let (message, code) = explain(error, root)
      if !message.isEmpty {
        let isHelp = code == 0
        (isHelp ? FileHandle.standardOutput : FileHandle.standardError).write(Data((message + "\n").utf8))
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

/// Ctrl-C and a polite kill end the program at once: what is finished is on disk under its name, and nothing else is.
enum Interrupts {
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  static func install() {
    signal(SIGPIPE, SIG_IGN)
    for (number, code) in [(SIGINT, Int32(130)), (SIGTERM, Int32(143))] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        let text = "resync: interrupted; what is finished is kept, the same command goes on from there\n"
        FileHandle.standardError.write(Data(text.utf8))
        _exit(code)
      }
      source.resume()
      sources.append(source)
    }
  }
}
