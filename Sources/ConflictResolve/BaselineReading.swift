import CRM
import CSV
import Parallel
import Records
import Staging
import Synchronization

/// Reads the baseline of a chunk into memory, with all threads.
final class BaselineReading: @unchecked Sendable {
  private let table: TableName
  private let columnCount: Int
  private let blocks: TableBlocks
  /// Touched only by the thread that cuts off a block.
  private var text = TextPieces()
  private let parts = Mutex<[(number: Int, entries: [BaselineChunk.Entry])]>([])

  init(_ table: TableName, columnCount: Int, _ reader: any TableReader) {
    self.table = table
    self.columnCount = columnCount
    blocks = TableBlocks(reader) { .damaged(table, $0) }
  }

  /// Reads all of it; gives its rows in their order.
  ///
  /// - Throws: `StagingError.damaged` if it is not what extract writes.
  func run(_ workers: Workers) throws -> [BaselineChunk.Entry] {
    try workers.forEach(workers.count) { _, _ in try readBlocks() }
    return parts.withLock { parts in parts.sorted { $0.number < $1.number }.flatMap(\.entries) }
  }

  /// Hands on the text.
  func takeText() -> TextPieces {
    var taken = TextPieces()
    swap(&taken, &text)
    return taken
  }

  private func readBlocks() throws {
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    while let place = try blocks.next(into: &buffer, &index, seen: { text.append($0) }) {
      var entries: [BaselineChunk.Entry] = []
      entries.reserveCapacity(index.recordCount)
      // The first record of the table is its header.
      for record in (place.number == 0 ? 1 : 0)..<max(place.number == 0 ? 1 : 0, index.recordCount) {
        let isLast = record + 1 == index.recordCount
        let end = isLast ? place.bytes.count : Int(index[record: record + 1].offset)
        guard let entry = entry(index, record, buffer, end: end, at: place.bytes.lowerBound) else {
          throw StagingError.damaged(table, "row \(record) cannot be read")
        }
        entries.append(entry)
      }
      parts.withLock { $0.append((place.number, entries)) }
    }
  }

  private func entry(
    _ index: borrowing RecordIndex, _ record: Int, _ buffer: borrowing ByteBuffer, end: Int, at byte: Int
  ) -> BaselineChunk.Entry? {
    let mark = index[record: record]
    guard mark.fault == .none, Int(mark.fieldCount) == columnCount else { return nil }
    func leading(_ place: Int) -> Bytes {
      let field = index[field: Int(mark.firstField) + place]
      return buffer.part(Int(field.offset), field.count)
    }
    guard let missed = Int(decimal: leading(3)), BaselineLayout.missedRange.contains(missed),
      let hubspotID = leading(0).count == 0 ? 0 : UInt64(digits: leading(0)),
      let salesforceID = leading(2).count == 0 ? .absent : SalesforceKey(leading(2))
    else { return nil }
    let there = leading(4)
    return BaselineChunk.Entry(
      hubspotID: hubspotID, salesforceID: salesforceID, missed: Int32(missed),
      start: byte + Int(mark.offset), count: Int32(end - Int(mark.offset)),
      hubspotIsThere: there.contains(UInt8(ascii: "h")), salesforceIsThere: there.contains(UInt8(ascii: "s")))
  }
}
