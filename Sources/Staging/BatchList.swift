import CSV
import Records

/// The batches of one staged table that are in memory at once: one chunk of one side.
///
/// Threads may work on different batches at the same time; a batch belongs to one thread at a time.
public final class BatchList: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<RecordBatch>
  private let capacity: Int
  /// How many batches it holds.
  public private(set) var count = 0
  /// How many rows all batches hold.
  public private(set) var rowCount = 0
  /// For each batch, how many rows the ones before it hold.
  public private(set) var firstRows: [Int] = []

  /// Room for `capacity` batches.
  public init(capacity: Int) {
    self.capacity = max(1, capacity)
    slots = .allocate(capacity: self.capacity)
  }

  deinit {
    slots.deinitialize(count: count)
    slots.deallocate()
  }

  /// Adds a batch behind the others.
  public func append(_ batch: consuming RecordBatch) {
    precondition(count < capacity, "a batch list holds no more batches than it was made for")
    firstRows.append(rowCount)
    rowCount += batch.rowCount
    (slots + count).initialize(to: batch)
    count += 1
  }

  /// The batch with this number. It stays where it is.
  @inlinable public subscript(batch: Int) -> UnsafeMutablePointer<RecordBatch> { pointer(to: batch) }

  @usableFromInline func pointer(to batch: Int) -> UnsafeMutablePointer<RecordBatch> {
    precondition(batch >= 0 && batch < count)
    return slots + batch
  }
}
