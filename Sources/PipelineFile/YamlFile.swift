import Foundation
import Yams

/// How large a pipeline file may be, in bytes.
private let sizeLimit = 1 << 20
/// How often a pipeline file may use anchors and aliases: so few cannot multiply to much.
private let aliasLimit = 16

/// Reads the one document of a YAML file.
///
/// Throws a `PipelineError` with file and line if it cannot be read, is no YAML, or uses aliases beyond
/// measure.
func readYaml(_ data: Data, file: String) throws(PipelineError) -> Node {
  guard data.count <= sizeLimit else {
    throw PipelineError(file: file, message: "is larger than 1 MiB: that is no pipeline file")
  }
  guard let text = String(validating: data, as: UTF8.self) else {
    throw PipelineError(file: file, message: "is no UTF-8: save it as UTF-8")
  }
  if let line = lineBeyondAliases(text) {
    throw PipelineError(file: file, line: line, message: "uses more than \(aliasLimit) anchors and aliases")
  }
  do {
    guard let node = try Yams.compose(yaml: text) else {
      throw PipelineError(file: file, message: "is empty")
    }
    return node
  } catch let error as PipelineError {
    throw error
  } catch let error as YamlError {
    throw described(error, file)
  } catch {
    throw PipelineError(file: file, message: "is no YAML: \(error)")
  }
}

/// The line of the first anchor or alias beyond the limit. It looks at the text before it is parsed, since an
/// alias of aliases grows while it is read; so a `&` or `*` before a word counts wherever it stands.
private func lineBeyondAliases(_ text: String) -> Int? {
  var line = 1
  var count = 0
  var before = UInt8(ascii: "\n")
  var isSign = false
  for byte in text.utf8 {
    let isWord =
      byte >= 0x80 || (byte | 0x20 >= 97 && byte | 0x20 <= 122) || (byte >= 48 && byte <= 57) || byte == 95
    if isSign && isWord {
      count += 1
      if count > aliasLimit { return line }
    }
    let opens = before <= 0x20 || before == UInt8(ascii: "[") || before == UInt8(ascii: "{") || before == 44
    isSign = opens && (byte == UInt8(ascii: "*") || byte == UInt8(ascii: "&"))
    if byte == 10 { line += 1 }
    before = byte
  }
  return nil
}

/// What the parser says, without the text of the file, which may hold a secret.
private func described(_ error: YamlError, _ file: String) -> PipelineError {
  switch error {
  case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
    .composer(let context, let problem, let mark, _):
    let during = context.map { " \($0.text)" } ?? ""
    return PipelineError(file: file, line: mark.line, message: "is no YAML:\(during) \(problem)")
  case .reader(let problem, _, _, _):
    return PipelineError(file: file, message: "is no YAML: \(problem)")
  case .duplicatedKeysInMapping(let keys, let context):
    return PipelineError(
      file: file, line: context.mark.line, message: "the key \(keys.joined(separator: ", ")) occurs twice")
  default:
    return PipelineError(file: file, message: "is no YAML")
  }
}
