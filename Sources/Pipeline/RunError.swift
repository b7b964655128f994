/// Why a run ended without being done, with the exit code that says so (spec, interface).
public struct RunError: Error, CustomStringConvertible, Sendable {
  /// The exit codes of the spec.
  public enum Code: Int32, Sendable {
    case failed = 1
    case wrong = 2
    case braked = 3
    case held = 4
  }

  /// The exit code of the process.
  public var code: Code
  /// What is wrong, where, and what to do next; a line for each.
  public var messages: [String]

  /// An end with one message.
  public init(_ code: Code, _ messages: String...) {
    self.code = code
    self.messages = messages
  }

  /// An end with several messages.
  public init(_ code: Code, messages: [String]) {
    self.code = code
    self.messages = messages
  }

  /// The messages, one a line.
  public var description: String { messages.joined(separator: "\n") }
}
