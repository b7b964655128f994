import Activities
import CRM
import Foundation
import Parallel
import Records
import Staging

/// The first stage of an activity pipeline: reads each export, joins its rows by id, and cuts them into chunks.
///
/// Two passes over a file. The first gathers what rows must know of each other: ids and times, relations, what HubSpot
/// and the ledger have. The second writes the rows with what was found, chunks in parallel. Afterwards a chunk needs
/// nothing from outside it but the lookup sources, which are staged whole.
public struct ActivityExtractor: Sendable {
  private let plan: ActivityPlan
  private let store: any StagingStore
  private let ledger: any ActivityLedger
  private let workers: Workers
  private let chunkSize: Int
  private let scratch: String
  private let maxRejects: @Sendable (Int) -> Int

  /// An extract stage. `scratch` is a folder for unpacked copies and for joins that are larger than memory should be.
  public init(
    _ plan: ActivityPlan, store: any StagingStore, ledger: any ActivityLedger, workers: Workers, chunkSize: Int,
    scratch: String, maxRejects: @escaping @Sendable (Int) -> Int
  ) {
    self.plan = plan
    self.store = store
    self.ledger = ledger
    self.workers = workers
    self.chunkSize = chunkSize
    self.scratch = scratch
    self.maxRejects = maxRejects
  }

  /// What extract found.
  public struct Result: Sendable {
    /// How many chunks there are.
    public var chunks: Int
    /// Rows staged in each chunk.
    public var rowsInChunks: [Int]
    /// For each source, by name: rows read.
    public var read: [String: Int]
    /// For each source, by name: those of them that cannot be used.
    public var rejected: [String: Int]
    /// The files as they were read.
    public var inputs: [RunManifest.Input]
    /// Of how many rows each file was rejected, by the places of `inputs`.
    public var unusable: [Int]
  }

  /// Stages all sources; `files` are those of the pipeline, by the source's name; `run` is the run that is worked on.
  ///
  /// - Throws: `SourceError` if a file is refused; `StagingError` if the store fails.
  public func run(_ files: [String: [SourceFile]], run: String) throws -> Result {
    for source in plan.sources { try store.clear(.extract, object: source.name) }
    let spills = JoinSpills(
      first: SpillSet(folder: scratch, name: "first"), shown: SpillSet(folder: scratch, name: "shown"),
      facts: SpillSet(folder: scratch, name: "facts"))
    let identities = Slots<LookupIdentities>(plan.sources.count)
    var scanned = try scan(try prepare(files), spills, identities)
    try LedgerReader(plan: plan, ledger: ledger, spills: spills).read(except: run)
    let results = JoinResults(
      notes: SpillSet(folder: scratch, name: "notes"), firstRows: scanned.map(\.firstRows),
      rowCounts: scanned.map(\.rows))
    try ActivityJoin(plan: plan, spills: spills, results: results, workers: workers).run()
    addRepeated(&scanned, results, identities)
    let chunks = try stage(scanned, results)
    return result(scanned, chunks, results)
  }

  // MARK: The first pass

  private func prepare(_ files: [String: [SourceFile]]) throws -> [(source: Int, number: Int, file: PreparedFile)] {
    var all: [(source: Int, number: Int, file: PreparedFile)] = []
    for (number, source) in plan.sources.enumerated() {
      let prepared = try (files[source.name] ?? []).flatMap {
        try ExportReading($0, of: source).prepare(scratch: scratch)
      }
      all += prepared.enumerated().map { (number, $0, $1) }
    }
    return all
  }

  private func scan(
    _ files: [(source: Int, number: Int, file: PreparedFile)], _ spills: JoinSpills,
    _ identities: Slots<LookupIdentities>
  ) throws -> [ScannedSource] {
    let found = Slots<ScannedFile>(files.count)
    // The files of a lookup source are read one after the other, since they share their identities.
    var pieces: [[Int]] = []
    for place in files.indices {
      if case .lookup = plan.sources[files[place].source].role, place > 0,
        files[place - 1].source == files[place].source
      {
        pieces[pieces.count - 1].append(place)
      } else {
        pieces.append([place])
      }
    }
    // The largest first: the others are read beside it.
    pieces.sort { Self.size(files[$0[0]].file) > Self.size(files[$1[0]].file) }
    let work = pieces
    try workers.forEach(work.count) { _, piece in
      for place in work[piece] { found[place] = try scan(files[place], spills, identities) }
    }
    return try plan.sources.indices.map { source in
      let mine = found.all().filter { $0.source == source }
      let firstRows = mine.indices.map { place in mine[..<place].reduce(0) { $0 + $1.rows } }
      let rows = mine.reduce(0) { $0 + $1.rows }
      guard rows <= Int(Int32.max) else {
        throw SourceError(
          mine.last?.file.displayName ?? "", "with the files before it has more than 2,147,483,647 rows")
      }
      let unreadable = mine.enumerated().flatMap { place, file in file.unreadable.map { $0 + firstRows[place] } }
      return ScannedSource(number: source, files: mine, rejected: unreadable, firstRows: firstRows, rows: rows)
    }
  }

  private static func size(_ file: PreparedFile) -> Int {
    var info = stat()
    return stat(file.path, &info) == 0 ? Int(info.st_size) : 0
  }

  private func scan(
    _ item: (source: Int, number: Int, file: PreparedFile), _ spills: JoinSpills, _ identities: Slots<LookupIdentities>
  ) throws -> ScannedFile {
    let source = plan.sources[item.source]
    var scanner = ActivityScanner(item.file, source)
    if case .lookup = source.role {
      var known = identities[item.source] ?? LookupIdentities()
      let merged = source.find("hs_merged_object_ids")
      let result = try scanner.run(source: item.source, file: item.number, maxInvalid: maxRejects) {
        row, _, reader, index, mark, buffer in
        let time = reader.time(index, mark, buffer)
        let list = merged.map { reader.text($0, index, mark, buffer) } ?? .none
        known.add(reader.key.bytes, file: item.number, row: row, time: time, merged: list)
      }
      identities[item.source] = known
      return result
    }
    let box = GathererBox(FactGatherer(plan, source: item.source, file: item.number, spills))
    return try scanner.run(source: item.source, file: item.number, maxInvalid: maxRejects) {
      row, _, reader, index, mark, buffer in
      try box.gatherer.add(row, &reader, index, mark, buffer)
    }
  }

  /// Carries a gatherer, which cannot be copied, into a closure.
  private final class GathererBox {
    var gatherer: FactGatherer
    init(_ gatherer: consuming FactGatherer) { self.gatherer = gatherer }
  }

  private func addRepeated(
    _ scanned: inout [ScannedSource], _ results: JoinResults, _ identities: Slots<LookupIdentities>
  ) {
    for source in scanned.indices {
      var more = results.repeatedRows(of: source)
      if var known = identities[source] {
        known.dropMerged()
        for (file, rows) in known.rejected { more += rows.map { scanned[source].firstRows[file] + $0 } }
        for (file, rows) in known.inherited {
          for (row, ids) in rows { scanned[source].inherited[scanned[source].firstRows[file] + row] = ids }
        }
      }
      guard !more.isEmpty else { continue }
      scanned[source].rejected = (scanned[source].rejected + more).sorted()
    }
  }

  // MARK: The second pass

  /// One table to write: a range of rows of a source, in a chunk.
  private struct Piece {
    var source: Int
    var chunk: Int
    var rows: Range<Int>
    var staged: Int
  }

  /// Chunks go over all activity sources, one behind the other, so that load files keep their order whatever the size.
  private func pieces(_ scanned: [ScannedSource]) -> (pieces: [Piece], chunks: Int) {
    let sources = plan.sources.indices.filter { plan.sources[$0].isActivity }
    let total = sources.reduce(0) { $0 + scanned[$1].staged }
    let chunks = max(1, (total + chunkSize - 1) / chunkSize)
    var pieces: [Piece] = []
    for chunk in 0..<chunks {
      var before = 0
      for source in sources {
        let mine = scanned[source]
        let first = min(max(chunk * chunkSize - before, 0), mine.staged)
        let last = min(max((chunk + 1) * chunkSize - before, 0), mine.staged)
        // Rejected rows at the start of a source belong to the chunk with its first staged row.
        let isStart = first == 0 && (chunk * chunkSize <= before || chunk == 0)
        let start = isStart ? 0 : mine.row(ofStaged: first)
        let end = last == mine.staged ? mine.rows : mine.row(ofStaged: last)
        let isMine = first < last || (mine.staged == 0 && chunk == 0)
        pieces.append(
          Piece(source: source, chunk: chunk, rows: isMine ? start..<max(start, end) : 0..<0, staged: last - first))
        before += mine.staged
      }
    }
    return (pieces, chunks)
  }

  private func stage(_ scanned: [ScannedSource], _ results: JoinResults) throws -> [Int] {
    let (pieces, chunks) = pieces(scanned)
    let lookups = plan.sources.indices.filter { isStagedWhole(plan.sources[$0]) }.map {
      Piece(source: $0, chunk: 0, rows: 0..<scanned[$0].rows, staged: scanned[$0].staged)
    }
    let all = lookups + pieces
    try workers.forEach(all.count) { _, place in
      let piece = all[place]
      let source = plan.sources[piece.source]
      let name = TableName(.extract, source.name, source.side.name, chunk: piece.chunk)
      let table = try store.writer(name, columns: ActivityTable(source.columnNames).columns)
      let rejects = try store.writer(
        TableName(.extract, source.name, "rejects", chunk: piece.chunk), columns: RejectRow.columns)
      var router = ChunkRouter(plan, scanned[piece.source], source.isActivity ? results : nil)
      try router.run(piece.rows, to: table, rejects: rejects)
      try table.commit()
      try rejects.commit()
    }
    try stageRejects(scanned, results)
    return (0..<chunks).map { chunk in pieces.filter { $0.chunk == chunk }.reduce(0) { $0 + $1.staged } }
  }

  private func isStagedWhole(_ source: ActivitySource) -> Bool {
    if case .lookup = source.role { return true }
    return false
  }

  /// The rejects of sources that are not staged themselves: relations, and what HubSpot has.
  private func stageRejects(_ scanned: [ScannedSource], _ results: JoinResults) throws {
    let presences = results.rejectedPresences()
    for (number, source) in plan.sources.enumerated() where !source.isActivity && !isStagedWhole(source) {
      let target = try store.writer(TableName(.extract, source.name, "rejects", chunk: 0), columns: RejectRow.columns)
      let mine = presences.filter { $0.source == number }
      try RejectFinder(source: source, scanned: scanned[number], presences: mine).write(to: target)
      try target.commit()
    }
  }

  private func result(_ scanned: [ScannedSource], _ chunks: [Int], _ results: JoinResults) -> Result {
    let duplicates = results.rejectedPresences().filter { $0.code == .duplicateID }
    var result = Result(
      chunks: chunks.count, rowsInChunks: chunks, read: [:], rejected: [:], inputs: [], unusable: [])
    for (number, source) in plan.sources.enumerated() {
      let repeated = duplicates.filter { $0.source == number }
      result.read[source.name] = scanned[number].rows
      result.rejected[source.name] = scanned[number].rejected.count + repeated.count
      for (place, file) in scanned[number].files.enumerated() {
        let rows = scanned[number].firstRows[place]..<scanned[number].firstRows[place] + file.rows
        result.inputs.append(input(file, source))
        result.unusable.append(
          scanned[number].rejected.count(where: { rows.contains($0) }) + repeated.count(where: { $0.file == place }))
      }
    }
    return result
  }

  private func input(_ file: ScannedFile, _ source: ActivitySource) -> RunManifest.Input {
    var info = stat()
    stat(file.file.source.path, &info)
    var input = RunManifest.Input(
      source: "\(source.side.name)/\(source.name)", path: file.file.displayName, bytes: Int(info.st_size),
      modified: Int(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(info.st_mtim.tv_nsec))
    input.digest = file.digest
    input.rows = file.rows
    return input
  }
}
