import CRM
import ConflictResolve
import Foundation
import Map
import Normalize
import Parallel
import Records
import Staging

/// Takes one chunk through normalize, map and conflict-resolve, or through a part of them.
///
/// The batches stay in memory from the first stage to the last; each stage writes its staged table on the side. Only the
/// table of the stage before the first one is read.
struct ChunkPass {
  let plan: ObjectPlan
  let formats: SourceFormats
  let store: any StagingStore
  let workers: Workers
  let context: ResolveContext

  /// What the stages of a pass did.
  struct Result {
    var rows = 0
    var seconds: [Stage: Double] = [:]
    var counts: ChunkCounts?
  }

  /// Runs the stages `first` … `last` on a chunk. `commit` is handed the tables that are to be made visible, all of a chunk
  /// at once, so that a chunk is seen whole or not at all.
  func run(_ chunk: Int, from first: Stage, to last: Stage, commit: ([any TableWriter]) throws -> Void) throws -> Result
  {
    let tables = [SideTables(plan, .hubspot), SideTables(plan, .salesforce)]
    var result = Result()
    let lists = try read(chunk, before: first, tables)
    result.rows = lists[0].rowCount + lists[1].rowCount
    var writers: [any TableWriter] = []
    do {
      if first <= .map {
        writers += try transform(chunk, lists, tables, from: first, to: last, &result)
      }
      if last >= .conflictResolve {
        writers += try resolve(chunk, lists, &result)
      }
      try commit(writers)
    } catch {
      for writer in writers { writer.abandon() }
      throw error
    }
    return result
  }

  // MARK: Reading

  private func read(_ chunk: Int, before stage: Stage, _ tables: [SideTables]) throws -> [BatchList] {
    let lists = ListPair()
    try workers.forEach(2) { _, side in
      let table = tables[side]
      let width = table.map.cells.count
      let layout: TableLayout
      let columns: [Int]
      let source: Stage
      switch stage {
      case .normalize, .extract: (layout, columns, source) = (table.extract, table.sources, .extract)
      case .map: (layout, columns, source) = (table.normalize, Array(table.normalize.cells.indices), .normalize)
      case .conflictResolve, .load: (layout, columns, source) = (table.map, Array(table.map.cells.indices), .map)
      }
      let list = try StagedRows.read(
        TableName(source, plan.object, table.side.name, chunk: chunk), layout,
        StagedRows.Projection(columns, columnCount: width), from: store)
      lists.set(side, list)
    }
    return lists.both()
  }

  // MARK: Normalize and map

  private func transform(
    _ chunk: Int, _ lists: [BatchList], _ tables: [SideTables], from first: Stage, to last: Stage,
    _ result: inout Result
  ) throws -> [any TableWriter] {
    let outputs = try TransformOutputs(plan, store, tables, chunk: chunk, from: first, to: last)
    let pieces = Self.interleaved(lists)
    let stations = (0..<workers.count).map { _ in TransformStation(plan, tables, formats) }
    let orders = [InOrder(), InOrder()]
    do {
      try workers.forEach(pieces.count) { thread, number in
        let piece = pieces[number]
        let station = stations[thread]
        do {
          station.transform(lists[piece.side][piece.batch], side: piece.side, from: first, to: last)
          try orders[piece.side].deliver(piece.batch) { try outputs.append(station, side: piece.side) }
        } catch {
          for order in orders { order.cancel() }
          throw error
        }
      }
    } catch {
      for writer in outputs.writers { writer.abandon() }
      throw error
    }
    for stage in [Stage.normalize, .map] {
      result.seconds[stage] = stations.reduce(0) { $0 + ($1.seconds[stage] ?? 0) } / Double(workers.count)
    }
    return outputs.writers
  }

  /// The batches of both sides by turns, so that two threads write to two files.
  private static func interleaved(_ lists: [BatchList]) -> [(side: Int, batch: Int)] {
    var pieces: [(side: Int, batch: Int)] = []
    for batch in 0..<max(lists[0].count, lists[1].count) {
      for side in 0..<2 where batch < lists[side].count { pieces.append((side, batch)) }
    }
    return pieces
  }

  // MARK: Conflict-resolve

  private func resolve(_ chunk: Int, _ lists: [BatchList], _ result: inout Result) throws -> [any TableWriter] {
    let start = ContinuousClock.now
    let resolver = try Resolver(
      plan, hubspot: lists[0], salesforce: lists[1], chunk: chunk, store: store, context: context,
      threads: workers.count)
    let writers = try ResolveOutput.Table.allCases.map {
      try store.writer(
        TableName(.conflictResolve, plan.object, $0.part, chunk: chunk), columns: $0.columns(plan))
    }
    let shared = SharedWriters(writers)
    let order = InOrder()
    do {
      try workers.forEach(resolver.pieces) { thread, piece in
        do {
          try resolver.resolve(piece: piece, thread: thread) { output in
            try order.deliver(piece) {
              try output.flush { table, rows in try shared.writers[table.rawValue].append(rows) }
            }
          }
        } catch {
          order.cancel()
          throw error
        }
      }
      try resolver.finish { output in
        try output.flush { table, rows in try shared.writers[table.rawValue].append(rows) }
      }
    } catch {
      for writer in writers { writer.abandon() }
      throw error
    }
    result.counts = resolver.counts
    result.seconds[.conflictResolve] = (ContinuousClock.now - start).inSeconds
    return writers
  }
}

/// How the sources of both sides write their values.
struct SourceFormats: Sendable {
  var hubspot: SourceFormat
  /// By the number of the Salesforce object.
  var salesforce: [SourceFormat]
}

/// The two sides of a chunk, each set by one thread.
private final class ListPair: @unchecked Sendable {
  private let lock = NSLock()
  private var lists: [BatchList?] = [nil, nil]
  func set(_ side: Int, _ list: BatchList) { lock.withLock { lists[side] = list } }
  func both() -> [BatchList] { lists.compactMap { $0 } }
}

/// Writers that are used only inside `InOrder.deliver`.
private final class SharedWriters: @unchecked Sendable {
  let writers: [any TableWriter]
  init(_ writers: [any TableWriter]) { self.writers = writers }
}

/// The staged tables that normalize and map write of a chunk.
private final class TransformOutputs: @unchecked Sendable {
  private var normalize: [(any TableWriter)?] = [nil, nil]
  private var map: [(any TableWriter)?] = [nil, nil]

  init(
    _ plan: ObjectPlan, _ store: any StagingStore, _ tables: [SideTables], chunk: Int, from first: Stage, to last: Stage
  ) throws {
    for (side, table) in tables.enumerated() {
      func name(_ stage: Stage) -> TableName { TableName(stage, plan.object, table.side.name, chunk: chunk) }
      if first <= .normalize { normalize[side] = try store.writer(name(.normalize), columns: table.normalize.columns) }
      guard last >= .map else { continue }
      // Salesforce's values are common values as they are: map's table is normalize's under a second name.
      map[side] =
        table.side == .salesforce
        ? SharedTable(store, name(.normalize), as: name(.map))
        : try store.writer(name(.map), columns: table.map.columns)
    }
  }

  var writers: [any TableWriter] { (normalize + map).compactMap { $0 } }

  func append(_ station: TransformStation, side: Int) throws {
    try normalize[side]?.append(station.normalized.bytes)
    if side == 0 { try map[side]?.append(station.mapped.bytes) }
  }
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

/// What one thread needs to normalize and map batches, and the rows that it has encoded.
private final class TransformStation: @unchecked Sendable {
  private let tables: [SideTables]
  private var hubspot: Normalizer
  private var salesforce: Normalizer
  private var mapper: Mapper
  var normalized = ByteBuffer(capacity: 1 << 20)
  var mapped = ByteBuffer(capacity: 1 << 20)
  private(set) var seconds: [Stage: Double] = [:]

  init(_ plan: ObjectPlan, _ tables: [SideTables], _ formats: SourceFormats) {
    self.tables = tables
    hubspot = Normalizer(plan, tables[0], sources: [formats.hubspot])
    salesforce = Normalizer(plan, tables[1], sources: formats.salesforce)
    mapper = Mapper(plan, tables[0])
  }

  func transform(_ batch: UnsafeMutablePointer<RecordBatch>, side: Int, from first: Stage, to last: Stage) {
    normalized.clear()
    mapped.clear()
    let start = ContinuousClock.now
    if first <= .normalize {
      if side == 0 { hubspot.normalize(&batch.pointee) } else { salesforce.normalize(&batch.pointee) }
    }
    if first <= .normalize {
      StagedRows.encode(batch.pointee, tables[side].normalize, into: &normalized)
    }
    let middle = ContinuousClock.now
    seconds[.normalize, default: 0] += (middle - start).inSeconds
    guard last >= .map && side == 0 else { return }
    mapper.map(&batch.pointee)
    StagedRows.encode(batch.pointee, tables[side].map, into: &mapped)
    seconds[.map, default: 0] += (ContinuousClock.now - middle).inSeconds
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
