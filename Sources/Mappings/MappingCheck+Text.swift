import CRM
import PipelineFile

extension MappingCheck {
  /// How many values a line of the report names.
  private static let shownValues = 5

  /// The report for a person: what is wrong, and a count of what is not.
  public var report: String {
    let definition = object.definition
    var lines = ["\(definition.name) ↔ \(definition.salesforce.joined(separator: ", ")) (\(summary))"]
    guard definition.enabled else {
      return lines[0] + "\n  switched off: nothing of it is processed, and its mappings cannot be edited"
    }
    lines += fileIssues.map { "  issue    \($0)" }
    for state in states where state.status != .ok {
      lines.append("  \(padded(state.status)) line \(state.row.line): \(named(state.row)), \(state.row.rule.rawValue)")
      lines += state.findings.flatMap(describe)
    }
    lines += uncounted.map { "  (no export of \($0.name) is there: its records are not counted)" }
    return lines.joined(separator: "\n")
  }

  private var summary: String {
    let parts = [MappingStatus.ok, .warning, .issue].compactMap { status -> String? in
      count(status) > 0 ? "\(count(status)) \(status.rawValue)" : nil
    }
    return "\(states.count) mappings" + (parts.isEmpty ? "" : ": ") + parts.joined(separator: ", ")
  }

  private func describe(_ finding: MappingFinding) -> [String] {
    var lines = ["             \(finding.issue.code.title): \(finding.issue.reason)"]
    if !finding.values.isEmpty {
      let shown = finding.values.prefix(Self.shownValues).map(\.text).joined(separator: ", ")
      let more = finding.values.count - Self.shownValues
      lines.append("               \(shown)\(more > 0 ? ", and \(more) more" : "")")
    }
    return lines
  }

  private func padded(_ status: MappingStatus) -> String {
    status.rawValue + String(repeating: " ", count: max(1, 8 - status.rawValue.count))
  }

  /// A table of all mappings.
  public var table: String {
    let rows = states.map { state in
      [
        state.row.property, state.row.salesforceObject.map { "\($0).\(state.row.field)" } ?? state.row.field,
        state.row.rule.rawValue, state.row.origin.rawValue, state.kind?.rawValue ?? "–", state.status.rawValue,
      ]
    }
    let head = ["HubSpot property", "Salesforce field", "rule", "origin", "kind", "status"]
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([head] + rows).map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return "  " + cells.joined(separator: "  ").trimmingSuffix()
    }
    let state = object.definition.enabled ? "" : ", switched off"
    let title = "\(object.definition.name) ↔ \(object.definition.salesforce.joined(separator: ", "))"
    return (["\(title) (\(states.count) mappings\(state))"] + lines).joined(separator: "\n")
  }
}

extension String {
  /// Without blanks at the end.
  fileprivate func trimmingSuffix() -> String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }
}
