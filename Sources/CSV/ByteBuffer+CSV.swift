import CByteMasks
import Records

extension ByteBuffer {
  /// Appends a cell, in quotes only if it holds the delimiter, a quote, a CR or an LF.
  ///
  /// An empty cell appends nothing, so it reads as absent; `appendCSVQuoted` writes a blank one. Delimiters
  /// and line ends are the caller's. A clean cell costs a check of 8 bytes at a time and a memcpy.
  public mutating func appendCSV(_ cell: Bytes, delimiter: UInt8 = 44) {
    guard let start = cell.baseAddress, cell.count > 0 else { return }
    if byte_masks_any_special(start, cell.count, delimiter) == 0 {
      append(cell)
    } else {
      appendCSVQuoted(cell)
    }
  }

  /// Appends a cell in quotes, the quotes in it doubled; an empty one as `""`.
  public mutating func appendCSVQuoted(_ cell: Bytes) {
    reserve(2 &* cell.count &+ 2)
    let start = base + count
    var written = 1
    start[0] = Byte.quote
    for byte in cell {
      start[written] = byte
      written &+= 1
      if byte == Byte.quote {
        start[written] = Byte.quote
        written &+= 1
      }
    }
    start[written] = Byte.quote
    commit(written &+ 1)
  }

  /// Appends text as a cell. For headers and reports, not for the hot path.
  public mutating func appendCSV(_ text: String, delimiter: UInt8 = 44) {
    var copy = text
    copy.withUTF8 { appendCSV($0, delimiter: delimiter) }
  }
}
