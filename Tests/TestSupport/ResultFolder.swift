import Foundation

/// Compares what a run left behind with what it should have (the worked examples' README).
///
/// Tables are multisets of rows, and a missing file is an empty one; only the rows of changes.csv must also
/// be in the same order. Free are: messages; file, line and value of a reject; the field of a row that is
/// rejected whole, and its record id, unless it is a `duplicate_id`.
public struct ResultFolder {
  private let path: String

  /// A folder with the reports of a run.
  public init(_ path: String) { self.path = path }

  static let columns: KeyValuePairs<String, [String]> = [
    "changes": [
      "object", "hubspot_id", "salesforce_object", "salesforce_id", "side", "action", "field", "old", "new",
      "rule",
      "reason",
    ],
    "conflicts": [
      "object", "hubspot_id", "salesforce_object", "salesforce_id", "hubspot_property", "salesforce_field",
      "hubspot_value", "salesforce_value", "hubspot_time", "salesforce_time", "winner", "reason",
    ],
    "rejects": ["object", "side", "record_id", "field", "code"],
    "unmatched": ["object", "side", "record_id", "reason"],
  ]

  /// What is different; nothing, if the folders say the same.
  public func differences(from expected: ResultFolder, ordered: Bool = true) throws -> [String] {
    var found: [String] = []
    for (name, columns) in Self.columns {
      let wanted = try expected.rows(name, columns)
      let got = try rows(name, columns)
      let both = Self.multisets(wanted, got)
      found += both.missing.map { "\(name): only expected: \($0.joined(separator: ","))" }
      found += both.unexpected.map { "\(name): only actual: \($0.joined(separator: ","))" }
      guard ordered, name == "changes", both.missing.isEmpty, both.unexpected.isEmpty else { continue }
      if let place = zip(wanted, got).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
        found.append("changes: other order from row \(place + 2) on: \(wanted[place]) / \(got[place])")
      }
    }
    return found + (try accountingDifferences(from: expected))
  }

  private func rows(_ name: String, _ columns: [String]) throws -> [[String]] {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name).csv") else { return [] }
    let document = CSVDocument(data)
    if let missing = columns.first(where: { !document.header.contains($0) }) {
      throw HelperError("\(path)/\(name).csv has no column \(missing)")
    }
    return document.rows.map { row in
      let cells = columns.map { document.text(row, $0) }
      return name == "rejects" ? Self.relaxed(cells) : cells
    }
  }

  /// `object, side, record_id, field, code`, without what the spec leaves free.
  private static func relaxed(_ reject: [String]) -> [String] {
    let (field, code) = (reject[3], reject[4])
    let isWholeRow =
      ["ragged_row", "malformed_quote", "missing_id", "duplicate_id"].contains(code)
      || (["invalid_id", "invalid_encoding"].contains(code) && ["hs_object_id", "Id", ""].contains(field))
    guard isWholeRow else { return reject }
    return [reject[0], reject[1], code == "duplicate_id" ? reject[2] : "*", "*", code]
  }

  private static func multisets(
    _ a: [[String]], _ b: [[String]]
  ) -> (missing: [[String]], unexpected: [[String]]) {
    var counts: [[String]: Int] = [:]
    for row in b { counts[row, default: 0] += 1 }
    var missing: [[String]] = []
    for row in a {
      if let left = counts[row], left > 0 { counts[row] = left - 1 } else { missing.append(row) }
    }
    return (missing, counts.flatMap { Array(repeating: $0.key, count: $0.value) })
  }

  // MARK: accounting.json

  private func accountingDifferences(from expected: ResultFolder) throws -> [String] {
    let (wanted, got) = (try expected.accounting(), try accounting())
    return Set(wanted.keys).union(got.keys).sorted().compactMap { place in
      let (a, b) = (wanted[place] ?? 0, got[place] ?? 0)
      return a == b ? nil : "accounting: \(place): \(a) / \(b)"
    }
  }

  /// The numbers of accounting.json by their place in the tree, without zeros.
  public func accounting() throws -> [String: Int] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/accounting.json"))
    var numbers: [String: Int] = [:]
    Self.flatten(try JSONSerialization.jsonObject(with: data), "", into: &numbers)
    return numbers
  }

  private static func flatten(_ tree: Any, _ place: String, into numbers: inout [String: Int]) {
    if let branches = tree as? [String: Any] {
      for (name, branch) in branches {
        flatten(branch, place.isEmpty ? name : "\(place) \(name)", into: &numbers)
      }
    } else if let number = tree as? Int, number != 0 {
      numbers[place] = number
    }
  }
}
