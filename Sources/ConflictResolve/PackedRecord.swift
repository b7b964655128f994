import Records

/// One record of the chunk's Salesforce side: a row of a batch packed into one piece, without what the resolver does not ask
/// for (where its cells were read, its quotes, the columns that no mapping has).
///
/// Partners are looked up all over the chunk. So packed, one lies in five or six cache lines, one behind the other, where the
/// row of its batch lay in nine, in three places; and a chunk of companies takes 320 bytes a record in place of 540.
///
/// line 8 · row 4 · file 2 · object 1 · verdict 1 · where each cell begins, and the last one ends, 4 each · cells.
/// Where cells begin is counted from the start of the record. The highest bit is set if the cell cannot be used: then the
/// first of its bytes is the code of its issue.
struct PackedRecord: Record {
  private let start: UnsafeRawPointer

  /// The record that `pack` has written here.
  init(at start: UnsafeRawPointer) { self.start = start }

  /// Where it lies.
  var place: UnsafeRawPointer { start }
  /// The number of its row among the rows of its side.
  var row: Int32 { start.loadUnaligned(fromByteOffset: Layout.row, as: Int32.self) }

  /// Its partner is left out: who has it from `PartnerRows` knows whether there is one.
  var info: RowInfo {
    var info = RowInfo(
      row: row, line: start.loadUnaligned(fromByteOffset: Layout.line, as: Int.self),
      file: start.loadUnaligned(fromByteOffset: Layout.file, as: UInt16.self),
      object: start.load(fromByteOffset: Layout.object, as: UInt8.self))
    info.verdict = start.load(fromByteOffset: Layout.verdict, as: UInt8.self)
    return info
  }

  subscript(column: Int) -> CellValue {
    let mark = self.mark(column)
    let first = mark & ~Layout.issueBit
    let cell = (start + Int(first)).assumingMemoryBound(to: UInt8.self)
    let count = (self.mark(column &+ 1) & ~Layout.issueBit) &- first
    guard mark & Layout.issueBit != 0 else { return CellValue(cell, count: count, .none) }
    return CellValue(cell + 1, count: count &- 1, IssueCode(rawValue: cell.pointee) ?? .none)
  }

  private func mark(_ column: Int) -> UInt32 {
    start.loadUnaligned(fromByteOffset: Layout.marks &+ 4 &* column, as: UInt32.self)
  }

  // MARK: Asking for it

  /// The bytes that may be read, and written to, behind the last record of a piece of memory: `touch` does, and `pack`.
  static let slack = (usualLines + 1) * cacheLine

  /// Reads a part of each of the cache lines in which most records lie, and gives their sum.
  ///
  /// Touched one behind the other, the partners of a run of rows come from memory at the same time; the decisions about cells
  /// would wait for each. Nothing here branches on what is touched, for a wrong guess would wait for it too. (Tried:
  /// to prefetch the partners of the next run while one is resolved is no faster.)
  func touch() -> UInt32 {
    var sum: UInt32 = 0
    for line in 1...Self.usualLines {
      sum &+= UInt32(truncatingIfNeeded: start.load(fromByteOffset: line &* Self.cacheLine, as: UInt8.self))
    }
    return sum
  }

  private static let cacheLine = 64
  private static let usualLines = 5

  // MARK: Packing

  private enum Layout {
    // One by one: a tuple would be made when it is first used, and every use would ask whether it is.
    static let line = 0
    static let row = 8
    static let file = 12
    static let object = 14
    static let verdict = 15
    static let marks = 16
    static let issueBit: UInt32 = 1 << 31
    /// The longest record: what a mark can say, less the slack.
    static let longest = Int(Int32.max) - slack
  }

  /// How many bytes `pack` will write; nil if they are more than a packed record can have.
  static func size(of batch: borrowing RecordBatch, row: Int) -> Int? {
    var size = Layout.marks &+ 4 &* (batch.columnCount &+ 1)
    for field in batch.fields(ofRow: row, count: batch.columnCount) {
      size &+= field.count &+ (field.hasIssue ? 1 : 0)
    }
    return size <= Layout.longest ? size : nil
  }

  /// Writes a row, and gives the place behind it. There must be room for its size, and the slack.
  static func pack(
    _ batch: borrowing RecordBatch, row: Int, to start: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let info = batch[info: row]
    start.storeBytes(of: info.line, toByteOffset: Layout.line, as: Int.self)
    start.storeBytes(of: info.row, toByteOffset: Layout.row, as: Int32.self)
    start.storeBytes(of: info.file, toByteOffset: Layout.file, as: UInt16.self)
    start.storeBytes(of: info.object, toByteOffset: Layout.object, as: UInt8.self)
    start.storeBytes(of: info.verdict, toByteOffset: Layout.verdict, as: UInt8.self)
    let arena = UnsafeRawPointer(batch.arena.base)
    let arenaEnd = arena + batch.arena.capacity
    var mark = start + Layout.marks
    var next = mark + 4 &* (batch.columnCount &+ 1)
    for field in batch.fields(ofRow: row, count: batch.columnCount) {
      var place = UInt32(truncatingIfNeeded: next - start)
      if field.hasIssue {
        place |= Layout.issueBit
        next.storeBytes(of: field.issue.rawValue, as: UInt8.self)
        next += 1
      }
      mark.storeBytes(of: place, as: UInt32.self)
      mark += 4
      copy(arena + Int(field.offset), field.count, readableTo: arenaEnd, to: next)
      next += field.count
    }
    mark.storeBytes(of: UInt32(truncatingIfNeeded: next - start), as: UInt32.self)
    return next
  }

  /// Copies a cell. A short one is copied with what stands behind it, which the next cell is written over: so its length
  /// decides nothing that the processor would have to guess.
  @inline(__always)
  private static func copy(
    _ from: UnsafeRawPointer, _ count: Int, readableTo end: UnsafeRawPointer, to target: UnsafeMutableRawPointer
  ) {
    if count <= 32 && end - from >= 32 {
      target.storeBytes(of: from.loadUnaligned(as: SIMD4<UInt64>.self), as: SIMD4<UInt64>.self)
    } else {
      target.copyMemory(from: from, byteCount: count)
    }
  }
}
