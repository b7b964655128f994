import Foundation
import Records

/// The batches of one staged table that are in memory at once: one chunk of one side.
///
/// Threads may work on different batches at the same time; a batch belongs to one thread at a time.
public final class BatchList: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<RecordBatch>
  /// How many batches it holds.
  public let count: Int
  /// How many rows all batches hold.
  public let rowCount: Int

  /// The batches in the order of their numbers.
  fileprivate init(_ batches: [BatchBox]) {
    count = batches.count
    slots = .allocate(capacity: max(1, count))
    var rows = 0
    for (place, box) in batches.enumerated() {
      let batch = box.take()
      rows += batch.rowCount
      (slots + place).initialize(to: batch)
    }
    rowCount = rows
  }

  deinit {
    slots.deinitialize(count: count)
    slots.deallocate()
  }

  /// The batch with this number. It stays where it is.
  @inlinable public subscript(batch: Int) -> UnsafeMutablePointer<RecordBatch> { pointer(to: batch) }

  @usableFromInline func pointer(to batch: Int) -> UnsafeMutablePointer<RecordBatch> {
    precondition(batch >= 0 && batch < count)
    return slots + batch
  }
}

/// Gathers the batches of a table from the threads that have taken them, in any order.
public final class BatchGatherer: @unchecked Sendable {
  private let lock = NSLock()
  private var batches: [(number: Int, box: BatchBox)] = []

  /// Holds nothing yet.
  public init() {}

  /// Keeps a batch, which has this number.
  public func keep(_ batch: consuming RecordBatch, _ number: Int) {
    let box = BatchBox(batch)
    lock.withLock { batches.append((number, box)) }
  }

  /// All batches that were kept, which it forgets.
  public func list() -> BatchList {
    lock.withLock {
      defer { batches = [] }
      return BatchList(batches.sorted { $0.number < $1.number }.map(\.box))
    }
  }
}

/// Carries a batch, which cannot be copied, through an array.
private final class BatchBox {
  private var batch: RecordBatch
  init(_ batch: consuming RecordBatch) { self.batch = batch }
  /// Hands the batch on; the box is left with an empty one.
  func take() -> RecordBatch {
    var other = RecordBatch(columnCount: 0, rowCapacity: 0, arenaCapacity: 0)
    swap(&batch, &other)
    return other
  }
}
