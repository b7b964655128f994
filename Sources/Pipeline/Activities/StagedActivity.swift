import Activities
import CRM
import Records
import Staging

/// What the stages of a run left of one activity.
struct StagedActivity {
  let source: ActivitySource
  let chunk: Int
  let info: RowInfo
  /// The cells as they were read, as normalize made them, as map did, and its fate; empty where a stage has not run.
  var read: [String: String] = [:]
  var own: [String: String] = [:]
  var mapped: [String: String] = [:]
  var fate: [String: String] = [:]

  /// Finds an activity by its id in what a run has staged; nil if it is in no source.
  ///
  /// - Throws: `StagingError` if a table is damaged.
  static func find(
    _ record: String, _ plan: ActivityPlan, _ manifest: RunManifest, _ store: any StagingStore
  ) throws -> StagedActivity? {
    for chunk in 0..<(manifest.object(ActivityRunPlan.object)?.chunks ?? 0) {
      for source in plan.activitySources {
        guard let wanted = id(record, in: source) else { continue }
        let table = TableName(.normalize, source.name, source.side.name, chunk: chunk)
        guard try store.exists(table), let info = try place(of: wanted, source, table, store) else { continue }
        var found = StagedActivity(source: source, chunk: chunk, info: info)
        try found.fill(plan, store)
        return found
      }
    }
    return nil
  }

  /// The id as the source's own column has it: of an external id `KIND:ID` or `KIND:ID:CONTACT` the middle.
  private static func id(_ record: String, in source: ActivitySource) -> [String]? {
    if source.side == .salesforce { return salesforceID18(record).map { [$0] } }
    let parts = record.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, let kind = SyncKind.allCases.first(where: { $0.name == parts[0] }) else { return [record] }
    guard kind.source == source.name else { return nil }
    let rest = kind.isSales ? parts.dropFirst() : parts.dropFirst().dropLast()
    // An app's id stands in front of an integration event's.
    return [rest.joined(separator: ":")] + (source.idPrefixColumn == nil ? [] : [rest.last ?? ""])
  }

  private static func place(
    of ids: [String], _ source: ActivitySource, _ name: TableName, _ store: any StagingStore
  ) throws -> RowInfo? {
    var found: RowInfo?
    let table = ActivityTable(source.columnNames)
    try table.forEachBatch(of: name, columnCount: source.columns.count, from: store) { batch in
      guard found == nil else { return }
      for row in 0..<batch.rowCount where ids.contains(batch.bytes(row, 0).text) {
        found = batch[info: row]
        return
      }
    }
    return found
  }

  private mutating func fill(_ plan: ActivityPlan, _ store: any StagingStore) throws {
    read = try cells(.extract, source.columnNames, store)
    own = try cells(.normalize, source.columnNames, store)
    mapped = try cells(.map, ActivityColumns.mapNames(plan), store)
    fate = try cells(.conflictResolve, ActivityColumns.fateNames(plan), store)
  }

  private func cells(_ stage: Stage, _ names: [String], _ store: any StagingStore) throws -> [String: String] {
    let name = TableName(stage, source.name, source.side.name, chunk: chunk)
    guard try store.exists(name) else { return [:] }
    var found: [String: String] = [:]
    try ActivityTable(names).forEachBatch(of: name, columnCount: names.count, from: store) { batch in
      for row in 0..<batch.rowCount where batch[info: row].row == info.row {
        for (place, column) in names.enumerated() where batch[row, place].count > 0 {
          let text = batch.bytes(row, place).text
          found[column] = batch[row, place].hasIssue ? "\(text) (\(batch[row, place].issue.name))" : text
        }
      }
    }
    return found
  }
}
