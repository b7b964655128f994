import Foundation
import Pipeline

/// What the process sets right before anything else.
enum ProcessSetup {
  /// What an interrupt tells, with how to go on; both are set once, before there is any work to interrupt.
  nonisolated(unsafe) static var interruptMessage = "interrupted; what is finished is kept"
  nonisolated(unsafe) static var tellsJSON = false

  static func install() {
    openStandardStreams()
    // A umask may take rights from others, but not from ourselves: nobody could use a folder of mode 0.
    umask(umask(0) & 0o077)
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
  ///
  /// They are waited for by a thread of their own, which is there before there is any work: no lack of threads, and no lock
  /// that another one holds, can keep it from ending the program. Where there is not even this one, the signals end it
  /// without a word.
  private static func installInterrupts() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      // One that the caller ignores would not be waited for.
      signal(number, SIG_DFL)
      sigaddset(&signals, number)
    }
    // Threads that are made from now on inherit that they are not the ones to be interrupted.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = pthread_t()
    guard pthread_create(&thread, nil, waitForInterrupt, nil) != 0 else { return }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether all that was printed has arrived: a disk that is full, or a reader who has gone, shows only here.
  static func flushOutput() -> Bool { fflush(nil) == 0 }
}

/// Waits until the program is asked to end, and ends it.
private func waitForInterrupt(_: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
  var number: Int32 = 0
  while sigwait(&signals, &number) != 0 {}
  let text = "\(Terminal.lineStart)resync: \(ProcessSetup.interruptMessage)"
  let line = ProcessSetup.tellsJSON ? jsonLine("error", ProcessSetup.interruptMessage) : nil
  StandardError.writeIfReady((line ?? text) + "\n")
  _exit(number == SIGINT ? 130 : 143)
}
