import CRM
import Staging

/// What a run says when it ends: for each object what each side will change, and which file to open (stdout).
public struct RunSummary: CustomStringConvertible, Sendable {
  let manifest: RunManifest
  let plans: [ObjectPlan]
  let idleMappings: [String: [MappingIssue]]
  let loadDirectory: String
  /// Where a dry run put its reports.
  let previewDirectory: String?
  let nothingLeft: Bool

  /// The text for a person: the state of the run, the counts of each object and side, and where to look next.
  public var description: String {
    var lines = [headline]
    for plan in plans where manifest.object(plan.object) != nil {
      lines += ["", plan.object]
      lines += describe(plan) + describeIdleMappings(plan)
    }
    if let next { lines += ["", next] }
    return lines.joined(separator: "\n")
  }

  private var headline: String {
    if nothingLeft { return "run \(manifest.run): nothing is left to do" }
    switch manifest.state {
    case .loaded: return "run \(manifest.run): loaded"
    case .stopped: return "run \(manifest.run): stopped by a brake, nothing was loaded"
    case .running:
      return "run \(manifest.run): " + (previewDirectory == nil ? "not loaded yet" : "dry run, nothing was loaded")
    }
  }

  private func describe(_ plan: ObjectPlan) -> [String] {
    guard let object = manifest.object(plan.object) else { return [] }
    let counts = manifest.counts(of: plan.object)
    let sides = [
      (Side.hubspot, object.hubspot, counts.hubspot), (.salesforce, object.salesforce, counts.salesforce),
    ]
    let isResolved = (0..<object.chunks).allSatisfy { manifest.isDone(.conflictResolve, plan.object, $0) }
    return sides.flatMap { side, rows, counts -> [String] in
      guard isResolved else { return ["  \(side.name): \(rows.read) rows read, \(rows.rejected) rejected"] }
      return describe(side, rows, counts)
    }
  }

  private func describeIdleMappings(_ plan: ObjectPlan) -> [String] {
    guard let issues = idleMappings[plan.object], !issues.isEmpty else { return [] }
    let names = issues.map { "\($0.mappingName) (\($0.code.title))" }.joined(separator: ", ")
    let subject =
      issues.count == 1 ? "1 mapping has an issue and moves" : "\(issues.count) mappings have issues and move"
    return ["  \(subject) no data: \(names); see resync mappings check"]
  }

  private func describe(_ side: Side, _ rows: RunManifest.SideRun, _ counts: SideCounts) -> [String] {
    var lines = [
      "  \(side.name): \(rows.read) rows read = \(counts.paired) paired + \(counts.unmatched) unmatched + "
        + "\(rows.rejected) rejected + \(counts.excluded) excluded"
    ]
    let cells = counts.changes.values.reduce(0) { $0 + $1.reduce(0) { $1.key == "created" ? $0 : $0 + $1.value } }
    let conflicts = counts.conflicts > 0 ? ", \(counts.conflicts) of them conflicts (see conflicts.csv)" : ""
    lines.append("    \(amount(cells, "change")) of cells\(conflicts); \(amount(counts.creates, "new record"))")
    if counts.held > 0 {
      lines.append(
        "    \(amount(counts.held, "create")) held back: look at unmatched.csv, "
          + "then add --create-anyway, or set max_creates")
    }
    let late = counts.notArrived.values.reduce(0, +)
    if late > 0 { lines.append("    \(amount(late, "write")) of the last run did not arrive, and stand again") }
    if counts.rejectedCells > 0 {
      lines.append("    \(amount(counts.rejectedCells, "cell")) with issues: see rejects.csv")
    }
    return lines
  }

  private func amount(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private var next: String? {
    if let previewDirectory { return "what the load would do: \(previewDirectory)" }
    guard manifest.state == .loaded else { return nil }
    // An account must be there before its contacts, and both before their deals.
    let order =
      plans.count < 2 ? "" : "; send " + inLoadOrder(plans, \.object).map(\.object).joined(separator: ", then ")
    return "load files and reports: \(loadDirectory)\(order)"
  }
}
