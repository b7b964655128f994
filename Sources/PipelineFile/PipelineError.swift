/// What is wrong with a pipeline file, a mapping file or metadata: nothing was touched (spec, interface, exit
/// 2).
public struct PipelineError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The file, as the command line or the pipeline names it.
  public var file: String
  /// The line, from 1; nil where it is about the file as a whole.
  public var line: Int?
  /// What is wrong. Never a secret, nor a value that came from the environment.
  public var message: String
  /// What to do about it, if that is not plain.
  public var hint: String?
  /// What else is wrong, found in the same reading.
  public var others: [PipelineError]

  /// An error at a place.
  public init(
    file: String, line: Int? = nil, message: String, hint: String? = nil, others: [PipelineError] = []
  ) {
    self.file = file
    self.line = line
    self.message = message
    self.hint = hint
    self.others = others
  }

  /// This error and the others, one each, without nesting.
  public var all: [PipelineError] {
    var first = self
    first.others = []
    return [first] + others.flatMap(\.all)
  }

  /// A line for each error: `file:line: message; hint`.
  public var description: String {
    all.map { error in
      let place = error.line.map { "\(error.file):\($0)" } ?? error.file
      return "\(place): \(error.message)\(error.hint.map { "; \($0)" } ?? "")"
    }.joined(separator: "\n")
  }
}

/// Gathers what is wrong with one file, so that a person can mend it in one go.
final class Problems {
  let file: String
  private(set) var found: [PipelineError] = []

  init(file: String) { self.file = file }

  func add(_ line: Int?, _ message: String, hint: String? = nil) {
    found.append(PipelineError(file: file, line: line, message: message, hint: hint))
  }

  func add(_ error: PipelineError) { found += error.all }

  /// - Throws: all that was found, in the order of the lines, if anything was.
  func throwIfAny() throws(PipelineError) {
    let ordered = found.enumerated().sorted {
      ($0.element.line ?? Int.max, $0.offset) < ($1.element.line ?? Int.max, $1.offset)
    }.map(\.element)
    guard var first = ordered.first else { return }
    first.others = Array(ordered.dropFirst())
    throw first
  }
}
