import Foundation

/// How a program ended, and what it said.
public struct Outcome: Sendable {
  /// The exit code; 128 + N, as a shell gives it, if signal N ended the program.
  public let exitCode: Int32
  /// What it wrote to stdout.
  public let output: String
  /// What it wrote to stderr.
  public let messages: String
}

/// A started program: one of the built executables.
public final class Program {
  private let process: pid_t
  private let folder: Sandbox

  /// Starts the executable of this name, which lies beside the test runner. `limits` are commands of the shell that come
  /// first: `ulimit -n 64`.
  ///
  /// - Throws: `HelperError` if it is not there, or cannot be started.
  public convenience init(_ name: String, _ arguments: [String], under limits: String? = nil) throws {
    try self.init(path: Self.path(name), arguments, under: limits)
  }

  /// Starts a program that lies anywhere.
  init(path: String, _ arguments: [String], under limits: String? = nil) throws {
    folder = try Sandbox("streams")
    guard access(path, X_OK) == 0 else { throw HelperError("\(path) is not built") }
    let words = limits.map { ["/bin/bash", "-c", $0 + "; exec \"$@\"", "bash", path] } ?? [path]
    process = try Self.spawn(
      words[0], words.dropFirst() + arguments, output: folder.file("stdout"), messages: folder.file("stderr"))
  }

  /// The path of an executable of the package.
  public static func path(_ name: String) -> String { "\(Repository.products)/\(name)" }

  /// Runs a program that lies elsewhere to its end.
  public static func run(path: String, _ arguments: [String]) throws -> Outcome {
    try Program(path: path, arguments).wait()
  }

  /// Runs an executable to its end.
  public static func run(_ name: String, _ arguments: [String], under limits: String? = nil) throws -> Outcome {
    try Program(name, arguments, under: limits).wait()
  }

  /// Whether a shell command ends well.
  public static func shell(_ command: String) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Sends a signal. A program that has ended, and was not waited for, takes it silently.
  public func send(_ signal: Int32) { kill(process, signal) }

  /// Whether it has not ended yet.
  public var isRunning: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && !Self.hasEnded(info)
  }

  /// Waits for the end, and says how much memory the program held at most, in MB; it is asked every few milliseconds, since
  /// what `wait4` tells of a child may be the peak of the one that started it.
  public func waitMeasured() throws -> (outcome: Outcome, peakMegabytes: Int) {
    var peak = 0
    var info = siginfo_t()
    while waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0, !Self.hasEnded(info) {
      peak = max(peak, peakKilobytes ?? 0)
      usleep(3_000)
    }
    return (try wait(), peak / 1024)
  }

  private static func hasEnded(_ info: siginfo_t) -> Bool { info.si_signo == SIGCHLD }

  /// `VmHWM` of the process: the most that it has held since it began.
  private var peakKilobytes: Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }

  /// What the program has written to stderr by now.
  public var messages: String { (try? folder.text("stderr")) ?? "" }

  /// Waits for the end.
  public func wait() throws -> Outcome {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw HelperError("cannot wait: \(String(cString: strerror(errno)))") }
    }
    let signal = status & 0x7f
    return Outcome(
      exitCode: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: try folder.text("stdout"),
      messages: try folder.text("stderr"))
  }

  /// Plain posix_spawn with the streams in files: no pipe can fill up, and no thread has to read.
  private static func spawn(
    _ path: String, _ arguments: [String], output: String, messages: String
  ) throws -> pid_t {
    var streams = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&streams)
    defer { posix_spawn_file_actions_destroy(&streams) }
    posix_spawn_file_actions_addopen(&streams, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&streams, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&streams, 2, messages, O_WRONLY | O_CREAT, 0o600)
    // Signals come as they would in a shell, whatever the test runner blocks or ignores.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var ended = sigset_t()
    sigemptyset(&ended)
    sigaddset(&ended, SIGINT)
    sigaddset(&ended, SIGTERM)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &ended)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    var code = posix_spawn(&process, path, &streams, &attributes, &words, environ)
    // Of a program that a test has just written, a process that another test is about to start may still hold the descriptor
    // that it was written through: until that one executes its own program.
    for _ in 0..<1000 where code == ETXTBSY {
      usleep(10_000)
      code = posix_spawn(&process, path, &streams, &attributes, &words, environ)
    }
    guard code == 0 else { throw HelperError("cannot start \(path): \(String(cString: strerror(code)))") }
    return process
  }
}
