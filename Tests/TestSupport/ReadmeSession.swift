import Foundation

/// A session that the README shows: commands with what they print, between `<!-- session -->` and `<!-- /session -->`.
public struct ReadmeSession: Sendable {
  /// One command, and what the README says that it prints. `…` stands for any text, alone on a line for any lines.
  public struct Step: Sendable {
    /// The command as a shell takes it.
    public var command: String
    /// The lines that are shown below it.
    public var shown: [String]

    /// A command with what it is said to print.
    public init(command: String, shown: [String]) {
      self.command = command
      self.shown = shown
    }
  }

  /// The commands in their order.
  public let steps: [Step]

  /// All sessions of a README.
  public static func all(in text: String) -> [ReadmeSession] {
    text.components(separatedBy: "<!-- session -->").dropFirst().map { part in
      ReadmeSession(part.components(separatedBy: "<!-- /session -->")[0])
    }
  }

  private init(_ text: String) {
    var steps: [Step] = []
    var isCode = false
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        isCode.toggle()
      } else if isCode, line.hasPrefix("$ ") {
        // What stands behind a # is for the reader, and the shell passes it over as well.
        steps.append(Step(command: String(line.dropFirst(2)), shown: []))
      } else if isCode, !steps.isEmpty {
        steps[steps.count - 1].shown.append(line)
      }
    }
    self.steps = steps
  }
}

extension ReadmeSession.Step {
  /// The first shown line that is not printed where it should be; nil if all are.
  ///
  /// Rates, seconds and the moment of a run differ from machine to machine, so they are left out on both sides.
  public func firstDifference(from printed: String) -> String? {
    var rest = Self.timeless(printed).components(separatedBy: "\n")[...]
    var mayPass = false
    for line in shown.map(Self.timeless) {
      if line == "…" {
        mayPass = true
        continue
      }
      if mayPass {
        guard let place = rest.firstIndex(where: { Self.matches($0, line) }) else { return line }
        rest = rest[(place + 1)...]
      } else {
        guard let first = rest.first, Self.matches(first, line) else {
          return "\(line)   (printed: \(rest.first ?? "nothing more"))"
        }
        rest = rest.dropFirst()
      }
      mayPass = false
    }
    return nil
  }

  private static func timeless(_ text: String) -> String {
    text.replacing(/, [0-9,]+ rows a second/, with: "").replacing(/\d+\.\d s\b/, with: "0.0 s")
      .replacing(/begun \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "begun")
  }

  private static func matches(_ printed: String, _ shown: String) -> Bool {
    let parts = shown.components(separatedBy: "…")
    guard parts.count > 1 else { return printed == shown }
    var rest = printed[...]
    guard rest.hasPrefix(parts[0]) else { return false }
    rest = rest.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}
