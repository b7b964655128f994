import Dispatch
import Foundation
import Pipeline

/// What the process sets right before anything else.
enum ProcessSetup {
  /// What an interrupt tells, with how to go on; both are set once, before there is any work to interrupt.
  nonisolated(unsafe) static var interruptMessage = "interrupted; what is finished is kept"
  nonisolated(unsafe) static var tellsJSON = false
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  static func install() {
    openStandardStreams()
    // A write that cannot be is an error with a message, and no death without one.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    installInterrupts()
  }

  /// Where a caller has closed stdin, stdout or stderr, the next file to be opened would get its number, and messages would
  /// be written into it.
  private static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // open gives the lowest number that is free.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// Ctrl-C and a polite kill end the program at once: what is finished is on disk under its name, and nothing else is.
  private static func installInterrupts() {
    for (number, code) in [(SIGINT, Int32(130)), (SIGTERM, Int32(143))] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        let text = "\(Terminal.lineStart)resync: \(interruptMessage)"
        StandardError.writeIfReady(((tellsJSON ? jsonLine("error", interruptMessage) : nil) ?? text) + "\n")
        _exit(code)
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Whether all that was printed has arrived: a disk that is full, or a reader who has gone, shows only here.
  static func flushOutput() -> Bool { fflush(nil) == 0 }
}
