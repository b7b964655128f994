import CSV
import Records

/// Where a thread keeps the batch that it has taken from a table. Made once, and used again.
public struct StagedBlock: ~Copyable {
  /// The rows of the block.
  public var batch: RecordBatch
  fileprivate var index = RecordIndex()

  /// An empty one, for batches of so many columns. A block becomes the arena of its batch; a sixth more leaves room for the
  /// values that normalize changes.
  public init(columnCount: Int) {
    batch = RecordBatch(
      columnCount: columnCount, rowCapacity: 0, arenaCapacity: BlockScanner.blockSize + BlockScanner.blockSize / 6)
  }
}

/// Reads a staged table a batch at a time. Threads take the batches in the order of the table, as they take its blocks.
public final class BatchReader: Sendable {
  private let table: TableName
  private let layout: TableLayout
  private let projection: StagedRows.Projection
  private let blocks: TableBlocks

  /// Opens a table.
  ///
  /// - Throws: `StagingError.missing` if the stage before has not left it.
  public init(
    _ table: TableName, _ layout: TableLayout, _ projection: StagedRows.Projection, from store: any StagingStore
  ) throws {
    self.table = table
    self.layout = layout
    self.projection = projection
    blocks = TableBlocks(try store.reader(table)) { .damaged(table, $0) }
  }

  /// Takes the next batch, and gives its number, from 0; nil when none is left.
  ///
  /// - Throws: `StagingError.damaged` if the table is not what `StagedRows.encode` writes.
  public func next(into block: inout StagedBlock) throws -> Int? {
    precondition(block.batch.columnCount == projection.columnCount, "the block is for another table")
    guard let place = try blocks.next(into: &block.batch.arena, &block.index) else {
      if blocks.isEmpty { throw StagingError.damaged(table, "it has no header") }
      return nil
    }
    let isFirst = place.number == 0
    if isFirst { try StagedRows.checkHeader(block.index, block.batch.arena, table, layout) }
    let start = isFirst ? 1 : 0
    block.batch.begin(rows: block.index.recordCount - start)
    try StagedRows.fill(&block.batch, block.index, from: start, table, layout, projection)
    return place.number
  }
}
