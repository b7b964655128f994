import CRM
import Staging

/// Every step of one mapping's cells on their way through a run.
struct CellExplanation: Encodable {
  /// One side's cell, stage by stage; nil where a stage has not seen it.
  struct SideCell: Encodable {
    var field: String
    var read: String?
    var normalized: String?
    /// HubSpot's value in Salesforce's vocabulary, where the two differ.
    var mapped: String?
    var baseline: String?
    /// When it was last edited, by its field history, or else by its record.
    var time: String?
    var timeIsOfField = false
    /// Codes of `rejects.csv`.
    var issues: [String] = []
  }

  /// What the run changes.
  struct Change: Encodable {
    var side, action, old, new, reason: String
    var isConflict = false
  }

  var property: String
  var field: String
  var rule: String
  var comparison: String
  /// The line of the mapping file.
  var line: Int
  var hubspot: SideCell
  var salesforce: SideCell
  /// A write of an earlier run that no export has shown, as the baseline keeps it.
  var pending: String?
  var changes: [Change] = []
  /// Why it is so, in a sentence.
  var why = ""

  /// The cells in lines for a person.
  var lines: [String] {
    var lines = ["\(property) ↔ \(field): \(rule), compared \(comparison) (line \(line) of the mappings)"]
    lines.append(Self.row("", "HubSpot", "Salesforce"))
    lines.append(Self.row("read", shown(hubspot.read), shown(salesforce.read)))
    lines.append(Self.row("normalized", shown(hubspot.normalized), shown(salesforce.normalized)))
    if hubspot.mapped != nil { lines.append(Self.row("mapped", shown(hubspot.mapped), "")) }
    lines.append(
      hubspot.baseline == nil && salesforce.baseline == nil
        ? Self.row("baseline", "none", "none")
        : Self.row("baseline", shown(hubspot.baseline), shown(salesforce.baseline)))
    lines.append(Self.row("edited", time(hubspot), time(salesforce)))
    let issues = [hubspot, salesforce].map { $0.issues.joined(separator: ", ") }
    if issues != ["", ""] { lines.append(Self.row("issues", issues[0], issues[1])) }
    if let pending { lines.append("  pending     \(RememberedDecision(pending)?.line { shown($0) } ?? pending)") }
    for change in changes {
      let conflict = change.isConflict ? ", a conflict" : ""
      lines.append(
        "  \(change.side) \(change.action): \(shown(change.old)) → \(shown(change.new)) (\(change.reason)\(conflict))")
    }
    return lines + ["  because     \(why)"]
  }

  private func time(_ cell: SideCell) -> String {
    guard let time = cell.time, !time.isEmpty else { return "not known" }
    return time + (cell.timeIsOfField ? " (field)" : " (record)")
  }

  private func shown(_ value: String?) -> String {
    guard let value else { return "–" }
    let line = value.replacing("\r\n", with: "⏎").replacing("\n", with: "⏎")
    return line.isEmpty ? "blank" : line
  }

  private static func row(_ name: String, _ hubspot: String, _ salesforce: String) -> String {
    let width = 44
    let first = hubspot.count > width - 2 ? String(hubspot.prefix(width - 3)) + "…" : hubspot
    return "  " + pad(name, 12) + pad(first, width) + salesforce
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
