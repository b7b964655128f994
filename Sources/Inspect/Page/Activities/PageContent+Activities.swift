import Activities
import Pipeline
import Staging

extension PageContent {
  /// Adds the sections of a run of activities, the figures that stand out, and what asks for attention.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  mutating func add(_ page: ActivityPage, _ plan: ActivityRunPlan) throws {
    let manifest = page.run.manifest
    let rows = page.accounting.sources.map(\.rows)
    // Issues are counted in staged tables; where those were purged, the manifest has those of the activities.
    let issues =
      manifest.purgedAt == nil ? page.issues.reduce(0) { $0 + $1.count } : manifest.issuesOfActivities(plan)
    var figures = [("rows left out", rows.sum(\.leftOut)), ("rows rejected", rows.sum(\.rejected)), ("issues", issues)]
    if plan.isImport {
      if plan.updates {
        figures.insert(("activities updated in HubSpot", rows.sum { $0.updated ?? 0 }), at: 0)
      }
      figures.insert(("activities created in HubSpot", rows.sum(\.loaded)), at: 0)
      figures.append(("open tasks overdue", rows.sum { $0.overdue ?? 0 }))
    } else {
      figures.insert(("tasks for Salesforce", rows.sum(\.written)), at: 0)
    }
    tiles = figures.map { Tile(label: $0.0, value: $0.1.grouped) }
    for (name, rows) in page.accounting.sources { addNotes(name, rows, manifest) }
    if manifest.activities?.hasGivenBack == true {
      note("Activities of this run were taken out of the ledger since: the next run loads them again.")
    }
    sections += try page.sections(&numbers)
  }

  private mutating func addNotes(_ source: String, _ rows: ActivityAccounting.Source, _ manifest: RunManifest) {
    if rows.rejected > 0 { note("\(source): \(rows.rejected.counted("row")) rejected; see the issues below.") }
    if let late = rows.notArrived, late > 0 {
      note("\(source): \(late.counted("activity", "activities")) of earlier runs did not arrive, and stand again.")
    }
    if let overdue = rows.overdue, overdue > 0 {
      note("\(source): \(overdue.counted("open task")) overdue at \(manifest.activities?.clock ?? "the clock").")
    }
  }

  /// Adds the figures of runs of activities.
  mutating func addActivityTrends(_ manifests: [RunManifest], _ plan: ActivityRunPlan) {
    let names =
      [
        "Rows read", plan.isImport ? "Activities created" : "Tasks written",
      ] + (plan.updates ? ["Activities updated"] : []) + [
        "Rows left out",
        "Rows and cells with issues", "Milliseconds of work",
      ]
    addTrends(manifests, names) { manifest in
      let rows = plan.accounting(of: manifest).sources.map(\.rows)
      return [
        rows.sum(\.read), plan.isImport ? rows.sum(\.loaded) : rows.sum(\.written),
      ] + (plan.updates ? [rows.sum { $0.updated ?? 0 }] : []) + [
        rows.sum(\.leftOut), manifest.issuesOfActivities(plan), manifest.millisecondsOfWork,
      ]
    }
  }
}

extension RunManifest {
  /// Rejected rows of activities, and cells with issues of those that are loaded.
  fileprivate func issuesOfActivities(_ plan: ActivityRunPlan) -> Int {
    let accounting = plan.accounting(of: self)
    return accounting.sources.map(\.rows).sum(\.rejected) + accounting.issues.values.reduce(0, +)
  }
}

extension [ActivityAccounting.Source] {
  fileprivate func sum(_ figure: (Element) -> Int) -> Int { reduce(0) { $0 + figure($1) } }
}
