import Foundation

/// Runs a built program with a terminal as its stderr, as a person has it.
public enum TerminalProgram {
  /// Runs an executable to its end; `messages` is what the terminal got, control characters and all.
  public static func run(
    _ name: String, _ arguments: [String], columns: UInt16 = 120, environment: [String] = []
  ) throws -> Outcome {
    var master: Int32 = -1
    var slave: Int32 = -1
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw HelperError("no terminal to be had") }
    defer { close(master) }
    let folder = try Sandbox("terminal")
    // env sets what the test names, and gives its place to the program.
    let words = ["/usr/bin/env"] + environment + ["\(Repository.products)/\(name)"] + arguments
    let process = try spawn(words, output: folder.file("stdout"), terminal: slave)
    close(slave)
    let told = readAll(master)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw HelperError("cannot wait: \(String(cString: strerror(errno)))") }
    }
    let signal = status & 0x7f
    return Outcome(
      exitCode: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: try folder.text("stdout"), messages: told)
  }

  private static func spawn(_ words: [String], output: String, terminal: Int32) throws -> pid_t {
    var streams = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&streams)
    defer { posix_spawn_file_actions_destroy(&streams) }
    posix_spawn_file_actions_addopen(&streams, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&streams, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_adddup2(&streams, terminal, 2)
    posix_spawn_file_actions_addclose(&streams, terminal)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &streams, nil, &arguments, environ)
    guard code == 0 else { throw HelperError("cannot start \(words[0]): \(String(cString: strerror(code)))") }
    return process
  }

  /// Until the last program that had the terminal has ended: reading then fails.
  private static func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let got = read(descriptor, &buffer, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { break }
      bytes += buffer.prefix(got)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
