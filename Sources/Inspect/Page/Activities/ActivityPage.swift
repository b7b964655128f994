import Activities
import CRM
import Pipeline
import Records
import Staging

/// The sections of the page of a run of activities: where the rows of each source went, what became of each kind, what the
/// activities belong to, and issues.
struct ActivityPage {
  let plan: ActivityRunPlan
  let run: FinishedRun
  let samples: Int
  let accounting: ActivityAccounting
  let tally: ActivityTally
  /// Issues of all sources, also of those that are looked up: `object`, `field`, `code`, the most frequent first.
  let issues: [(key: [String], count: Int)]

  var lookup: StagedLookup { StagedLookup(store: run.store) }

  /// Reads what the sections are made of.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  init(_ plan: ActivityRunPlan, _ run: FinishedRun, samples: Int) throws {
    self.plan = plan
    self.run = run
    self.samples = samples
    accounting = plan.accounting(of: run.manifest)
    tally = try ActivityTally(plan, run)
    issues = try StagedLookup(store: run.store).counted(
      plan.rejectTables(of: run.manifest), by: ["object", "field", "code"])
  }

  /// So many of what is written.
  func amount(_ count: Int) -> String {
    plan.isImport ? count.counted("activity", "activities") : count.counted("task")
  }

  /// Where what is written is: nowhere yet, while the run is not loaded.
  var place: String { run.manifest.state == .loaded ? "in the load files" : "for the load files, not written yet" }

  /// Why there is no table of what must be there.
  var nothing: String {
    run.manifest.purgedAt == nil ? "No activity has come so far." : "The tables of this run were purged."
  }

  /// Builds the sections.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  func sections(_ numbers: inout PageContent.Numbers) throws -> [PageSection] {
    [rows(&numbers), try kinds(&numbers), links(&numbers), try issuesSection(&numbers)]
  }

  // MARK: Rows

  private func rows(_ numbers: inout PageContent.Numbers) -> PageSection {
    let number = numbers.nextSection()
    let flows = accounting.sources.filter { $0.rows.read > 0 }.map { name, rows in
      FlowPicture(
        numbers.nextPicture(), title: name, read: rows.read,
        [.init(.taken, "loaded", rows.loaded)] + (rows.updated.map { [.init(.again, "updated", $0)] } ?? []) + [
          .init(.left, "left out", rows.leftOut), .init(.rejected, "rejected", rows.rejected),
        ])
    }
    let stages = run.manifest.object(ActivityRun.object).map { object in
      StagePicture(numbers.nextPicture(), object, run.manifest, title: "Rows through the stages, all sources") { load in
        amount(load.given)
      }
    }
    let table = PageTable(
      &numbers.tables, "Rows of each source, and what they gave",
      ["source", "#read", "#loaded"] + (plan.updates ? ["#updated"] : []) + [
        "#left out", "#rejected", plan.isImport ? "#activities" : "#tasks", "#issues",
      ],
      accounting.sources.map { name, rows in
        [name]
          + ([rows.read, rows.loaded] + (plan.updates ? [rows.updated ?? 0] : []) + [
            rows.leftOut, rows.rejected, rows.written, accounting.issues[name] ?? 0,
          ]).map(\.grouped)
      })
    return PageSection(
      number: number, name: "every row", title: "Every row",
      pictures: .init(title: "Where every row went", flows: flows, stages: stages),
      parts: [PageSection.Part("Sources", [table], note: table == nil ? "No stage has run yet." : nil)])
  }

  // MARK: Issues

  private func issuesSection(_ numbers: inout PageContent.Numbers) throws -> PageSection {
    let number = numbers.nextSection()
    let counts = PageTable(
      &numbers.tables, "Rows and cells with issues, by source, field and code", ["code", "source", "field", "#count"],
      issues.map { [$0.key[2], $0.key[0], $0.key[1], $0.count.grouped] }, limit: 200, where: "rejects.csv")
    let found = try lookup.sampled(
      plan.rejectTables(of: run.manifest), by: ["object", "field", "code"], limit: samples)
    let shown = PageTable(
      &numbers.tables, "Samples of issues, with file and line",
      ["file and line", "record", "field", "value", "code", "what to do"],
      found.map { row in
        ["\(row["file"] ?? ""):\(row["line"] ?? "")", row["record_id"] ?? "", row["field"] ?? ""]
          + [ChangePreview.shown(row["value"]), row["code"] ?? "", row["message"] ?? ""]
      }, limit: 100, where: "rejects.csv", isFolded: true)
    let hasIssues = accounting.sources.contains { $0.rows.rejected > 0 } || accounting.issues.values.contains { $0 > 0 }
    let note = counts != nil ? nil : hasIssues ? nothing : "Every row and cell could be used."
    return PageSection(
      number: number, name: "issues", title: "Issues",
      parts: [PageSection.Part("Rows and cells", [counts, shown], note: note)])
  }
}

extension ActivityAccounting.Source {
  /// All rows that were left out.
  var leftOut: Int { excluded.values.reduce(0, +) }
}
