import CRM
import Pipeline
import Staging

/// The part of the page that shows one object.
struct ObjectPage {
  let run: FinishedRun
  let plan: ObjectPlan
  let report: ChangeReport.ObjectReport
  let samples: Int
  /// Options that HubSpot lacks, by mapping.
  let missing: [[String]]

  private var lookup: StagedLookup { StagedLookup(store: run.store) }

  /// Builds the section.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  func section(_ numbers: inout PageContent.Numbers) throws -> PageSection {
    let number = numbers.nextSection()
    let flows = report.sides.map { side in
      FlowPicture(
        numbers.nextPicture(), title: side.side == Side.hubspot.name ? "HubSpot" : "Salesforce", read: side.read,
        [
          .init(.taken, "paired", side.paired), .init(.open, "unmatched", side.unmatched),
          .init(.left, "excluded", side.excluded), .init(.rejected, "rejected", side.rejected),
        ])
    }
    let stages = run.manifest.object(plan.object).map { object in
      StagePicture(numbers.nextPicture(), object, run.manifest, title: "Rows through the stages, both sides") { load in
        "\(load.taken.grouped) changes in \(load.given.grouped) records"
      }
    }
    let parts = [
      try changes(&numbers.tables), try conflicts(&numbers.tables), try issues(&numbers.tables),
      try unmatched(&numbers.tables), options(&numbers.tables),
    ]
    return PageSection(
      number: number, name: plan.object, title: plan.object,
      pictures: .init(title: "Where every row went", flows: flows, stages: stages), parts: parts)
  }

  private func tables(_ part: String) -> [TableName] {
    (0..<run.chunks(of: plan.object)).map { TableName(.conflictResolve, plan.object, part, chunk: $0) }
  }

  private func record(_ row: TextRow) -> String {
    [row["hubspot_id"], row["salesforce_id"]].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ↔ ")
  }

  // MARK: Changes

  private func changes(_ number: inout Int) throws -> PageSection.Part {
    let counts = PageTable(
      &number, "Cells of known records that change, by field, rule and reason",
      ["field", "side", "rule", "reason", "why", "#cells"],
      changeRows { $0.reason != Reason.created.name }.map { side, change in
        [
          change.field, side, change.rule.isEmpty ? "none" : change.rule, change.reason,
          CellReasons.sentence(change.reason, of: side), change.cells.grouped,
        ]
      }, limit: 200, where: "resync report --json")
    let created = PageTable(
      &number, "Cells of new records, by field", ["field", "side", "#cells"],
      changeRows { $0.reason == Reason.created.name }.map { [$1.field, $0, $1.cells.grouped] }, limit: 200,
      where: "resync report --json")
    // Of a new record one field is enough to know it by: that of the first mapping.
    let names = plan.mappings.first.map { [$0.property, $0.field] } ?? []
    let found = try lookup.sampled(
      tables("changes") + tables("creates"), by: ["side", "field", "reason"], limit: samples
    )
    .filter { $0["reason"] != Reason.created.name || names.contains($0["field"] ?? "") }
    let shown = PageTable(
      &number, "Samples of changes: the first \(samples) of each field and reason",
      ["record", "side", "field", "old", "new", "reason"],
      found.map { row in
        [record(row), row["side"] ?? "", row["field"] ?? ""] + [row["old"], row["new"]].map(ChangePreview.shown)
          + [row["reason"] ?? ""]
      }, limit: 200, where: "changes.csv", isFolded: true)
    return PageSection.Part(
      "Changes", [counts, created, shown],
      note: report.sides.allSatisfy(\.changes.isEmpty) ? "Nothing changes." : nil)
  }

  private func changeRows(
    _ isWanted: (ChangeReport.Change) -> Bool
  ) -> [(side: String, change: ChangeReport.Change)] {
    report.sides.flatMap { side in side.changes.filter(isWanted).map { (side.side, $0) } }
  }

  // MARK: Conflicts

  private func conflicts(_ number: inout Int) throws -> PageSection.Part {
    let key = ["hubspot_property", "salesforce_field", "winner", "reason"]
    let kinds = try lookup.counted(tables("conflicts"), by: key)
    let counts = PageTable(
      &number, "Conflicts, by mapping and winner", ["property", "field", "winner", "evidence", "#conflicts"],
      kinds.map { $0.key + [$0.count.grouped] }, where: "conflicts.csv")
    let found = kinds.isEmpty ? [] : try lookup.sampled(tables("conflicts"), by: key, limit: samples)
    let columns = ["hubspot_value", "salesforce_value"]
    let shown = PageTable(
      &number, "Samples of conflicts, with the value that lost; times in UTC",
      ["record", "property", "HubSpot", "Salesforce", "edited in HubSpot", "edited in Salesforce", "winner"],
      found.map { row in
        [record(row), row["hubspot_property"] ?? ""] + columns.map { ChangePreview.shown(row[$0]) }
          + ["hubspot_time", "salesforce_time"].map { PageTable.moment(row[$0]) } + [row["winner"] ?? ""]
      }, where: "conflicts.csv", isFolded: true)
    return PageSection.Part(
      "Conflicts", [counts, shown],
      note: counts == nil ? "No cell was edited on both sides." : nil)
  }

  // MARK: Issues

  private func issues(_ number: inout Int) throws -> PageSection.Part {
    let counts = PageTable(
      &number, "Rows and cells with issues, by field and code", ["code", "side", "field", "#count"],
      report.issues.map { [$0.code, $0.side, $0.field, $0.count.grouped] }, where: "rejects.csv")
    let all = [TableName(.extract, plan.object, "rejects", chunk: 0)] + tables("rejects")
    let found = try lookup.sampled(all, by: ["side", "field", "code"], limit: samples)
    let shown = PageTable(
      &number, "Samples of issues, with file and line",
      ["file and line", "record", "field", "value", "code", "what to do"],
      found.map { row in
        ["\(row["file"] ?? ""):\(row["line"] ?? "")", row["record_id"] ?? "", row["field"] ?? ""]
          + [ChangePreview.shown(row["value"]), row["code"] ?? "", row["message"] ?? ""]
      }, limit: 100, where: "rejects.csv", isFolded: true)
    return PageSection.Part(
      "Issues", [counts, shown],
      note: counts == nil ? "Every row and cell could be used." : nil)
  }

  // MARK: Unmatched records

  private func unmatched(_ number: inout Int) throws -> PageSection.Part {
    let kinds = try lookup.counted(tables("unmatched"), by: ["side", "reason"])
    let counts = PageTable(
      &number, "Records without a partner, by reason", ["reason", "side", "what it means", "#records"],
      kinds.map { [$0.key[1], $0.key[0], CellReasons.pairing($0.key[1], plan), $0.count.grouped] })
    let found = kinds.isEmpty ? [] : try lookup.sampled(tables("unmatched"), by: ["side", "reason"], limit: samples)
    let shown = PageTable(
      &number, "Samples of records without a partner", ["record", "side", "reason"],
      found.map { [$0["record_id"] ?? "", $0["side"] ?? "", $0["reason"] ?? ""] }, where: "unmatched.csv",
      isFolded: true)
    return PageSection.Part(
      "Without a partner", [counts, shown],
      note: counts == nil ? "Every record has its partner." : nil)
  }

  // MARK: Picklists

  private func options(_ number: inout Int) -> PageSection.Part {
    let table = PageTable(
      &number, "Values of Salesforce that HubSpot has no option for, by the metadata as it is now",
      ["property", "field", "value", "label"], missing, limit: 100, where: "resync mappings refresh")
    return PageSection.Part(
      "Picklists to refresh", [table],
      note: table == nil
        ? "HubSpot has an option for every active value." : "resync mappings refresh adds what is missing.")
  }
}
