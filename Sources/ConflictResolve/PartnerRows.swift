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
    let rows: UnsafeMutablePointer<Row>
    let rowCount: Int
  }

  /// What is asked of every row: to go through the records for it would bring all of them from memory.
  private struct Row: BitwiseCopyable {
    let number: Int32
    let isPaired: Bool
    /// Where its record begins in the memory of the batch.
    let start: Int
  }

  /// Holds no rows yet.
  public init() {}

  deinit {
    for piece in pieces {
      piece.memory.deallocate()
      piece.rows.deallocate()
    }
  }

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
    let rows = UnsafeMutablePointer<Row>.allocate(capacity: max(1, batch.rowCount))
    var next = memory
    for row in 0..<batch.rowCount {
      let info = batch[info: row]
      (rows + row).initialize(to: Row(number: info.row, isPaired: info.partner >= 0, start: next - memory))
      next = PackedRecord.pack(batch, row: row, to: next)
    }
    // What is only touched is read as well.
    next.initializeMemory(as: UInt8.self, repeating: 0, count: PackedRecord.slack)
    let piece = Piece(number: number, memory: memory, rows: rows, rowCount: batch.rowCount)
    lock.withLock {
      let place = pieces.firstIndex { $0.number > number } ?? pieces.endIndex
      pieces.insert(piece, at: place)
    }
  }

  /// How many batches it holds.
  var batchCount: Int { lock.withLock { pieces.count } }
  /// How many rows they hold.
  var rowCount: Int { lock.withLock { pieces.reduce(0) { $0 + $1.rowCount } } }

  /// Gives the rows of a batch, in their order, and whether each has a partner; batches are counted from 0, whatever their
  /// numbers.
  func forEachRow(ofBatch batch: Int, _ body: (_ number: Int32, _ isPaired: Bool, _ record: PackedRecord) -> Void) {
    let piece = lock.withLock { pieces[batch] }
    for row in UnsafeBufferPointer(start: piece.rows, count: piece.rowCount) {
      body(row.number, row.isPaired, PackedRecord(at: piece.memory + row.start))
    }
  }
}
