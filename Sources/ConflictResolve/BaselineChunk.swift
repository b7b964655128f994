import CRM
import CSV
import Records
import Staging

/// The rows of the baseline that belong to a chunk, in memory, found by pair.
final class BaselineChunk: @unchecked Sendable {
  /// A row: a pair, or a create that no export has shown (one of the ids is missing).
  struct Entry {
    var hubspotID: UInt64
    var object: UInt8
    var objectName: String
    var salesforceID: SalesforceKey?
    var missed: Int
    /// Which of its records the exports have.
    var hubspotIsThere: Bool
    var salesforceIsThere: Bool
    /// Where its cells are.
    var batch: Int32
    var row: Int32
  }

  private var batches: [BatchHolder] = []
  private(set) var entries: [Entry] = []
  private var pairs = RowTable(capacity: 0)
  /// Whether a pair of the run is this entry; a byte each, so that threads may set different ones.
  private var found = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

  /// Reads the `extract/OBJECT/baseline` table of a chunk.
  init(_ plan: ObjectPlan, chunk: Int, from store: any StagingStore) throws {
    let name = TableName(.extract, plan.object, "baseline", chunk: chunk)
    let layout = BaselineLayout(plan)
    let reader = try store.reader(name)
    var blocks = BlockScanner()
    var index = RecordIndex()
    var isFirst = true
    while true {
      var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
      guard try blocks.next(into: &buffer, &index, read: reader.read) else { break }
      let start = isFirst ? 1 : 0
      isFirst = false
      let rows = max(0, index.recordCount - start)
      let holder = BatchHolder(RecordBatch(columnCount: layout.cells.count, rowCapacity: rows, arena: buffer))
      for record in start..<max(start, index.recordCount) {
        let mark = index[record: record]
        guard Int(mark.fieldCount) == layout.columns.count, add(index, mark, holder, plan) else {
          throw StagingError.damaged(name, "row \(record) cannot be read")
        }
      }
      batches.append(holder)
    }
    found = .allocate(capacity: entries.count)
    found.initialize(repeating: 0)
    indexPairs()
  }

  deinit { found.deallocate() }

  private func indexPairs() {
    pairs = RowTable(capacity: entries.count)
    for (number, entry) in entries.enumerated() {
      let salesforceID = entry.salesforceID ?? .absent
      _ = pairs.insert(number, entry.hubspotID ^ salesforceID.hash) { isPair($0, entry.hubspotID, salesforceID) }
    }
  }

  private func isPair(_ number: Int, _ hubspot: UInt64, _ salesforce: SalesforceKey) -> Bool {
    entries[number].hubspotID == hubspot && (entries[number].salesforceID ?? .absent) == salesforce
  }

  private func add(
    _ index: borrowing RecordIndex, _ mark: RecordMark, _ holder: BatchHolder, _ plan: ObjectPlan
  ) -> Bool {
    let first = Int(mark.firstField)
    let row = holder.batch.appendRow(RowInfo(row: 0))
    for column in 0..<holder.batch.columnCount {
      holder.batch[row, column] = index[field: first + BaselineLayout.leading.count + column]
    }
    func leading(_ place: Int) -> Bytes { holder.batch.bytes(index[field: first + place]) }
    guard let missed = Int(decimal: leading(3)), BaselineLayout.missedRange.contains(missed),
      let hubspotID = leading(0).count == 0 ? 0 : UInt64(digits: leading(0))
    else {
      return false
    }
    let salesforceID = leading(2).count == 0 ? nil : SalesforceKey(leading(2))
    let name = leading(1).text
    let there = leading(4)
    entries.append(
      Entry(
        hubspotID: hubspotID, object: UInt8(plan.salesforceObjects.firstIndex(of: name) ?? Int(UInt8.max)),
        objectName: name, salesforceID: salesforceID, missed: missed,
        hubspotIsThere: there.contains(UInt8(ascii: "h")), salesforceIsThere: there.contains(UInt8(ascii: "s")),
        batch: Int32(batches.count), row: Int32(row)))
    return true
  }

  /// The number of the entry of a pair, which then counts as found.
  func find(_ hubspot: UInt64, _ salesforce: SalesforceKey) -> Int? {
    guard let number = pairs.find(hubspot ^ salesforce.hash, { isPair($0, hubspot, salesforce) }) else { return nil }
    found[number] = 1
    return number
  }

  /// The create that was made for a record of one side counts as found: its pair is there, or it was made again.
  func findCreate(hubspot: Bytes = .none, salesforce: Bytes = .none) {
    guard !entries.isEmpty else { return }
    if let id = UInt64(digits: hubspot) { _ = find(id, .absent) }
    if salesforce.count > 0, let key = SalesforceKey(salesforce) { _ = find(0, key) }
  }

  /// Whether the run has settled the entry: a pair of it, or a create of one of its records.
  func isFound(_ number: Int) -> Bool { found[number] != 0 }

  /// A cell of an entry: absent means that there is no baseline.
  func cell(_ entry: Int, _ column: Int) -> (bytes: Bytes, isAbsent: Bool) {
    let place = entries[entry]
    let field = batches[Int(place.batch)].batch[Int(place.row), column]
    return (batches[Int(place.batch)].batch.bytes(field), field.isAbsent)
  }
}

/// Keeps a batch, which cannot be copied, in an array.
private final class BatchHolder {
  var batch: RecordBatch
  init(_ batch: consuming RecordBatch) { self.batch = batch }
}
