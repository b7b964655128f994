import CRM
import Foundation
import PipelineFile

extension ImportedMappings {
  /// Reads a Data Loader mapping, a Java properties file: `COLUMN=Field` or, of an extract, `Field=COLUMN`. The column is
  /// a HubSpot property, by name or label. Lines about `Id` are no mappings.
  mutating func readDataLoader(_ data: Data, _ rule: SyncRule, _ names: NameFinder) throws(PipelineError) {
    guard let text = String(validating: data, as: UTF8.self) else {
      throw PipelineError(file: file, message: "is no UTF-8: save it as UTF-8")
    }
    var complaints: [PipelineError] = []
    for (line, key, value) in JavaProperties.read(text) where !key.isEmpty {
      if value.isEmpty {
        notes.append("\(file):\(line): \(key) is mapped to nothing: passed over")
      } else if key == "Id" || value == "Id" {
        notes.append("\(file):\(line): record ids are no mapping: passed over")
      } else {
        // A column may go to several fields.
        for field in value.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
          do throws(NameFinder.Fault) {
            let (property, field) = try pair(key, field, names)
            entries.append(
              Entry(
                line: line,
                cells: ["hubspot_property": property, "salesforce_field": field, "sync_rule": rule.rawValue]))
          } catch {
            complaints.append(PipelineError(file: file, line: line, message: error.message))
          }
        }
      }
    }
    if var first = complaints.first {
      first.others = Array(complaints.dropFirst())
      throw first
    }
    // It knows no rules: those of mappings that are there already stay.
    keepsRules = true
  }

  private func pair(_ key: String, _ value: String, _ names: NameFinder) throws(NameFinder.Fault) -> (String, String) {
    do throws(NameFinder.Fault) {
      return (try names.property(key), try names.field(value))
    } catch {
      if let property = try? names.property(value), let field = try? names.field(key) { return (property, field) }
      throw error
    }
  }
}

/// `key=value` lines as Java writes them.
enum JavaProperties {
  /// The entries with their lines. `#` and `!` begin comments; a backslash escapes, and joins lines.
  static func read(_ text: String) -> [(line: Int, key: String, value: String)] {
    var entries: [(Int, String, String)] = []
    var logical = ""
    var start = 0
    let lines = text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if logical.isEmpty {
        if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix("!") { continue }
        start = number + 1
      }
      logical += trimmed
      let backslashes = trimmed.reversed().prefix { $0 == "\\" }.count
      if backslashes % 2 == 1, number + 1 < lines.count {
        logical.removeLast()
        continue
      }
      let (key, value) = cut(logical)
      entries.append((start, key, value))
      logical = ""
    }
    return entries
  }

  private static func cut(_ line: String) -> (String, String) {
    var characters = Array(line)[...]
    let key = take(&characters) { $0 == "=" || $0 == ":" || $0 == " " || $0 == "\t" }
    while let next = characters.first, next == " " || next == "\t" { characters.removeFirst() }
    if let next = characters.first, next == "=" || next == ":" { characters.removeFirst() }
    while let next = characters.first, next == " " || next == "\t" { characters.removeFirst() }
    let value = take(&characters) { _ in false }
    return (key, value.trimmingCharacters(in: .whitespaces))
  }

  /// Takes characters up to an unescaped end.
  private static func take(_ rest: inout ArraySlice<Character>, isEnd: (Character) -> Bool) -> String {
    var out = ""
    while let next = rest.first, !isEnd(next) {
      rest.removeFirst()
      guard next == "\\", let escaped = rest.first else {
        out.append(next)
        continue
      }
      rest.removeFirst()
      switch escaped {
      case "n": out.append("\n")
      case "t": out.append("\t")
      case "r": out.append("\r")
      case "u":
        let digits = String(rest.prefix(4))
        if let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code), digits.count == 4 {
          out.unicodeScalars.append(scalar)
          rest = rest.dropFirst(4)
        }
      default: out.append(escaped)
      }
    }
    return out
  }
}
