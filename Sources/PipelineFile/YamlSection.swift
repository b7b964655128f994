import CRM
import Yams

/// What reading a pipeline file needs everywhere: where problems go, and what `${NAME}` stands for.
final class ReadingContext {
  let problems: Problems
  let environment: [String: String]

  init(file: String, environment: [String: String]) {
    problems = Problems(file: file)
    self.environment = environment
  }
}

/// A scalar of a pipeline file.
struct YamlText {
  /// The text, `${NAME}` filled in.
  let text: String
  /// The text as it stands in the file: safe to show, also where the environment holds a secret.
  let shown: String
  let line: Int
}

/// A mapping of a pipeline file, with the keys that it may have. Wrong types and unknown keys are reported as
/// problems, and read as absent.
struct YamlSection {
  /// The way to it, for messages: `sources.hubspot.companies`; empty at the top.
  let title: String
  let line: Int
  let context: ReadingContext
  private let entries: [(key: String, line: Int, value: Node)]

  /// Nil, and a problem, if the node is no mapping. `known` nil: any key goes.
  init?(_ node: Node, title: String, line: Int, known: [String]?, _ context: ReadingContext) {
    self.title = title
    self.line = line
    self.context = context
    guard case .mapping(let mapping) = node else {
      let name = title.isEmpty ? "a pipeline file" : title
      context.problems.add(line, "\(name) needs keys and values, as in `key: value`")
      return nil
    }
    var entries: [(key: String, line: Int, value: Node)] = []
    for (keyNode, value) in mapping {
      let line = keyNode.mark?.line ?? line
      guard case .scalar(let key) = keyNode else {
        context.problems.add(line, "\(title.isEmpty ? "" : title + ": ")a key must be a text")
        continue
      }
      if let known, !known.contains(key.string) {
        let place = title.isEmpty ? "" : " in \(title)"
        let hint = didYouMean(key.string, among: known)
        context.problems.add(line, "unknown key \(key.string)\(place)", hint: hint)
        continue
      }
      entries.append((key.string, line, value))
    }
    self.entries = entries
  }

  /// The keys, in the order of the file.
  var keys: [String] { entries.map(\.key) }
  /// Whether the key is there.
  func has(_ key: String) -> Bool { entries.contains { $0.key == key } }
  /// Whether the value of a key is a section of its own.
  func isSection(_ key: String) -> Bool {
    guard case .mapping? = entries.first(where: { $0.key == key })?.value else { return false }
    return true
  }
  /// The line of a key, or of the section.
  func line(of key: String) -> Int { entries.first { $0.key == key }?.line ?? line }
  /// The way to a key.
  func path(_ key: String) -> String { title.isEmpty ? key : "\(title).\(key)" }

  /// The text of a key; nil if it is absent, or a problem.
  func text(_ key: String) -> YamlText? {
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    return Self.text(entry.value, path(key), entry.line, context)
  }

  /// The text of a key; a problem if it is absent.
  func requiredText(_ key: String) -> YamlText? {
    if !has(key) {
      context.problems.add(line, "\(title.isEmpty ? "the pipeline" : title) needs the key \(key)")
    }
    return text(key)
  }

  /// The texts of a list, or of a single text; nil if it is absent, or a problem.
  func texts(_ key: String) -> [YamlText]? {
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    guard case .sequence(let sequence) = entry.value else {
      return Self.text(entry.value, path(key), entry.line, context).map { [$0] }
    }
    return sequence.compactMap { Self.text($0, path(key), $0.mark?.line ?? entry.line, context) }
  }

  /// A section below a key; nil if it is absent, or a problem.
  func section(_ key: String, known: [String]?) -> YamlSection? {
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    return YamlSection(entry.value, title: path(key), line: entry.line, known: known, context)
  }

  /// The sections of a list below a key; nil if it is absent, or a problem.
  func sections(_ key: String, known: [String]) -> [YamlSection]? {
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    guard case .sequence(let sequence) = entry.value else {
      context.problems.add(entry.line, "\(path(key)) needs a list, as in `[{…}, {…}]`")
      return nil
    }
    return sequence.compactMap {
      YamlSection($0, title: path(key), line: $0.mark?.line ?? entry.line, known: known, context)
    }
  }

  private static func text(_ node: Node, _ title: String, _ line: Int, _ context: ReadingContext) -> YamlText? {
    guard case .scalar(let scalar) = node else {
      context.problems.add(line, "\(title) needs a single value")
      return nil
    }
    let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    let line = scalar.mark?.line ?? line
    guard !isNull, let text = expand(scalar.string, title, line, context) else {
      if isNull { context.problems.add(line, "\(title) has no value") }
      return nil
    }
    return YamlText(text: text, shown: scalar.string, line: line)
  }

  /// Fills in `${NAME}`, once: what a variable holds is not looked at again.
  private static func expand(
    _ raw: String, _ title: String, _ line: Int, _ context: ReadingContext
  ) -> String? {
    var out = ""
    var rest = raw[...]
    while let start = rest.firstRange(of: "${") {
      out += rest[..<start.lowerBound]
      let behind = rest[start.upperBound...]
      guard let end = behind.firstIndex(of: "}"), isName(behind[..<end]) else {
        context.problems.add(line, "\(title): after ${ comes the name of an environment variable, and }")
        return nil
      }
      let name = String(behind[..<end])
      guard let value = context.environment[name] else {
        context.problems.add(line, "\(title): the environment variable \(name) is not set")
        return nil
      }
      out += value
      rest = behind[behind.index(after: end)...]
    }
    return out + rest
  }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.first, first == "_" || (first.isASCII && first.isLetter) else { return false }
    return text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
  }
}
