import CRM
import Foundation
import Parallel
import Records
import Staging

/// The first stage: reads each export, pairs its records, and brings each row to the chunk where its partner is.
///
/// Two passes over a file. The first indexes it: ids in memory, links, keys and times in files. From the index alone the
/// records are paired. The second routes the rows, in parallel. Afterwards a chunk needs nothing from outside it.
public struct Extractor: Sendable {
  private let plan: ObjectPlan
  private let store: any StagingStore
  private let baseline: any BaselineStore
  private let workers: Workers
  private let chunkSize: Int
  private let scratch: String
  /// How many cells of a file of that many rows may be no UTF-8, and how many of its rows unreadable.
  private let maxRejects: @Sendable (Int) -> Int

  /// An extract stage for one object. `scratch` is a folder for unpacked and converted copies.
  public init(
    _ plan: ObjectPlan, store: any StagingStore, baseline: any BaselineStore, workers: Workers, chunkSize: Int,
    scratch: String, maxRejects: @escaping @Sendable (Int) -> Int
  ) {
    self.plan = plan
    self.store = store
    self.baseline = baseline
    self.workers = workers
    self.chunkSize = chunkSize
    self.scratch = scratch
    self.maxRejects = maxRejects
  }

  /// What extract found: the rows of both sides, the files as they were read, and for each side the names of its files.
  public struct Result: Sendable {
    /// The rows of both sides, the number of chunks, and whether it is the first night.
    public var object: RunManifest.ObjectRun
    /// The files as they were read; each part of an archive is one.
    public var inputs: [RunManifest.Input]
    /// Rows staged in each chunk, of both sides.
    public var rowsInChunks: [Int]
  }

  /// Stages the two exports of the object, and the field histories of its records.
  ///
  /// - Throws: `SourceError` if a file is refused; `StagingError` if the store fails.
  public func run(_ sources: [SourceFile], histories: [SourceFile] = []) throws -> Result {
    try store.clear(.extract, object: plan.object)
    let files = try sources.flatMap { try ExportReading($0, of: plan).prepare(scratch: scratch) }
    var indexes = try index(files)
    try checkSize(files, indexes)
    let partition = BaselinePartition(plan, baseline, workers)
    let remembered = try partition.pairs()
    var (hubspot, salesforce) = try join(files, &indexes)
    var pairing = try Pairing.pair(
      hubspot, salesforce, baseline: remembered, onDuplicate: plan.keys.map(\.onDuplicate),
      objects: plan.salesforceObjects, workers: workers)
    let layout = ChunkLayout(chunkSize: chunkSize, pairing)
    let chunks = try partitionChunks(partition, pairing, layout)
    hubspot = HubSpotIndex(keyCount: 0)
    salesforce = SalesforceIndex(keyCount: 0)
    let rejects = try store.writer(
      TableName(.extract, plan.object, "rejects", chunk: 0), columns: RejectRow.columns)
    let entries = try histories.flatMap { try ExportReading(history: $0).prepare(scratch: scratch) }
    let history = try HistoryRouter(plan, pairing, layout).run(entries, store, rejects)
    // Only histories are looked up by id: nothing else of the size of the export stays.
    pairing.records = .empty
    var result = try route(files, indexes, pairing, layout, isFirstNight: remembered.isEmpty, chunks, rejects)
    result.inputs += history
    return result
  }

  // MARK: The first pass

  /// Each thread takes a file of its own as long as there is one, and then helps with those that others work on.
  private func index(_ files: [PreparedFile]) throws -> [FileIndex] {
    let indexers = files.map { FileIndexer(plan, SideTables(plan, $0.source.side), $0, scratch: scratch) }
    try workers.forEach(indexers.count + workers.count) { _, piece in
      if piece < indexers.count {
        try indexers[piece].work()
      } else {
        for indexer in indexers { try indexer.work() }
      }
    }
    return try indexers.map { try $0.finish(maxInvalid: maxRejects) }
  }

  /// Rows are numbered in 32 bits over all files of a side.
  private func checkSize(_ files: [PreparedFile], _ indexes: [FileIndex]) throws {
    for side in [Side.hubspot, .salesforce] {
      let places = files.indices.filter { files[$0].source.side == side }
      guard let last = places.last, places.reduce(0, { $0 + indexes[$1].rows }) > Int(Int32.max) else { continue }
      throw SourceError(
        files[last].displayName,
        "with the files before it has more than 2,147,483,647 rows: split the export over several pipelines")
    }
  }

  /// The indexes of the files of each side, one behind the other.
  private func join(_ files: [PreparedFile], _ indexes: inout [FileIndex]) throws -> (HubSpotIndex, SalesforceIndex) {
    var sides = [SideIndex(.hubspot, plan, spill: nil), SideIndex(.salesforce, plan, spill: nil)]
    for place in files.indices {
      let side = Int(files[place].source.side.rawValue)
      // Most sides have one file: its columns are taken over, not copied.
      if sides[side].isEmpty {
        sides[side] = indexes[place].pairing
      } else {
        try sides[side].append(indexes[place].pairing)
      }
      indexes[place].pairing = SideIndex(files[place].source.side, plan, spill: nil)
    }
    return (sides[0].hubspot, sides[1].salesforce)
  }

  // MARK: The second pass

  /// Writes the rows of the baseline to their chunks.
  private func partitionChunks(
    _ partition: BaselinePartition, _ pairing: PairingResult, _ layout: ChunkLayout
  ) throws -> Int {
    let writers = try (0..<layout.count).map {
      try store.writer(TableName(.extract, plan.object, "baseline", chunk: $0), columns: partition.layout.columns)
    }
    try partition.route(writers) { number in
      let pair = pairing.baseline[number]
      let row = Int(pairing.baselineHubspotRows[number])
      let partner = Int(pairing.baselineSalesforceRows[number])
      let there = halvesThere(of: pairing, row, partner)
      if pair.isSuperseded { return nil }
      let chunk = row >= 0 ? layout.hubspot(row) : partner >= 0 ? layout.salesforce(partner) : 0
      return .init(chunk: chunk, there: there, pair: pair)
    }
    for writer in writers { try writer.commit() }
    return layout.count
  }

  /// Which halves of a pair of the baseline are there, by their rows (-1: not in the export). One whose link dangles is not,
  /// as long as the other is: the pair must not lapse, or the other would be created again (spec, semantics 3.6 and 5).
  private func halvesThere(of pairing: PairingResult, _ row: Int, _ partner: Int) -> StaticString {
    let isPartnerThere = partner >= 0 && !pairing.salesforce[partner].isExcluded
    guard row >= 0 else { return isPartnerThere ? "s" : "" }
    guard isPartnerThere else { return "h" }
    if pairing.hubspot[row] == .danglingLink { return "s" }
    return pairing.salesforce[partner] == .danglingLink ? "h" : "hs"
  }

  private func route(
    _ files: [PreparedFile], _ indexes: [FileIndex], _ pairing: PairingResult, _ layout: ChunkLayout,
    isFirstNight: Bool, _ chunks: Int, _ rejects: any TableWriter
  ) throws -> Result {
    var object = RunManifest.ObjectRun(object: plan.object, chunks: chunks, isFirstNight: isFirstNight)
    var syncing: Errand?
    for side in [Side.hubspot, .salesforce] {
      // Where there are many, those of both sides would be more files than may be open at once.
      if chunks > Self.chunksBeside { try syncing?.finish() }
      let bytes = files.indices.filter { files[$0].source.side == side }.reduce(0) { $0 + indexes[$1].bytes }
      let writers = try (0..<chunks).map { chunk in
        try store.writer(
          TableName(.extract, plan.object, side.name, chunk: chunk), columns: SideTables(plan, side).extract.columns,
          ofPart: bytes)
      }
      let run: RunManifest.SideRun
      do {
        run = try route(side, files, indexes, pairing, layout, writers, rejects)
      } catch {
        for writer in writers { writer.abandon() }
        throw error
      }
      if side == .hubspot { object.hubspot = run } else { object.salesforce = run }
      try syncing?.finish()
      let tables = PendingTables(writers)
      // The next side is routed meanwhile.
      syncing = Errand { [workers] in try tables.commit(workers) }
    }
    let rows = rowsInChunks(pairing, layout)
    try syncing?.finish()
    try rejects.commit()
    return Result(object: object, inputs: inputs(files, indexes), rowsInChunks: rows)
  }

  /// Up to so many chunks the tables of one side are synced while the other is routed.
  private static let chunksBeside = 32

  /// Routes the files of a side, one behind the other.
  private func route(
    _ side: Side, _ files: [PreparedFile], _ indexes: [FileIndex], _ pairing: PairingResult, _ layout: ChunkLayout,
    _ writers: [any TableWriter], _ rejects: any TableWriter
  ) throws -> RunManifest.SideRun {
    let counts = RouteCounts()
    var run = RunManifest.SideRun()
    var number = 0
    for place in files.indices where files[place].source.side == side {
      let index = indexes[place]
      let router = Router(
        plan: plan, tables: SideTables(plan, side), file: files[place], number: number, blocks: index.blocks,
        columns: index.columns, firstRow: run.read, verdicts: side == .hubspot ? pairing.hubspot : pairing.salesforce,
        partners: side == .hubspot ? pairing.hubspotPartners : pairing.salesforcePartners,
        chunkOf: { row in side == .hubspot ? layout.hubspot(row) : layout.salesforce(row) }, chunkCount: writers.count)
      try router.run(workers, writers, rejects, counts: counts)
      try index.rejects.withUnsafeBufferPointer { try rejects.append($0) }
      number += 1
      run.read += index.rows
      run.unreadable += index.unreadable
    }
    run.rejected = run.unreadable + counts.duplicates
    return run
  }

  private func inputs(_ files: [PreparedFile], _ indexes: [FileIndex]) -> [RunManifest.Input] {
    files.indices.map { place in
      var info = stat()
      stat(files[place].source.path, &info)
      var input = RunManifest.Input(
        source: files[place].source.source, path: files[place].displayName, bytes: Int(info.st_size),
        modified: Int(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(info.st_mtim.tv_nsec))
      input.digest = indexes[place].digest
      input.rows = indexes[place].rows
      return input
    }
  }

  private func rowsInChunks(_ pairing: PairingResult, _ layout: ChunkLayout) -> [Int] {
    var rows = [Int](repeating: 0, count: layout.count)
    for row in pairing.hubspot.indices where !pairing.hubspot[row].isRejected { rows[layout.hubspot(row)] += 1 }
    for row in pairing.salesforce.indices where !pairing.salesforce[row].isRejected {
      rows[layout.salesforce(row)] += 1
    }
    return rows
  }
}
