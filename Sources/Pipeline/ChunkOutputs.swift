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
    normalize[side] = first <= .normalize ? try store.writer(name(.normalize), columns: table.normalize.columns) : nil
    guard last >= .map else { return }
    if table.side == .salesforce {
      // Salesforce's values are common values as they are: map's table is normalize's under a second name.
      normalize[side] = SharedTable(normalize[side], store, name(.normalize), as: name(.map))
    } else {
      map[side] = try store.writer(name(.map), columns: table.map.columns)
    }
  }

  /// All tables; they may be committed in any order.
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

/// A table that has a second name from the moment when it is committed.
private final class SharedTable: TableWriter {
  private let writer: (any TableWriter)?
  private let store: any StagingStore
  private let table: TableName
  private let other: TableName

  /// Without a writer the table is there already.
  init(_ writer: (any TableWriter)?, _ store: any StagingStore, _ table: TableName, as other: TableName) {
    self.writer = writer
    self.store = store
    self.table = table
    self.other = other
  }

  func append(_ rows: Bytes) throws { try writer?.append(rows) }

  func commit() throws {
    try writer?.commit()
    try store.share(table, as: other)
  }

  func abandon() { writer?.abandon() }
}
