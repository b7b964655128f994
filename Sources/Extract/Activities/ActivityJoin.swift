import Activities
import CRM
import Foundation
import Parallel
import Records
import Staging

/// What the joins of an extract find out about rows: notes for the columns that extract puts in, and rows that are
/// repeated.
final class JoinResults: @unchecked Sendable {
  /// How many rows share a page of notes.
  static let pageSize = 1 << 18

  /// Notes by page; the number of a page is `pages(of:)` of its source and the row's page.
  let notes: SpillSet
  private let lock = NSLock()
  private var repeated: [[Int]]
  private var rejects: [(place: (Int, Int, Int), row: RejectedPresence)] = []
  /// The first row of each file of each source.
  private let firstRows: [[Int]]
  private let firstPages: [Int]

  /// What is wrong with a row of a source that is not staged.
  struct RejectedPresence {
    var source: Int
    var file: Int
    var row: Int
    var id: [UInt8]
    var code: IssueCode
    var field: String
    var value: [UInt8]
  }

  init(notes: SpillSet, firstRows: [[Int]], rowCounts: [Int]) {
    self.notes = notes
    self.firstRows = firstRows
    repeated = firstRows.map { _ in [] }
    var pages: [Int] = []
    var next = 0
    for count in rowCounts {
      pages.append(next)
      next += count / Self.pageSize + 1
    }
    firstPages = pages
  }

  /// The number of an entry's row in its source.
  func row(_ entry: JoinEntry) -> Int { firstRows[Int(entry.source)][Int(entry.file)] + Int(entry.row) }

  /// The bucket of the notes of a row of a source.
  func page(_ source: Int, _ row: Int) -> Int { firstPages[source] + row / Self.pageSize }

  /// Notes that a row is repeated: another one with its id was modified later.
  func noteRepeated(_ source: Int, rows: [Int]) {
    guard !rows.isEmpty else { return }
    lock.withLock { repeated[source] += rows }
  }

  /// The repeated rows of a source, in order.
  func repeatedRows(of source: Int) -> [Int] { lock.withLock { repeated[source].sorted() } }

  /// Notes what is wrong with a row that is not staged.
  func reject(_ row: RejectedPresence) {
    lock.withLock { rejects.append(((row.source, row.file, row.row), row)) }
  }

  /// What is wrong with rows that are not staged, in the order of the sources and their rows.
  func rejectedPresences() -> [RejectedPresence] {
    lock.withLock { rejects.sorted { $0.place < $1.place }.map(\.row) }
  }
}

/// Joins the rows of an activity pipeline by ids, a bucket at a time: which are repeated, which HubSpot has, what belongs
/// to them.
struct ActivityJoin: Sendable {
  let plan: ActivityPlan
  let spills: JoinSpills
  let results: JoinResults
  let workers: Workers

  /// Runs the joins, in the order in which they need each other.
  ///
  /// - Throws: `StagingError.failed` if the disk is full, or cannot be read.
  func run() throws {
    if plan.isImport {
      try forEachBucket(spills.first, tellApart)
      try forEachBucket(spills.shown, findShown)
    }
    try forEachBucket(spills.facts, tellFacts)
  }

  /// What is done with all entries of a key.
  private typealias GroupBody = @Sendable (ArraySlice<JoinEntry>, Bytes, inout JoinOutput) throws -> Void

  /// Goes through the keys of all buckets.
  private func forEachBucket(_ spill: SpillSet, _ body: GroupBody) throws {
    try workers.forEach(JoinKey.buckets) { _, bucket in
      let buffer = try spill.take(bucket)
      let entries = JoinEntry.readSorted(buffer.bytes)
      var output = JoinOutput(results)
      var start = 0
      while start < entries.count {
        var end = start + 1
        while end < entries.count, entries[end].key == entries[start].key { end += 1 }
        try body(entries[start..<end], buffer.bytes, &output)
        start = end
      }
    }
  }

  /// Of several rows of one source with one id the last modified; at equal times the later row.
  private func survivor(_ rows: ArraySlice<JoinEntry>) -> JoinEntry? {
    rows.max { ($0.time, results.row($0)) < ($1.time, results.row($1)) }
  }

  // MARK: Messages, and HubSpot's activities

  private func tellApart(_ group: ArraySlice<JoinEntry>, _ bytes: Bytes, _ output: inout JoinOutput) throws {
    guard let kept = survivor(group) else { return }
    let source = Int(kept.source)
    let others = group.filter { $0.row != kept.row || $0.file != kept.file }
    if case .presence(let kind) = plan.sources[source].role {
      for other in others { reject(other, .duplicateID, bytes) }
      try tellPresence(kept, kind, bytes, &output)
    } else {
      results.noteRepeated(source, rows: others.map { results.row($0) })
      try tellMessage(kept, bytes, &output)
    }
  }

  private func reject(
    _ entry: JoinEntry, _ code: IssueCode, field: String = "", value: Bytes = .none, _ bytes: Bytes
  ) {
    results.reject(
      .init(
        source: Int(entry.source), file: Int(entry.file), row: Int(entry.row),
        id: Array(Texts.read(entry.payload(in: bytes), 2)), code: code, field: field, value: Array(value)))
  }

  private func tellPresence(
    _ kept: JoinEntry, _ kind: ActivityKind, _ bytes: Bytes, _ output: inout JoinOutput
  ) throws {
    let payload = kept.payload(in: bytes)
    let wrong = Texts.read(payload, 1)
    if wrong.count > 0 { reject(kept, .invalidID, field: plan.activityIDProperty, value: wrong, bytes) }
    let id = Texts.read(payload, 0)
    guard id.count > 0 else { return }
    try output.put(JoinEntry(JoinKey(id), .presence, source: kind.rawValue, row: 0), .none, into: spills.shown)
  }

  private func tellMessage(_ kept: JoinEntry, _ bytes: Bytes, _ output: inout JoinOutput) throws {
    var own = kept
    own.kind = .own
    try output.put(own, .none, into: spills.facts)
    let payload = kept.payload(in: bytes)
    let task = Texts.read(payload, 0)
    guard task.count > 0, Texts.read(payload, 1).count == 0 else { return }
    var message = kept
    message.key = JoinKey(task)
    message.kind = .message
    try output.put(message, .none, into: spills.facts)
  }

  // MARK: What HubSpot shows

  /// Decides whether what earlier runs have loaded is there: exports are truth, the ledger is only what was to be sent
  /// (activities-pipelines 4, "Not arrived").
  private func findShown(_ group: ArraySlice<JoinEntry>, _ bytes: Bytes, _ output: inout JoinOutput) throws {
    let shown = group.filter { $0.kind == .presence }
    for entry in shown {
      try output.put(
        JoinEntry(entry.key, .presence, source: Int(entry.source), row: 0), .none, into: spills.facts)
    }
    for entry in group where entry.kind == .ledger {
      let payload = entry.payload(in: bytes)
      guard let kind = ActivityKind(name: Texts.read(payload, 0)) else { continue }
      let clock = Moment(Texts.read(payload, 2))
      let exported = plan.exportedAt[kind]
      let isLate = shown.isEmpty && exported.map { exported in clock.map { exported > $0 } ?? false } ?? false
      let id = Texts.read(payload, 1)
      try output.put(
        JoinEntry(JoinKey(id), .ledger, source: kind.rawValue, row: isLate ? 1 : 0), .none, into: spills.facts)
    }
  }

  // MARK: All that is known of an activity

  private func tellFacts(_ group: ArraySlice<JoinEntry>, _ bytes: Bytes, _ output: inout JoinOutput) throws {
    let owns = group.prefix { $0.kind == .own }
    var kept: [JoinEntry] = []
    for source in plan.sources.indices where plan.sources[source].isActivity {
      let rows = owns.filter { Int($0.source) == source }[...]
      guard let survivor = survivor(rows) else { continue }
      kept.append(survivor)
      guard rows.count > 1 else { continue }
      results.noteRepeated(
        source, rows: rows.filter { $0.row != survivor.row || $0.file != survivor.file }.map { results.row($0) })
    }
    // Most activities of a first import have nothing but their own row.
    guard group.count > owns.count else { return }
    if plan.isImport {
      try tellImport(kept, group, bytes, &output)
    } else {
      try tellSync(kept, group, bytes, &output)
    }
  }

  private func tellSync(
    _ kept: [JoinEntry], _ group: ArraySlice<JoinEntry>, _ bytes: Bytes, _ output: inout JoinOutput
  ) throws {
    for own in kept {
      for entry in group where entry.kind == .ledger && entry.source == own.source {
        try output.note(own, .ledger, entry.payload(in: bytes), plan)
      }
      for entry in group where entry.kind == .relation {
        guard case .relations(_, let column) = plan.sources[Int(entry.source)].role else { continue }
        try output.note(own, column, entry.payload(in: bytes), plan)
      }
    }
  }

  private func tellImport(
    _ kept: [JoinEntry], _ group: ArraySlice<JoinEntry>, _ bytes: Bytes, _ output: inout JoinOutput
  ) throws {
    let known = group.filter { $0.kind == .presence || ($0.kind == .ledger && $0.row == 0) }
    let messages = group.filter { $0.kind == .message }
    let relations = group.filter { $0.kind == .relation }
    for own in kept {
      if !known.isEmpty {
        try output.note(own, .known, "here", plan)
        if let last = group.last(where: { $0.kind == .digest }) {
          try output.note(own, .createdAs, Texts.read(last.payload(in: bytes), 0), plan)
          try output.note(own, .digest, Texts.read(last.payload(in: bytes), 1), plan)
        }
      } else if group.contains(where: { $0.kind == .ledger }) {
        try output.note(own, .known, "late", plan)
      }
      if !messages.isEmpty { try output.note(own, .message, "true", plan) }
      for relation in relations { try output.note(own, .relations, relation.payload(in: bytes), plan) }
    }
    guard !messages.isEmpty else { return }
    let isThereAsEmail = known.contains { Int($0.source) == ActivityKind.emails.rawValue }
    let task = kept.first { plan.sources[Int($0.source)].name == "Task" }
    for message in messages {
      if isThereAsEmail { try output.note(message, .known, "here", plan) }
      if let task { try tellTask(task, message, bytes, &output) }
      for relation in relations { try output.note(message, .relations, relation.payload(in: bytes), plan) }
    }
  }

  private func tellTask(
    _ task: JoinEntry, _ message: JoinEntry, _ bytes: Bytes, _ output: inout JoinOutput
  ) throws {
    let columns: [JoinedColumn] = [.task, .taskOwner, .taskWho, .taskWhat, .taskAccount]
    for (number, column) in columns.enumerated() {
      let value = Texts.read(task.payload(in: bytes), number)
      if value.count > 0 { try output.note(message, column, value, plan) }
    }
  }
}

/// What a bucket's join writes: entries of later joins, and notes. One a thread.
struct JoinOutput: ~Copyable {
  private let results: JoinResults
  private var entry = ByteBuffer(capacity: 512)

  init(_ results: JoinResults) { self.results = results }

  /// Hands an entry on to a later join.
  mutating func put(_ item: JoinEntry, _ payload: Bytes, into spill: SpillSet) throws {
    entry.clear()
    item.write(payload, into: &entry)
    try spill.append(item.key.bucket, entry.bytes)
  }

  /// Notes a value for a column of a row.
  mutating func note(_ own: JoinEntry, _ column: JoinedColumn, _ value: Bytes, _ plan: ActivityPlan) throws {
    let source = Int(own.source)
    guard let place = plan.sources[source].find(column.rawValue) else { return }
    let row = results.row(own)
    entry.clear()
    RowNote.write(row: row, column: place, value, into: &entry)
    try results.notes.append(results.page(source, row), entry.bytes)
  }

  /// Notes a word for a column of a row.
  mutating func note(_ own: JoinEntry, _ column: JoinedColumn, _ word: StaticString, _ plan: ActivityPlan) throws {
    try note(own, column, Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount), plan)
  }
}

/// A value that extract puts into a column of a row; several for one column follow one another, a line each.
struct RowNote {
  var row: Int
  var column: Int
  var order: Int
  var start: Int
  var count: Int

  private static let headSize = 16

  static func write(row: Int, column: Int, _ value: Bytes, into out: inout ByteBuffer) {
    out.reserve(headSize)
    let head = UnsafeMutableRawPointer(out.base + out.count)
    head.storeBytes(of: Int64(row), as: Int64.self)
    head.storeBytes(of: Int32(truncatingIfNeeded: column), toByteOffset: 8, as: Int32.self)
    head.storeBytes(of: UInt32(truncatingIfNeeded: value.count), toByteOffset: 12, as: UInt32.self)
    out.commit(headSize)
    out.append(value)
  }

  /// The notes of a page, by row and column, those of one column in the order in which they were made.
  static func readSorted(_ bytes: Bytes) -> [RowNote] {
    var notes: [RowNote] = []
    var place = 0
    while let base = bytes.baseAddress, place + headSize <= bytes.count {
      let head = UnsafeRawPointer(base + place)
      let count = Int(head.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
      notes.append(
        RowNote(
          row: Int(head.loadUnaligned(as: Int64.self)),
          column: Int(head.loadUnaligned(fromByteOffset: 8, as: Int32.self)), order: notes.count,
          start: place + headSize, count: count))
      place += headSize + count
    }
    notes.sort { ($0.row, $0.column, $0.order) < ($1.row, $1.column, $1.order) }
    return notes
  }
}
