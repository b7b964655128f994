import CRM

/// Values of more than text.
extension YamlSection {
  /// A text that is not blank; nil if it is absent, or a problem.
  func name(_ key: String) -> YamlText? {
    guard let text = text(key) else { return nil }
    return notBlank(text, key) ? text : nil
  }

  /// As `name`; a problem if it is absent.
  func requiredName(_ key: String) -> YamlText? {
    guard let text = requiredText(key) else { return nil }
    return notBlank(text, key) ? text : nil
  }

  /// A list of names that are not blank and do not repeat; nil if it is absent.
  func names(_ key: String) -> [YamlText]? {
    guard let texts = texts(key) else { return nil }
    var seen: Set<String> = []
    return texts.filter { text in
      guard notBlank(text, key) else { return false }
      guard seen.insert(text.text).inserted else {
        context.problems.add(text.line, "\(path(key)) names \(text.shown) twice")
        return false
      }
      return true
    }
  }

  /// A whole number inside a range; nil if it is absent, or a problem.
  func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let text = text(key) else { return nil }
    guard let number = Int(text.text.filter { $0 != "_" }), range.contains(number) else {
      let most = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
      context.problems.add(
        text.line, "\(path(key)) is \(text.shown): a whole number from \(range.lowerBound)\(most) is needed")
      return nil
    }
    return number
  }

  /// True or false; nil if it is absent, or a problem.
  func flag(_ key: String) -> Bool? {
    guard let text = text(key) else { return nil }
    switch text.text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default:
      context.problems.add(text.line, "\(path(key)) is \(text.shown): true or false is needed")
      return nil
    }
  }

  /// One of several words; nil if it is absent, or a problem.
  func choice(_ key: String, _ words: [String]) -> String? {
    guard let text = text(key) else { return nil }
    return isOne(text, of: words, key) ? text.text : nil
  }

  /// Several of some words; nil if it is absent.
  func choices(_ key: String, _ words: [String]) -> [String]? {
    names(key)?.filter { isOne($0, of: words, key) }.map(\.text)
  }

  /// A brake's limit; nil if it is absent, or a problem.
  func limit(_ key: String) -> Limit? {
    guard let text = text(key) else { return nil }
    guard let limit = Limit(text: text.text) else {
      context.problems.add(
        text.line, "\(path(key)) is \(text.shown): a percentage such as 5% or a whole number is needed")
      return nil
    }
    return limit
  }

  /// A time zone; nil if it is absent, or a problem.
  func zone(_ key: String) -> TimeZoneTable? {
    guard let text = text(key) else { return nil }
    guard let zone = TimeZoneTable(identifier: text.text) else {
      context.problems.add(
        text.line, "\(path(key)) is \(text.shown): that is no time zone",
        hint: "write one such as Europe/Oslo")
      return nil
    }
    return zone
  }

  private func notBlank(_ text: YamlText, _ key: String) -> Bool {
    guard text.text.allSatisfy(\.isWhitespace) else { return true }
    context.problems.add(text.line, "\(path(key)) is blank")
    return false
  }

  private func isOne(_ text: YamlText, of words: [String], _ key: String) -> Bool {
    if words.contains(text.text) { return true }
    context.problems.add(
      text.line, "\(path(key)) is \(text.shown): it must be \(words.joined(separator: " or "))")
    return false
  }
}
