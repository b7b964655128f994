import Foundation

/// The page that `resync report --html` writes of a run, taken apart.
public struct ReportPage: Sendable {
  /// Its text.
  public let html: String

  /// Has `resync report` write the page of a run.
  ///
  /// - Throws: `HelperError` if it does not end well.
  public init(of pipeline: String, _ options: [String] = []) throws {
    let outcome = try Program.run("resync", ["report", pipeline, "--html"] + options)
    guard outcome.exitCode == 0, outcome.output.hasPrefix("wrote ") else {
      throw HelperError("exit \(outcome.exitCode): \(outcome.output)\(outcome.messages)")
    }
    let path = outcome.output.dropFirst("wrote ".count).trimmingCharacters(in: .newlines)
    html = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  /// The figures of the tiles, by their names.
  public var tiles: [String: String] {
    let matches = html.matches(of: /<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/).map { (String($0.1), String($0.2)) }
    return Dictionary(matches) { first, _ in first }
  }

  /// The titles of the sections, and of the parts below them.
  public var headings: [String] { html.matches(of: /<h[123][^>]*>(.*?)<\/h[123]>/).map { String($0.1) } }

  /// What the page says in words below its pictures, for who cannot see them.
  public var descriptions: [String] { html.matches(of: /<desc[^>]*>(.*?)<\/desc>/).map { String($0.1) } }

  /// The rows of the first table whose caption begins so, by the names of its columns; none if there is no such table.
  public func table(_ caption: String) -> [[String: String]] {
    for table in html.matches(of: /<table>(.*?)<\/table>/.dotMatchesNewlines()) {
      let name = table.1.firstMatch(of: /<caption[^>]*>(?:<span>)?([^<]*)/).map { Self.plain($0.1) } ?? ""
      guard name.hasPrefix(caption) else { continue }
      let columns = table.1.matches(of: /<th scope="col"[^>]*>(.*?)<\/th>/).map { Self.plain($0.1) }
      return table.1.matches(of: /<tr>(.*?)<\/tr>/.dotMatchesNewlines()).dropFirst().map { row in
        let cells = row.1.matches(of: /<t[hd][^>]*>(.*?)<\/t[hd]>/).map { Self.plain($0.1) }
        return Dictionary(zip(columns, cells)) { first, _ in first }
      }
    }
    return []
  }

  /// A table whose first column names things, and a column of numbers: how many there are of each.
  public func counts(_ caption: String, _ column: String) -> [String: Int] {
    let header = html.range(of: caption).map { html[$0.upperBound...] }
    let first = header?.firstMatch(of: /<th scope="col"[^>]*>(.*?)<\/th>/).map { Self.plain($0.1) } ?? ""
    let pairs = table(caption).map { row in
      (row[first] ?? "", Int((row[column] ?? "").replacingOccurrences(of: ",", with: "")) ?? 0)
    }
    return Dictionary(pairs, uniquingKeysWith: +)
  }

  private static func plain(_ text: Substring) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(String(text)) {
      $0.replacingOccurrences(of: $1.0, with: $1.1)
    }
  }
}
