import CSV
import Foundation
import Records

/// Cuts a table into blocks of whole records, which threads take in the order of the table, each as it gets to it.
///
/// One thread at a time cuts off a block; it works on its records while the next thread cuts. So of a table only those blocks
/// are in memory that somebody works on, or keeps.
public final class TableBlocks: @unchecked Sendable {
  private let reader: any TableReader
  private let damage: @Sendable (String) -> StagingError
  private let lock = NSLock()
  private var blocks = BlockScanner()
  private var taken = 0
  private var records = 0
  private var hasEnded = false
  private var hasNothing = false

  /// The blocks of a table that was opened; `damage` makes the error for one that is no table, of what is wrong with it.
  public init(_ reader: any TableReader, damage: @escaping @Sendable (String) -> StagingError) {
    self.reader = reader
    self.damage = damage
  }

  /// Where a block stands in its table.
  public struct Place: Sendable {
    /// The number of the block, from 0.
    public let number: Int
    /// How many records come before it, the header too.
    public let firstRecord: Int
    /// The bytes of the table that it is made of.
    public let bytes: Range<Int>
    /// The line of the table on which it begins.
    public let line: Int

    /// A place in a table.
    public init(number: Int, firstRecord: Int, bytes: Range<Int>, line: Int) {
      self.number = number
      self.firstRecord = firstRecord
      self.bytes = bytes
      self.line = line
    }
  }

  /// Whether the table turned out to hold nothing, not even a header.
  public var isEmpty: Bool { lock.withLock { hasNothing } }

  /// Fills `buffer` with the next block, and `index` with its records; nil when none is left. `seen` is given the bytes of the
  /// table as they are read, before the quotes of cells are taken off.
  ///
  /// - Throws: what `damage` makes of a table that is none, and what the reader throws; then nothing is left.
  public func next(
    into buffer: inout ByteBuffer, _ index: inout RecordIndex, seen: (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws -> Place? {
    lock.lock()
    defer { lock.unlock() }
    guard !hasEnded else { return nil }
    // Whatever happens now, nobody goes on behind it.
    hasEnded = true
    guard try cut(into: &buffer, &index, seen) else {
      hasNothing = taken == 0
      return nil
    }
    hasEnded = false
    defer {
      taken += 1
      records += index.recordCount
    }
    return Place(number: taken, firstRecord: records, bytes: blocks.byte..<blocks.nextByte, line: blocks.line)
  }

  private func cut(
    into buffer: inout ByteBuffer, _ index: inout RecordIndex, _ seen: (UnsafeRawBufferPointer) -> Void
  ) throws -> Bool {
    do {
      return try blocks.next(into: &buffer, &index) { space in
        let count = try reader.read(into: space)
        seen(UnsafeRawBufferPointer(rebasing: space[..<count]))
        return count
      }
    } catch let error as CSVError {
      throw damage("\(error)")
    } catch BlockError.recordTooLong(let line) {
      throw damage("the row on line \(line) is too long")
    }
  }
}
