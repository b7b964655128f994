import CRM
import Pipeline
import Staging

/// The changes that a run would make, with samples of old and new values (`resync plan`).
public struct ChangePreview {
  private let report: ChangeReport
  private let samples: [(key: [String], rows: [TextRow])]

  private static let key = ["object", "side", "field", "rule", "reason"]

  /// What a resolved run changes; `limit` samples for each field and reason, or the changes of one record only.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run; `StagingError` if a table cannot be read.
  public init(_ plan: RunPlan, run name: String, samples limit: Int, record: String?) throws {
    let run = try FinishedRun(plan, run: name)
    report = try ChangeReport(plan, run: name)
    let lookup = StagedLookup(store: run.store)
    var found: [[String]: [TextRow]] = [:]
    let ids = record.map { [$0, salesforceID18($0) ?? $0] }
    for object in plan.objects {
      for part in ["changes", "creates"] {
        for chunk in 0..<run.chunks(of: object.object) {
          let table = TableName(.conflictResolve, object.object, part, chunk: chunk)
          guard let ids else {
            try lookup.samples(of: table, by: Self.key, limit: limit, into: &found)
            continue
          }
          for column in ["hubspot_id", "salesforce_id"] {
            for row in try lookup.rows(of: table, where: column, isOneOf: ids) {
              found[Self.key.map { row[$0] ?? "" }, default: []].append(row)
            }
          }
        }
      }
    }
    isOfRecord = record != nil
    if let record, found.isEmpty {
      // A record that is not there is a slip, and not a record without changes.
      _ = try RecordExplanation(plan, run: name, record: record, field: nil)
    }
    if limit == 0 && record == nil {
      for object in report.objects {
        for side in object.sides {
          for change in side.changes {
            found[[object.object, side.side, change.field, change.rule, change.reason]] = []
          }
        }
      }
    }
    samples = found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
  }

  private let isOfRecord: Bool

  /// Whether there is anything to change.
  public var hasChanges: Bool { isOfRecord ? !samples.isEmpty : report.hasChanges }

  /// The changes for a person: by object, side, field and rule how many cells, and samples of each reason.
  public var text: String {
    var lines: [String] = []
    var heading = ""
    for (key, rows) in samples {
      let title = "\(key[0]), \(key[1])"
      if title != heading { lines += lines.isEmpty ? [title] : ["", title] }
      heading = title
      lines.append("  \(key[2])\(key[3].isEmpty ? "" : ", \(key[3])"): \(key[4])\(count(key))")
      lines += rows.map { row in
        // Of a record that is made, the one that it is made from.
        let ids = [row["hubspot_id"], row["salesforce_id"]].compactMap { $0 }.filter { !$0.isEmpty }
        return "    \(ids.joined(separator: " ↔ ")): \(Self.shown(row["old"])) → \(Self.shown(row["new"]))"
      }
    }
    return lines.isEmpty ? "nothing to do" : lines.joined(separator: "\n")
  }

  private func count(_ key: [String]) -> String {
    guard !isOfRecord else { return "" }
    let side = report.objects.first { $0.object == key[0] }?.sides.first { $0.side == key[1] }
    let cells = side?.changes.first { $0.field == key[2] && $0.reason == key[4] }?.cells ?? 0
    return ", \(cells) cell\(cells == 1 ? "" : "s")"
  }

  static func shown(_ value: String?) -> String {
    guard let value, !value.isEmpty else { return "blank" }
    let line = value.replacing("\r\n", with: "⏎").replacing("\n", with: "⏎")
    return line.count > 60 ? String(line.prefix(59)) + "…" : line
  }
}
