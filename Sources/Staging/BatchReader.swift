import CSV
import Foundation
import Records

/// Where a thread keeps the batch that it has taken from a table. Made once, and used again.
public struct StagedBlock: ~Copyable {
  /// The rows of the block.
  public var batch: RecordBatch
  fileprivate var index = RecordIndex()

  /// An empty one, for batches of so many columns.
  public init(columnCount: Int) { batch = Self.emptyBatch(columnCount) }

  /// Hands the batch on; an empty one is left.
  public mutating func take() -> RecordBatch {
    var taken = Self.emptyBatch(batch.columnCount)
    swap(&batch, &taken)
    return taken
  }

  /// A block becomes the arena of its batch; a sixth more leaves room for the values that normalize changes.
  private static func emptyBatch(_ columnCount: Int) -> RecordBatch {
    RecordBatch(
      columnCount: columnCount, rowCapacity: 0, arenaCapacity: BlockScanner.blockSize + BlockScanner.blockSize / 6)
  }
}

/// Reads a staged table a batch at a time. Threads take the batches in the order of the table, each as it gets to it.
///
/// One thread at a time cuts off a block; it makes the rows of its block while the next thread cuts. So of a table only the
/// batches are in memory that somebody works on, or keeps.
public final class BatchReader: @unchecked Sendable {
  private let table: TableName
  private let layout: TableLayout
  private let projection: StagedRows.Projection
  private let reader: any TableReader
  private let lock = NSLock()
  private var blocks = BlockScanner()
  private var taken = 0
  private var hasEnded = false

  /// Opens a table.
  ///
  /// - Throws: `StagingError.missing` if the stage before has not left it.
  public init(
    _ table: TableName, _ layout: TableLayout, _ projection: StagedRows.Projection, from store: any StagingStore
  ) throws {
    self.table = table
    self.layout = layout
    self.projection = projection
    reader = try store.reader(table)
  }

  /// Takes the next batch, and gives its number, from 0; nil when none is left.
  ///
  /// - Throws: `StagingError.damaged` if the table is not what `StagedRows.encode` writes.
  public func next(into block: inout StagedBlock) throws -> Int? {
    precondition(block.batch.columnCount == projection.columnCount, "the block is for another table")
    guard let number = try cut(into: &block) else { return nil }
    let isFirst = number == 0
    if isFirst { try StagedRows.checkHeader(block.index, block.batch.arena, table, layout) }
    let start = isFirst ? 1 : 0
    block.batch.begin(rows: block.index.recordCount - start)
    try StagedRows.fill(&block.batch, block.index, from: start, table, layout, projection)
    return number
  }

  private func cut(into block: inout StagedBlock) throws -> Int? {
    lock.lock()
    defer { lock.unlock() }
    guard !hasEnded else { return nil }
    // Whatever happens now, nobody goes on behind it.
    hasEnded = true
    guard try nextBlock(&block.batch.arena, &block.index) else {
      if taken == 0 { throw StagingError.damaged(table, "it has no header") }
      return nil
    }
    hasEnded = false
    taken += 1
    return taken - 1
  }

  /// The next block; what is no CSV was not written here.
  private func nextBlock(_ buffer: inout ByteBuffer, _ index: inout RecordIndex) throws -> Bool {
    do {
      return try blocks.next(into: &buffer, &index, read: reader.read)
    } catch let error as CSVError {
      throw StagingError.damaged(table, "\(error)")
    } catch BlockError.recordTooLong(let line) {
      throw StagingError.damaged(table, "the row on line \(line) is too long")
    }
  }
}
