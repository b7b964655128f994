import CRM
import Foundation
import Staging

/// What a run of either kind says when it ends.
public protocol RunOutcome: CustomStringConvertible, Sendable {
  /// Whether there is something that a person should look at: what cron mails.
  var needsAttention: Bool { get }
}

/// What a run says when it ends: for each object what each side will change, and which file to open (stdout).
public struct RunSummary: RunOutcome {
  /// The pipeline file as the command line names it.
  let pipeline: String
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
    let issues = TopIssues(inReport: "\(reportDirectory)/rejects.csv")
    if hasReports, let text = issues.description { lines += ["", text] }
    if let place { lines += ["", place] }
    lines += ["", "next:"] + next.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }

  private var headline: String {
    if nothingLeft { return "run \(manifest.run): nothing is left to do\(manifest.purgedNote)" }
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

  private var place: String? {
    if let previewDirectory { return "what the load would do: \(previewDirectory)" }
    guard manifest.state == .loaded else { return nil }
    // An account must be there before its contacts, and both before their deals.
    let order =
      plans.count < 2 ? "" : "; send " + inLoadOrder(plans, \.object).map(\.object).joined(separator: ", then ")
    return "load files and reports: \(loadDirectory)\(order)"
  }
}

extension RunSummary {
  /// Whether there is something that a person should look at: rejects, held creates, writes that did not arrive, mappings
  /// that move nothing. What cron mails.
  public var needsAttention: Bool {
    if manifest.state != .loaded && previewDirectory == nil { return true }
    if idleMappings.values.contains(where: { !$0.isEmpty }) { return true }
    return plans.contains { plan in
      guard let object = manifest.object(plan.object) else { return false }
      let counts = manifest.counts(of: plan.object)
      return object.hubspot.rejected + object.salesforce.rejected > 0
        || [counts.hubspot, counts.salesforce].contains { side in
          side.held > 0 || side.rejectedCells > 0 || side.notArrived.values.contains { $0 > 0 }
        }
    }
  }

  /// Reports are written when all is loaded, or shown.
  private var hasReports: Bool { previewDirectory != nil || manifest.state == .loaded }
  private var reportDirectory: String { previewDirectory ?? loadDirectory }

  /// What to type next: exact commands.
  private var next: [String] {
    let this = "resync run \(shellWord(pipeline)) --run \(manifest.run)"
    if manifest.purgedAt != nil { return ["resync run \(shellWord(pipeline))  # with new exports: the next run"] }
    if manifest.state == .loaded {
      var lines = ["send the load files; what a side refuses stands again in the next run"]
      if holdsCreates {
        lines.append("resync run \(shellWord(pipeline)) --create-anyway  # creates what was held back, in a new run")
      }
      lines.append("resync run \(shellWord(pipeline))  # with new exports: the next run")
      return lines
    }
    if previewDirectory != nil { return ["\(this)  # loads what this shows"] + creates(this) }
    return ["\(this)  # goes on with what is left"]
  }

  private func creates(_ command: String) -> [String] {
    holdsCreates ? ["\(command) --create-anyway  # also creates what is held back"] : []
  }

  private var holdsCreates: Bool {
    plans.contains { plan in
      let counts = manifest.counts(of: plan.object)
      return counts.hubspot.held + counts.salesforce.held > 0
    }
  }
}

/// A word as a shell takes it: quoted where it has to be.
public func shellWord(_ text: String) -> String {
  let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+=:,@%".contains($0)) }
  return plain && !text.isEmpty ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}

extension RunManifest {
  /// That there is nothing left to send either, where it is so.
  var purgedNote: String { purgedAt == nil ? "" : "; its load files and reports were purged" }
}
