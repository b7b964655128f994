import CRM
import Parallel
import Records
import Staging

/// The rows of the baseline that belong to a chunk, found by pair. In memory are their text and a few numbers of each; their
/// cells are looked for when a `RememberedRow` takes one of them.
final class BaselineChunk: @unchecked Sendable {
  /// A row: a pair, or a create that no export has shown (one of the ids is missing).
  struct Entry {
    /// 0 where there is none.
    var hubspotID: UInt64
    /// `absent` where there is none.
    var salesforceID: SalesforceKey
    var missed: Int32
    /// Where its text is.
    var start: Int
    var count: Int32
    /// Which of its records the exports have.
    var hubspotIsThere: Bool
    var salesforceIsThere: Bool

    var isPair: Bool { hubspotID != 0 && salesforceID != .absent }
    fileprivate var hash: UInt64 { Self.hash(hubspotID, salesforceID) }

    fileprivate static func hash(_ hubspot: UInt64, _ salesforce: SalesforceKey) -> UInt64 {
      hubspot ^ salesforce.hash
    }
  }

  private let table: TableName
  private let text: TextPieces
  /// How many cells a row has, the leading ones too.
  let columnCount: Int
  /// The rows in the order of their table.
  let entries: [Entry]
  /// Nearly all entries are pairs, and creates are looked up for every pair: so they have a table of their own.
  private let pairs: RowTable
  private let creates: RowTable
  private let hasCreates: Bool
  /// Whether a pair of the run is this entry; a byte each, so that threads may set different ones.
  private let found: UnsafeMutableBufferPointer<UInt8>

  /// Reads the `extract/OBJECT/baseline` table of a chunk.
  ///
  /// - Throws: `StagingError` if it is missing or damaged.
  init(_ plan: ObjectPlan, chunk: Int, from store: any StagingStore, workers: Workers) throws {
    table = TableName(.extract, plan.object, "baseline", chunk: chunk)
    columnCount = BaselineLayout(plan).columns.count
    let reading = BaselineReading(table, columnCount: columnCount, try store.reader(table))
    let entries = try reading.run(workers)
    self.entries = entries
    text = reading.takeText()
    found = .allocate(capacity: entries.count)
    found.initialize(repeating: 0)
    let createCount = entries.count { !$0.isPair }
    var pairs = RowTable(capacity: entries.count - createCount)
    var creates = RowTable(capacity: createCount)
    for (number, entry) in entries.enumerated() {
      func isSame(_ other: Int) -> Bool { Self.isSame(entries[other], entry.hubspotID, entry.salesforceID) }
      if entry.isPair {
        _ = pairs.insert(number, entry.hash, isSame)
      } else {
        _ = creates.insert(number, entry.hash, isSame)
      }
    }
    self.pairs = pairs
    self.creates = creates
    hasCreates = createCount > 0
  }

  deinit { found.deallocate() }

  private static func isSame(_ entry: Entry, _ hubspot: UInt64, _ salesforce: SalesforceKey) -> Bool {
    entry.hubspotID == hubspot && entry.salesforceID == salesforce
  }

  /// The number of the entry of a pair, which then counts as found.
  func find(_ hubspot: UInt64, _ salesforce: SalesforceKey) -> Int? {
    mark(
      pairs.find(Entry.hash(hubspot, salesforce)) { Self.isSame(entries[$0], hubspot, salesforce) })
  }

  /// The create that was made for a record of one side counts as found: its pair is there, or it was made again.
  func findCreate(hubspot: Bytes = .none, salesforce: Bytes = .none) {
    guard hasCreates else { return }
    if let id = UInt64(digits: hubspot) { findCreate(id, .absent) }
    if salesforce.count > 0, let key = SalesforceKey(salesforce) { findCreate(0, key) }
  }

  private func findCreate(_ hubspot: UInt64, _ salesforce: SalesforceKey) {
    _ = mark(
      creates.find(Entry.hash(hubspot, salesforce)) { Self.isSame(entries[$0], hubspot, salesforce) })
  }

  private func mark(_ number: Int?) -> Int? {
    if let number { found[number] = 1 }
    return number
  }

  /// Whether the run has settled the entry: a pair of it, or a create of one of its records.
  func isFound(_ number: Int) -> Bool { found[number] != 0 }

  // MARK: Memory

  /// The number of the entry that `find` looks at first, or -1, so that it can be asked for before it is used.
  func firstCandidate(_ hubspot: UInt64, _ salesforce: SalesforceKey) -> Int32 {
    pairs.first(Entry.hash(hubspot, salesforce))
  }

  /// Reads what `RememberedRow` will copy of an entry, and gives a sum of it.
  func touch(_ number: Int) -> UInt32 { text.touch(place(of: number)) }

  private func place(of number: Int) -> Range<Int> {
    let entry = entries[number]
    return entry.start..<entry.start + Int(entry.count)
  }

  /// Appends the text of an entry, line end included.
  func copy(_ number: Int, to out: inout ByteBuffer) { text.copy(place(of: number), to: &out) }

  /// The error for an entry whose text is not what it was.
  var damage: StagingError { .damaged(table, "a row cannot be read again") }
}
