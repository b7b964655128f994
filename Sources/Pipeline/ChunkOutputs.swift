import CRM
import ConflictResolve
import Records
import Staging

/// The staged tables that a pass leaves of a chunk. Rows are appended by one thread at a time.
final class ChunkOutputs: @unchecked Sendable {
  private var normalize: [(any TableWriter)?] = [nil, nil]
  private var map: [(any TableWriter)?] = [nil, nil]
  /// By `ResolveOutput.Table`.
  private var resolved: [any TableWriter] = []

  /// Begins the tables of normalize and map, as far as they are among the stages `first` … `last`.
  ///
  /// - Throws: `StagingError.failed` if the store refuses; then nothing is left of them.
  init(
    _ plan: ObjectPlan, _ store: any StagingStore, _ tables: [SideTables], chunk: Int, from first: Stage, to last: Stage
  ) throws {
    do {
      for (side, table) in tables.enumerated() where first <= .map {
        try begin(side, table, store, from: first, to: last) {
          TableName($0, plan.object, table.side.name, chunk: chunk)
        }
      }
    } catch {
      abandon()
      throw error
    }
  }

  /// Begins those of conflict-resolve: not before they are needed, since open files are few on some systems.
  ///
  /// - Throws: `StagingError.failed` if the store refuses.
  func beginResolved(_ plan: ObjectPlan, _ store: any StagingStore, chunk: Int) throws {
    for table in ResolveOutput.Table.allCases {
      resolved.append(
        try store.writer(
          TableName(.conflictResolve, plan.object, table.part, chunk: chunk), columns: table.columns(plan)))
    }
  }

  private func begin(
    _ side: Int, _ table: SideTables, _ store: any StagingStore, from first: Stage, to last: Stage,
    _ name: (Stage) -> TableName
  ) throws {
    if first <= .normalize {
      normalize[side] = try store.writer(name(.normalize), columns: table.normalize.columns)
    }
    guard last >= .map else { return }
    // Salesforce's values are common values as they are: map's table is normalize's under a second name.
    map[side] =
      table.side == .salesforce
      ? SharedTable(store, name(.normalize), as: name(.map))
      : try store.writer(name(.map), columns: table.map.columns)
  }

  /// All tables, in the order in which they are to be committed.
  var writers: [any TableWriter] { (normalize + map).compactMap { $0 } + resolved }

  /// Forgets what was written.
  func abandon() { for writer in writers { writer.abandon() } }

  /// Appends the rows that a station has encoded of its batch.
  func append(_ station: ChunkStation, side: Int) throws {
    try normalize[side]?.append(station.normalized.bytes)
    if side == 0 { try map[side]?.append(station.mapped.bytes) }
  }

  /// Appends rows of conflict-resolve.
  func append(_ table: ResolveOutput.Table, _ rows: Bytes) throws { try resolved[table.rawValue].append(rows) }
}

/// A table that is another one under a second name, from the moment when it is committed.
private final class SharedTable: TableWriter {
  private let store: any StagingStore
  private let table: TableName
  private let other: TableName

  init(_ store: any StagingStore, _ table: TableName, as other: TableName) {
    self.store = store
    self.table = table
    self.other = other
  }

  func append(_ rows: Bytes) throws {}
  func commit() throws { try store.share(table, as: other) }
  func abandon() {}
}
