import CRM
import ConflictResolve
import Normalize
import Parallel
import Records
import Staging
import Synchronization

/// Takes one chunk through normalize, map and conflict-resolve, or through a part of them.
///
/// First the Salesforce side, which conflict-resolve keeps in memory to look partners up in; then the HubSpot side, of which
/// there is one batch at each station. The batches stay in memory from the first stage to the last; each stage writes its
/// staged table on the side. Only the table of the stage before the first one is read.
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
    let outputs = try ChunkOutputs(plan, store, tables, chunk: chunk, from: first, to: last)
    do {
      let stations = (0..<workers.stations).map { _ in ChunkStation(plan, tables, formats, from: first, to: last) }
      let pass = SidePass(chunk: chunk, first: first, tables: tables, stations: stations, outputs: outputs)
      var result = Result()
      if last >= .conflictResolve {
        result.counts = try resolve(pass, &result)
      } else {
        for side in [1, 0] { result.rows += try take(side, through: pass) }
      }
      for stage in [Stage.normalize, .map, .conflictResolve] {
        result.seconds[stage] = stations.reduce(0) { $0 + ($1.seconds[stage] ?? 0) } / Double(workers.count)
      }
      try commit(outputs.writers)
      return result
    } catch {
      outputs.abandon()
      throw error
    }
  }

  /// What both sides of a pass share.
  private struct SidePass: Sendable {
    let chunk: Int
    let first: Stage
    let tables: [SideTables]
    let stations: [ChunkStation]
    let outputs: ChunkOutputs
  }

  // MARK: One side

  /// What is done with the batches of a side besides normalize and map.
  private struct FurtherWork: Sendable {
    /// Done by any thread, with any batch, of which it is told the number and the station.
    var work: @Sendable (_ number: Int, _ place: Int) throws -> Void = { _, _ in }
    /// Done in the order of the batches, one at a time.
    var write: @Sendable (_ place: Int) throws -> Void = { _ in }
  }

  /// Takes the batches of a side through normalize and map, and further; gives the number of rows.
  private func take(_ side: Int, through pass: SidePass, _ further: FurtherWork = FurtherWork()) throws -> Int {
    let source = try reader(side, pass)
    let rows = Atomic<Int>(0)
    try workers.inOrder { place in
      let station = pass.stations[place]
      guard let number = try station.next(of: source, side: side) else { return nil }
      rows.wrappingAdd(station.rowCount(side: side), ordering: .relaxed)
      station.transform(side: side)
      try further.work(number, place)
      return number
    } handOn: { place in
      try pass.outputs.append(pass.stations[place], side: side)
      try further.write(place)
    }
    return rows.load(ordering: .relaxed)
  }

  private func reader(_ side: Int, _ pass: SidePass) throws -> BatchReader {
    let table = pass.tables[side]
    let layout: TableLayout
    let columns: [Int]
    let source: Stage
    switch pass.first {
    case .normalize, .extract: (layout, columns, source) = (table.extract, table.sources, .extract)
    case .map: (layout, columns, source) = (table.normalize, Array(table.normalize.cells.indices), .normalize)
    case .conflictResolve, .load: (layout, columns, source) = (table.map, Array(table.map.cells.indices), .map)
    }
    return try BatchReader(
      TableName(source, plan.object, table.side.name, chunk: pass.chunk), layout,
      StagedRows.Projection(columns, columnCount: table.map.cells.count), from: store)
  }

  // MARK: Conflict-resolve

  private func resolve(_ pass: SidePass, _ result: inout Result) throws -> ChunkCounts {
    let partners = PartnerRows()
    result.rows += try take(
      1, through: pass,
      FurtherWork { number, place in
        try pass.stations[place].keepSalesforceBatch(number, in: partners)
      })
    let resolver = try Resolver(
      plan, salesforce: partners, chunk: pass.chunk, store: store, context: context, workers: workers)
    try pass.outputs.beginResolved(plan, store, chunk: pass.chunk)
    result.rows += try take(
      0, through: pass,
      FurtherWork { _, place in
        try pass.stations[place].resolve(with: resolver, station: place)
      } write: { place in
        try resolver.flush(station: place, pass.outputs.append)
      })
    try resolveRest(resolver, pass)
    return resolver.counts
  }

  /// What has no HubSpot record: Salesforce rows without a partner, and pairs of the baseline that were not found.
  private func resolveRest(_ resolver: Resolver, _ pass: SidePass) throws {
    try workers.inOrder(resolver.salesforceBatches) { place, batch in
      resolver.resolveSalesforce(batch: batch, station: place)
    } handOn: { place in
      try resolver.flush(station: place, pass.outputs.append)
    }
    try resolver.age(station: 0)
    try resolver.flush(station: 0, pass.outputs.append)
  }
}

/// How the sources of both sides write their values.
struct SourceFormats: Sendable {
  var hubspot: SourceFormat
  /// By the number of the Salesforce object.
  var salesforce: [SourceFormat]
}
