/// The translations of picklist values that a mapping names itself (spec, interface, "A mapping file").
public struct ValueMap: Equatable, Sendable {
  /// One translation: a HubSpot value, and the Salesforce value that it means.
  public struct Entry: Equatable, Sendable {
    /// The HubSpot option value.
    public var hubspot: String
    /// The Salesforce picklist value.
    public var salesforce: String

    /// A translation.
    public init(_ hubspot: String, _ salesforce: String) {
      self.hubspot = hubspot
      self.salesforce = salesforce
    }
  }

  /// Why a text is no value map.
  public struct Fault: Error, Equatable, Sendable {
    /// What is wrong with it, for a person.
    public let message: String
  }

  /// The translations in the order in which they are written.
  public private(set) var entries: [Entry]

  /// A value map of these translations.
  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// Whether it translates nothing.
  public var isEmpty: Bool { entries.isEmpty }

  /// Reads `HUBSPOT=SALESFORCE;…`, where `\;` and `\=` are the two characters themselves. White space around
  /// a value and empty parts (a `;` at the end) mean nothing; any other backslash is itself.
  ///
  /// Throws a `Fault` for a part without `=` or with several, without a value on one side, or a HubSpot value
  /// that occurs twice.
  public init(parsing text: String) throws(Fault) {
    entries = []
    for part in Self.split(text) {
      if part.count == 1 && part[0].isEmpty { continue }
      let shown = part.joined(separator: "=")
      guard part.count == 2 else {
        throw Fault(
          message: "\"\(shown)\" is no HUBSPOT=SALESFORCE (write \\= or \\; for the character itself)")
      }
      guard !part[0].isEmpty, !part[1].isEmpty else {
        throw Fault(message: "\"\(shown)\" lacks the value of one side")
      }
      guard !entries.contains(where: { $0.hubspot == part[0] }) else {
        throw Fault(message: "\"\(part[0])\" is translated twice")
      }
      entries.append(Entry(part[0], part[1]))
    }
  }

  /// The parts between `;`, each cut at `=`.
  private static func split(_ text: String) -> [[String]] {
    var parts: [[String]] = []
    var part: [String] = []
    var word = ""
    var escaped = false
    for character in text {
      if escaped {
        if character != ";" && character != "=" { word.append("\\") }
        escaped = false
        if character == "\\" {
          escaped = true
          continue
        }
        word.append(character)
      } else if character == "\\" {
        escaped = true
      } else if character == ";" {
        parts.append(part + [word.trimmed])
        (part, word) = ([], "")
      } else if character == "=" {
        part.append(word.trimmed)
        word = ""
      } else {
        word.append(character)
      }
    }
    if escaped { word.append("\\") }
    parts.append(part + [word.trimmed])
    return parts
  }

  /// The map as a mapping file writes it. There is no way to write a value that ends in a backslash.
  public var text: String {
    entries.map { "\(Self.escaped($0.hubspot))=\(Self.escaped($0.salesforce))" }.joined(separator: ";")
  }

  private static func escaped(_ word: String) -> String {
    var out = ""
    for character in word {
      if character == ";" || character == "=" { out.append("\\") }
      out.append(character)
    }
    return out
  }
}

extension String {
  /// Without white space at both ends.
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
