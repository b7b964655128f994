import CSV
import Records

/// The rows of a batch as a staged table has them, and where each of them ends, so that the next stage can write them on.
public struct EncodedRows: ~Copyable {
  private var text = ByteBuffer(capacity: 1 << 20)
  /// Where the rows end, their line ends included.
  private var ends: [Int] = []

  /// No rows.
  public init() {}

  /// The rows, until they next change.
  public var bytes: Bytes { text.bytes }

  /// Forgets the rows; the memory stays.
  public mutating func clear() {
    text.clear()
    ends.removeAll(keepingCapacity: true)
  }

  /// Appends the rows of a batch.
  public mutating func append(_ batch: borrowing RecordBatch, _ layout: TableLayout) {
    for row in 0..<batch.rowCount { append(row, of: batch, layout) }
  }

  /// Appends the rows of a batch that lie in `earlier` as an earlier stage has left them; this one has only added cells.
  ///
  /// Their text is copied as it is: to write all their cells anew took 1.5% of a night. Only what has issues is written anew,
  /// since a row names them before its cells.
  public mutating func append(
    _ batch: borrowing RecordBatch, _ layout: TableLayout, behind earlier: borrowing EncodedRows,
    of earlierLayout: TableLayout
  ) {
    let (known, count) = (earlierLayout.cells.count, layout.cells.count)
    var start = 0
    for row in 0..<batch.rowCount {
      let end = earlier.ends[row]
      if batch.hasIssue(row: row, count: count) {
        append(row, of: batch, layout)
      } else {
        text.append(earlier.text.part(start, end &- start &- 1))
        text.appendCSVCells(batch.fields(ofRow: row, from: known, count: count &- known), of: batch.arena.base)
        text.append(UInt8(ascii: "\n"))
        ends.append(text.count)
      }
      start = end
    }
  }

  private mutating func append(_ row: Int, of batch: borrowing RecordBatch, _ layout: TableLayout) {
    StagedRows.encode(row, of: batch, layout, into: &text)
    ends.append(text.count)
  }
}
