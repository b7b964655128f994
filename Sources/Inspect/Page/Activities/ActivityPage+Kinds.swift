import Activities
import CRM
import Pipeline
import Staging

/// What became of each kind of activity: fates, what was left out and why, and what is written, with samples.
extension ActivityPage {
  /// Builds the section.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  func kinds(_ numbers: inout PageContent.Numbers) throws -> PageSection {
    let number = numbers.nextSection()
    let fates = PageTable(
      &numbers.tables, "Rows of each kind, by what became of them",
      ["kind"] + (plan.isImport ? plan.updates ? ["#created", "#updated"] : ["#created"] : ["#loaded", "#tasks"]) + [
        "#left out", "#rejected",
      ],
      tally.kinds.map { kind in
        let exclusions = tally.rows(of: kind) { Exclusion(rawValue: $0) != nil }
        let written = ["create", "update", "upsert"].map { fate in tally.rows(of: kind) { $0 == fate } }
        let all = tally.rows(of: kind) { _ in true }
        let loaded =
          plan.isImport ? Array(written.prefix(plan.updates ? 2 : 1)) : [written[2], tally.links[kind]?.written ?? 0]
        return [Self.name(kind)]
          + (loaded + [exclusions, all - exclusions - written.reduce(0, +)]).map(\.grouped)
      })
    let parts = [
      PageSection.Part("What became of each kind", [fates], note: fates == nil ? nothing : nil),
      PageSection.Part("Left out", [leftOut(&numbers.tables), try sampledLeftOut(&numbers.tables)], note: leftOutNote),
      try written(&numbers.tables),
    ]
    return PageSection(number: number, name: "kinds", title: "Kinds of activities", parts: parts)
  }

  /// The events of a source that are of no kind that becomes a task.
  static func name(_ kind: String) -> String { kind.isEmpty ? "none" : kind }

  private var leftOutNote: String? {
    accounting.sources.allSatisfy { $0.rows.leftOut == 0 } ? "No row was left out." : nil
  }

  /// By kind, or, where the tables of the run were purged, by source alone.
  private func leftOut(_ number: inout Int) -> PageTable? {
    let known = tally.fates.compactMap { fate, count in
      Exclusion(rawValue: fate.fate).map { (cells: [fate.kind, fate.source], why: $0, count: count) }
    }
    let counted = accounting.sources.flatMap { name, rows in
      rows.excluded.compactMap { reason, count in
        Exclusion(rawValue: reason).map { (cells: ["", name], why: $0, count: count) }
      }
    }
    let rows = (known.isEmpty ? counted : known).filter { $0.count > 0 }.sorted {
      ($1.count, $0.why.rawValue, $0.cells[1], $0.cells[0]) < ($0.count, $1.why.rawValue, $1.cells[1], $1.cells[0])
    }
    return PageTable(
      &number, "Rows that were left out, by reason, the most first", ["reason", "source", "kind", "why", "#rows"],
      rows.map { row in
        let kind = known.isEmpty ? "all" : Self.name(row.cells[0])
        return [row.why.rawValue, row.cells[1], kind, row.why.explanation, row.count.grouped]
      }, limit: 200, where: "resync explain")
  }

  /// The first rows of each fate of some kind, with the name of their file.
  private func sampled(_ isMeant: (String) -> Bool) throws -> [(file: String, row: TextRow)] {
    try plan.sources.filter(\.isActivity).flatMap { source in
      let tables = (0..<run.chunks(of: ActivityRun.object)).map {
        TableName(.conflictResolve, source.name, source.side.name, chunk: $0)
      }
      return try lookup.sampled(tables, by: ["kind", "fate"], limit: samples).filter { isMeant($0["fate"] ?? "") }
        .map { row in
          let file = run.file(source.name, source.side, Int(row["_file"] ?? "") ?? 0)
          return ("\(file):\(row["_line"] ?? "")", row)
        }
    }
  }

  private func sampledLeftOut(_ number: inout Int) throws -> PageTable? {
    let found = try sampled { Exclusion(rawValue: $0) != nil }
    return PageTable(
      &number, "Samples of rows that were left out: the first \(samples) of each kind and reason",
      ["file and line", "kind", "reason"],
      found.map { [$0.file, Self.name($0.row["kind"] ?? ""), $0.row["fate"] ?? ""] },
      limit: 200, isFolded: true)
  }

  // MARK: What is written

  private func written(_ number: inout Int) throws -> PageSection.Part {
    let found = try sampled { ["create", "update", "upsert"].contains($0) }
    let caption = "Samples of what is written: the first \(samples) of each kind"
    let shown =
      plan.isImport
      ? PageTable(
        &number, caption, ["file and line", "id", "kind", "written", "subject", "time in UTC", "records"],
        found.map { file, row in
          let records = ["contacts", "companies", "deals"].compactMap { row[$0] }.filter { !$0.isEmpty }
          return [file, row["id"] ?? "", row["kind"] ?? "", row["fate"] ?? "", ChangePreview.shown(row["subject"])]
            + [PageTable.moment(row["timestamp"]), ChangePreview.shown(records.joined(separator: " "))]
        }, limit: 200, isFolded: true)
      : PageTable(
        &number, caption, ["file and line", "external id", "subject", "day", "status", "who", "assigned to"],
        found.map { file, row in
          func first(_ column: String) -> String { row[column]?.split(separator: "\n").first.map(String.init) ?? "" }
          return [file, ChangePreview.shown(first("external_ids")), ChangePreview.shown(row["subject"])]
            + [row["day"] ?? "", row["status"] ?? "", first("who_ids"), first("owner_ids")]
        }, limit: 200, isFolded: true)
    let total = accounting.written
    return PageSection.Part(
      "What is written", [shown],
      note: total == 0 ? "Nothing is written." : "\(amount(total)) \(place).")
  }
}
