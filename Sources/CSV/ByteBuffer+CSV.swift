import CByteMasks
import Records

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension ByteBuffer {
  /// Appends a cell, in quotes only if it holds the delimiter, a quote, a CR or an LF.
  ///
  /// An empty cell appends nothing, so it reads as absent; `appendCSVQuoted` writes a blank one. Delimiters
  /// and line ends are the caller's. A clean cell costs a check of 8 bytes at a time and a memcpy.
  public mutating func appendCSV(_ cell: Bytes, delimiter: UInt8 = 44) {
    guard let start = cell.baseAddress, cell.count > 0 else { return }
    reserve(cell.count)
    if byte_masks_copy_plain(base + count, start, cell.count, delimiter) == 0 {
      commit(cell.count)
    } else {
      appendCSVQuoted(cell)
    }
  }

  /// Appends a comma, a cell of the same kind, a blank one as `""`, and what stands behind it, of at most 8 bytes.
  ///
  /// The room is made once (measured: a baseline has three cells for each of a pair, and they took 3% of a night).
  public mutating func appendCSV(behindComma cell: Bytes, _ behind: StaticString) {
    let length = behind.utf8CodeUnitCount
    precondition(length <= 8, "what stands behind a cell is short")
    reserve(2 &* cell.count &+ 11)
    let start = base + count
    var to = start
    to.pointee = 44
    to += 1
    if let from = cell.baseAddress, cell.count > 0, byte_masks_copy_plain(to, from, cell.count, 44) == 0 {
      to += cell.count
    } else {
      to = Self.writeQuoted(cell, to: to)
    }
    to.update(from: behind.utf8Start, count: length)
    commit(to - start &+ length)
  }

  /// Appends a cell in quotes, the quotes in it doubled; an empty one as `""`.
  public mutating func appendCSVQuoted(_ cell: Bytes) {
    reserve(2 &* cell.count &+ 2)
    let end = Self.writeQuoted(cell, to: base + count)
    commit(end - (base + count))
  }

  /// Appends cells of an arena, each behind a comma, in quotes where need be.
  ///
  /// This is how rows of staged tables are written: the room for a row is made once, and a cell costs little more than its
  /// copy (measured: 3 ns, with a check of the room for every cell 13 ns).
  public mutating func appendCSVCells(_ fields: UnsafeBufferPointer<FieldRef>, of arena: UnsafePointer<UInt8>) {
    var bytes = 0
    for field in fields { bytes &+= field.count }
    // At worst every byte is a quote, and every cell in quotes, behind its comma.
    reserve(2 &* bytes &+ 3 &* fields.count &+ Int(csv_cells_slack))
    var next: UnsafeMutablePointer<UInt8>? = base + count
    var rest = fields[...]
    while true {
      let plain = UnsafeBufferPointer(rebasing: rest).withMemoryRebound(to: csv_cell.self) {
        csv_copy_plain_cells(&next, $0.baseAddress, $0.count, arena)
      }
      rest = rest.dropFirst(plain)
      guard let field = rest.popFirst(), let comma = next else { break }
      comma.pointee = 44
      next = Self.writeQuoted(Bytes(start: arena + Int(field.offset), count: field.count), to: comma + 1)
    }
    if let next { commit(next - (base + count)) }
  }

  /// Appends a cell that consists of one byte, which needs no quotes, and further ones, in quotes if these need them.
  public mutating func appendCSV(_ first: UInt8, then rest: Bytes) {
    reserve(2 &* rest.count &+ 3)
    let start = base + count
    guard let from = rest.baseAddress, rest.count > 0 else { return append(first) }
    if byte_masks_copy_plain(start + 1, from, rest.count, 44) == 0 {
      start.pointee = first
      return commit(rest.count &+ 1)
    }
    start.pointee = Byte.quote
    start[1] = first
    let end = Self.writeQuotesDoubled(rest, to: start + 2)
    end.pointee = Byte.quote
    commit(end + 1 - start)
  }

  /// Appends a part of a cell that is in quotes: the quotes in it doubled.
  public mutating func appendQuotesDoubled(_ part: Bytes) {
    reserve(2 &* part.count)
    let end = Self.writeQuotesDoubled(part, to: base + count)
    commit(end - (base + count))
  }

  /// Writes a cell in quotes, and gives the place behind it. There must be room for twice the cell and two quotes.
  private static func writeQuoted(_ cell: Bytes, to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    start.pointee = Byte.quote
    let to = writeQuotesDoubled(cell, to: start + 1)
    to.pointee = Byte.quote
    return to + 1
  }

  /// Writes what stands between the quotes of a cell, a run between its own quotes at a time.
  private static func writeQuotesDoubled(
    _ cell: Bytes, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var to = start
    var left = cell.count
    if var from = cell.baseAddress {
      while left > 0, let found = memchr(from, Int32(Byte.quote), left) {
        let run = UnsafeRawPointer(found) - UnsafeRawPointer(from) + 1
        memcpy(to, from, run)
        to += run
        to.pointee = Byte.quote
        to += 1
        from += run
        left &-= run
      }
      memcpy(to, from, left)
      to += left
    }
    return to
  }

  /// Appends text as a cell. For headers and reports, not for the hot path.
  public mutating func appendCSV(_ text: String, delimiter: UInt8 = 44) {
    var copy = text
    copy.withUTF8 { appendCSV($0, delimiter: delimiter) }
  }
}
