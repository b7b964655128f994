import Foundation
import Records
import Staging

/// The Salesforce side of a chunk, in memory for HubSpot's rows to find their partners in.
///
/// Threads add batches in any order; when all are there, a `Resolver` takes them in the order of their numbers.
public final class PartnerRows: @unchecked Sendable {
  private let lock = NSLock()
  private var pieces: [Piece] = []

  /// The rows of a batch, packed one behind the other.
  private struct Piece: BitwiseCopyable {
    let number: Int
    let memory: UnsafeMutableRawPointer
    let rowCount: Int
  }

  /// Holds no rows yet.
  public init() {}

  deinit { for piece in pieces { piece.memory.deallocate() } }

  /// Copies the rows of a batch, normalized and mapped, which has this number.
  ///
  /// - Throws: `StagingError.failed` for a record of 2 GiB, which could not be decided.
  public func keep(_ batch: borrowing RecordBatch, _ number: Int) throws {
    var size = PackedRecord.slack
    for row in 0..<batch.rowCount {
      guard let more = PackedRecord.size(of: batch, row: row) else {
        throw StagingError.failed("Salesforce row \(batch[info: row].row) has more than 2 GiB in its mapped fields")
      }
      size += more
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 1)
    var next = memory
    for row in 0..<batch.rowCount { next = PackedRecord.pack(batch, row: row, to: next) }
    // What is only touched is read as well.
    next.initializeMemory(as: UInt8.self, repeating: 0, count: PackedRecord.slack)
    let piece = Piece(number: number, memory: memory, rowCount: batch.rowCount)
    lock.withLock {
      let place = pieces.firstIndex { $0.number > number } ?? pieces.endIndex
      pieces.insert(piece, at: place)
    }
  }

  /// How many batches it holds.
  var batchCount: Int { lock.withLock { pieces.count } }
  /// How many rows they hold.
  var rowCount: Int { lock.withLock { pieces.reduce(0) { $0 + $1.rowCount } } }

  /// Gives the records of a batch, in their order; batches are counted from 0, whatever their numbers.
  func forEachRecord(ofBatch batch: Int, columns: Int, _ body: (PackedRecord) -> Void) {
    let piece = lock.withLock { pieces[batch] }
    var place = UnsafeRawPointer(piece.memory)
    for _ in 0..<piece.rowCount {
      let record = PackedRecord(at: place)
      body(record)
      place += record.size(columns: columns)
    }
  }
}
