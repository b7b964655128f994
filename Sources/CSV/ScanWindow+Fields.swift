import Records

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension ScanWindow {
  /// The reference of a sound cell: quoted if its first byte is a quote; its last one is then the closing
  /// quote. The byte at `start` must be there: the end of an empty cell.
  @inline(__always)
  func soundField(from start: Int, to end: Int) -> FieldRef {
    let quotes = base[start] == Byte.quote ? 1 : 0
    // Masked, since the length of the record is checked only when it ends; an overlong one is thrown away.
    let count = (end &- start &- 2 &* quotes) & FieldRef.maxLength
    return FieldRef(offset: (start &+ quotes) & Self.maxLength, count: count, absent: start == end)
  }

  /// The reference of an empty unquoted cell at the end of the file.
  var emptyField: FieldRef { FieldRef(offset: end, count: 0, absent: true) }

  /// Makes single quotes of the doubled ones in the cells of a complete record.
  func unescape(_ fields: Range<Int>, of index: inout RecordIndex) {
    for number in fields {
      let field = index[field: number]
      guard field.offset > 0, base[Int(field.offset) &- 1] == Byte.quote else { continue }
      let count = unescape(base + Int(field.offset), field.count)
      if count < field.count {
        index.replace(field: number, by: FieldRef(offset: Int(field.offset), count: count))
      }
    }
  }

  /// The same for the content of one cell, in which every quote is doubled; gives the bytes that are left.
  private func unescape(_ cell: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    // Most cells of such a record have none.
    guard let found = memchr(cell, Int32(Byte.quote), count) else { return count }
    var read = UnsafeRawPointer(found) - UnsafeRawPointer(cell)
    var written = read
    while read < count {
      let byte = cell[read]
      cell[written] = byte
      written &+= 1
      read &+= byte == Byte.quote ? 2 : 1
    }
    return written
  }

  /// How far a scan came, if it came forward at all in a buffer that was cut.
  func progress(to place: ScanPlace) throws(CSVError) -> ScanProgress {
    guard place.offset > 0 || !isCut else { throw .recordTooLong(offset: 0, line: 0) }
    return ScanProgress(consumed: place.offset, lines: place.line)
  }
}
