import Records
import Staging

/// Finds a row of a chunk by its number: batch and row. Open addressing over plain numbers, made once for a chunk.
struct RowPlaces {
  private var slots: [(row: Int32, batch: Int32, place: Int32)]

  init(_ list: BatchList) {
    var size = 16
    while size < list.rowCount * 2 { size *= 2 }
    slots = Array(repeating: (-1, 0, 0), count: size)
    for batch in 0..<list.count {
      for row in 0..<list[batch].pointee.rowCount {
        let number = list[batch].pointee[info: row].row
        var slot = Self.hash(number) & (size - 1)
        while slots[slot].row >= 0 { slot = (slot + 1) & (size - 1) }
        slots[slot] = (number, Int32(batch), Int32(row))
      }
    }
  }

  /// Reads where the search for a row begins, so that it comes from memory while others do; `find` would wait for it.
  func touch(_ row: Int32) -> UInt32 {
    UInt32(truncatingIfNeeded: slots[Self.hash(row) & (slots.count &- 1)].place)
  }

  /// Where a row stands, if the chunk has it.
  func find(_ row: Int32) -> (batch: Int, row: Int)? {
    guard row >= 0 else { return nil }
    var slot = Self.hash(row) & (slots.count &- 1)
    while slots[slot].row >= 0 {
      if slots[slot].row == row { return (Int(slots[slot].batch), Int(slots[slot].place)) }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  private static func hash(_ row: Int32) -> Int {
    Int(truncatingIfNeeded: (UInt64(UInt32(bitPattern: row)) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }
}
