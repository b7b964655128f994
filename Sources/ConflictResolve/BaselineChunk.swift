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
    /// Where its cells are.
    var batch: Int32
    var row: Int32
  }

  private struct PairKey: Hashable {
    var hubspot: UInt64
    var salesforce: SalesforceKey
  }

  private var batches: [BatchHolder] = []
  private(set) var entries: [Entry] = []
  private var pairs: [PairKey: Int] = [:]

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
  }

  private func add(_ index: borrowing RecordIndex, _ mark: RecordMark, _ holder: BatchHolder, _ plan: ObjectPlan) -> Bool {
    let first = Int(mark.firstField)
    let row = holder.batch.appendRow(RowInfo(row: 0))
    for column in 0..<holder.batch.columnCount {
      holder.batch[row, column] = index[field: first + BaselineLayout.leading.count + column]
    }
    func leading(_ place: Int) -> Bytes { holder.batch.bytes(index[field: first + place]) }
    guard let missed = Int(decimal: leading(3)) else { return false }
    let hubspotID = UInt64(Int(decimal: leading(0)) ?? 0)
    let salesforceID = leading(2).count == 0 ? nil : SalesforceKey(leading(2))
    let name = leading(1).text
    let entry = Entry(
      hubspotID: hubspotID, object: UInt8(plan.salesforceObjects.firstIndex(of: name) ?? Int(UInt8.max)),
      objectName: name, salesforceID: salesforceID, missed: missed, batch: Int32(batches.count), row: Int32(row))
    if let salesforceID, hubspotID != 0 {
      pairs[PairKey(hubspot: hubspotID, salesforce: salesforceID)] = entries.count
    }
    entries.append(entry)
    return true
  }

  /// The number of the entry of a pair.
  func find(_ hubspot: UInt64, _ salesforce: SalesforceKey) -> Int? {
    pairs.isEmpty ? nil : pairs[PairKey(hubspot: hubspot, salesforce: salesforce)]
  }

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
