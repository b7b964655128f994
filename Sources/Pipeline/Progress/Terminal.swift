import Foundation

/// What the terminal on stderr can show.
public struct Terminal: Sendable {
  /// The columns of a line.
  public var width: Int
  /// Whether it may be coloured.
  public var hasColor: Bool

  /// A terminal of a width.
  public init(width: Int, hasColor: Bool) {
    self.width = width
    self.hasColor = hasColor
  }

  /// The terminal on stderr; nil if stderr is none, or if it cannot take a line back (`TERM=dumb`).
  public static func onStderr(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Terminal? {
    guard isatty(STDERR_FILENO) == 1, let name = environment["TERM"], !name.isEmpty, name != "dumb" else { return nil }
    return Terminal(width: currentWidth(environment), hasColor: (environment["NO_COLOR"] ?? "").isEmpty)
  }

  /// The width now: a person may have changed the window's.
  static func currentWidth(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Int {
    var size = winsize()
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return environment["COLUMNS"].flatMap { Int($0) } ?? 80
  }

  /// What takes back the line that is being written: nothing where stderr is no terminal.
  public static let lineStart = Terminal.onStderr() == nil ? "" : "\r\u{1B}[K"
}

/// Whether cron has started this process: cron sends a mail for every line, so only problems are told.
///
/// The name of a parent is the only thing that tells cron from other programs without a terminal.
public func isStartedByCron() -> Bool {
  var process = getppid()
  // cron starts a shell, which may start a script or a wrapper such as nice.
  for _ in 0..<6 where process > 1 {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return false }
    let facts = status.split(separator: "\n").reduce(into: [String: String]()) { facts, line in
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { facts[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    if ["cron", "crond", "anacron"].contains(facts["Name"]?.lowercased()) { return true }
    guard let parent = facts["PPid"].flatMap({ pid_t($0) }) else { return false }
    process = parent
  }
  return false
}
