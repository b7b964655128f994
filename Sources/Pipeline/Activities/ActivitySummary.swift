import Activities
import CRM
import Records
import Staging

/// What a run of activities says when it ends: what became of the rows of each source, and which file to open (stdout).
public struct ActivitySummary: RunOutcome {
  /// The pipeline file as the command line names it.
  let pipeline: String
  let manifest: RunManifest
  let plan: ActivityPlan
  let loadDirectory: String
  /// Where a dry run put its reports.
  let previewDirectory: String?
  let nothingLeft: Bool

  /// The text for a person.
  public var description: String {
    var lines = [headline]
    let accounting = ActivityAccounting(manifest, plan)
    if manifest.object(ActivityRunPlan.object) != nil {
      for (name, rows) in accounting.sources { lines += describe(name, rows, issues: accounting.issues[name] ?? 0) }
    }
    if let previewDirectory {
      lines += topIssues(in: previewDirectory) + ["", "what the load would do: \(previewDirectory)"]
    } else if manifest.state == .loaded {
      lines += topIssues(in: loadDirectory) + ["", "load files and reports: \(loadDirectory)"]
    }
    lines += ["", "next:"] + next.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }

  private func topIssues(in folder: String) -> [String] {
    TopIssues(inReport: "\(folder)/rejects.csv").description.map { ["", $0] } ?? []
  }

  /// What to type next: exact commands.
  private var next: [String] {
    let file = shellWord(pipeline)
    let this = "resync run \(file) --run \(manifest.run)"
    guard manifest.state == .loaded else {
      return ["\(this)  # \(previewDirectory == nil ? "goes on with what is left" : "loads what this shows")"]
    }
    if manifest.purgedAt != nil { return ["resync run \(file)  # with new exports: the next run"] }
    let answers = plan.isImport ? "HubSpot's answers, one a line" : "Salesforce's failedResults"
    return [
      "send the load files",
      "resync load \(file) --run \(manifest.run) --refused FILE  # \(answers): the next run loads those again",
      "resync run \(file)  # with new exports: the next run",
    ]
  }

  /// Whether there is something that a person should look at: a run that is not loaded, rejects, issues, tasks that did not
  /// arrive.
  public var needsAttention: Bool {
    if manifest.state != .loaded && previewDirectory == nil { return true }
    let accounting = ActivityAccounting(manifest, plan)
    return accounting.issues.values.contains { $0 > 0 }
      || accounting.sources.contains { _, rows in rows.rejected > 0 || (rows.notArrived ?? 0) > 0 }
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

  private var isResolved: Bool {
    guard let known = manifest.object(ActivityRunPlan.object) else { return false }
    return (0..<known.chunks).allSatisfy { manifest.isDone(.conflictResolve, ActivityRunPlan.object, $0) }
  }

  private func describe(_ name: String, _ rows: ActivityAccounting.Source, issues: Int) -> [String] {
    let read = "\(rows.read) row\(rows.read == 1 ? "" : "s")"
    guard isResolved else { return ["", "\(name): \(read) read, \(rows.rejected) rejected"] }
    let excluded = rows.excluded.values.reduce(0, +)
    let updated = rows.updated.map { " + \($0) updated" } ?? ""
    var lines = [
      "",
      "\(name): \(read) read = \(rows.loaded) loaded\(updated) + \(rows.rejected) rejected + \(excluded) left out",
    ]
    let reasons = rows.excluded.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    if !reasons.isEmpty {
      lines.append("  left out: " + reasons.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
    }
    if !plan.isImport, rows.written > 0 {
      lines.append("  \(rows.written) Salesforce task\(rows.written == 1 ? "" : "s")")
    }
    if let late = rows.notArrived, late > 0 {
      lines.append("  \(late) of the loaded were loaded before, and did not arrive")
    }
    if issues > 0 { lines.append("  \(issues) cell\(issues == 1 ? "" : "s") with issues: see rejects.csv") }
    if let overdue = rows.overdue {
      let verb = overdue == 1 ? "open task is" : "open tasks are"
      lines.append("  \(overdue) \(verb) overdue at \(clock)")
    }
    return lines
  }

  private var clock: String { manifest.activities?.clock ?? "" }
}
