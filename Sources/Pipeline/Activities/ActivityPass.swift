import Activities
import CRM
import ConflictResolve
import Extract
import Records
import Staging

/// Takes one chunk of activities through normalize, map and conflict-resolve, or through a part of them.
///
/// The rows stream through in batches of one block: a chunk of any size needs the memory of one. Each stage writes its
/// staged table on the side; only that of the stage before the first one is read.
struct ActivityPass {
  let plan: ActivityPlan
  let files: [String: [SourceFile]]
  /// By source, the names of its files as messages show them.
  let names: [String: [String]]
  let store: any StagingStore
  let lookups: ActivityLookups

  /// What the stages of a pass did.
  struct Result {
    var rows = 0
    var counts: [String: ActivityCounts] = [:]
  }

  /// Runs the stages `first` … `last` on a chunk. Its tables become visible together, when all sources are through.
  ///
  /// - Throws: `StagingError` if what the stage before left is missing or damaged, or a table cannot be written.
  func run(_ chunk: Int, from first: Stage, to last: Stage) throws -> Result {
    var result = Result()
    var writers: [any TableWriter] = []
    do {
      for source in plan.activitySources {
        let tables = try StageTables(plan, source, store, chunk: chunk, from: first, to: last)
        writers += tables.all
        try run(source, chunk, tables, from: first, to: last, &result)
      }
      for writer in writers { try writer.commit() }
    } catch {
      for writer in writers { writer.abandon() }
      throw error
    }
    return result
  }

  private func run(
    _ source: ActivitySource, _ chunk: Int, _ tables: StageTables, from first: Stage, to last: Stage,
    _ result: inout Result
  ) throws {
    let fromMap = first > .map
    let columns = ActivityColumns(plan, source, fromMap: fromMap)
    let station: any ActivityStation =
      plan.isImport
      ? ImportStation(plan, source, files[source.name] ?? [], lookups, columns)
      : SyncStation(plan, source, files[source.name] ?? [], lookups, columns)
    let before = TableName(Stage.allCases[first.order - 1], source.name, source.side.name, chunk: chunk)
    let table = ActivityTable(fromMap ? ActivityColumns.mapNames(plan) : source.columnNames)
    var report = ActivityReport(source, files: names[source.name] ?? [])
    var rows = 0
    try table.forEachBatch(of: before, columnCount: columns.count, from: store) { batch in
      rows += batch.rowCount
      if first <= .normalize {
        station.normalize(&batch)
        try tables.normalize?.append(batch)
      }
      guard last > .normalize else { return }
      if first <= .map {
        station.map(&batch)
        try tables.map?.append(batch)
      }
      guard last > .map else { return }
      try station.resolve(&batch, &report)
      try tables.fate?.append(batch)
      try tables.rejects?.append(report.rejects.bytes)
      report.rejects.clear()
    }
    result.rows += rows
    if last >= .conflictResolve { result.counts[source.name] = report.counts }
  }
}

/// The staged tables that a pass writes of one source.
private struct StageTables {
  /// A table, and the columns of a batch that go into it.
  final class Target {
    let writer: any TableWriter
    private let table: ActivityTable
    private var out = ByteBuffer(capacity: 1 << 20)

    init(_ store: any StagingStore, _ name: TableName, _ table: ActivityTable) throws {
      self.table = table
      writer = try store.writer(name, columns: table.columns)
    }

    func append(_ batch: borrowing RecordBatch) throws {
      out.clear()
      table.encode(batch, into: &out)
      try writer.append(out.bytes)
    }
  }

  private(set) var normalize: Target?
  private(set) var map: Target?
  private(set) var fate: Target?
  private(set) var rejects: (any TableWriter)?

  init(
    _ plan: ActivityPlan, _ source: ActivitySource, _ store: any StagingStore, chunk: Int, from first: Stage,
    to last: Stage
  ) throws {
    let columns = ActivityColumns(plan, source, fromMap: first > .map)
    func target(_ stage: Stage, _ names: [String], _ place: Int) throws -> Target? {
      guard stage >= first, stage <= last else { return nil }
      return try Target(
        store, TableName(stage, source.name, source.side.name, chunk: chunk), ActivityTable(names, at: place))
    }
    normalize = try target(.normalize, source.columnNames, 0)
    map = try target(.map, ActivityColumns.mapNames(plan), columns.map)
    fate = try target(.conflictResolve, ActivityColumns.fateNames(plan), columns.fate)
    guard last >= .conflictResolve else { return }
    rejects = try store.writer(
      TableName(.conflictResolve, source.name, "rejects", chunk: chunk), columns: RejectRow.columns)
  }

  var all: [any TableWriter] { [normalize, map, fate].compactMap { $0?.writer } + [rejects].compactMap { $0 } }
}
