import Records

/// The cells of one record as libcsv reads them, and where they lie in the buffer.
///
/// libcsv hands over copies. Where a cell lies follows from its length: an unquoted one is as long in the
/// buffer, a quoted one is longer by its two quotes and by one for each quote that it holds.
struct JudgedCells: ~Copyable {
  /// References into the buffer.
  private(set) var fields = RecordIndex(recordCapacity: 0, fieldCapacity: 0)
  /// Where the current cell begins in the buffer.
  private(set) var start = 0
  /// Where the first cell begins that is longer than a reference can hold.
  private(set) var overlong: Int?
  /// Whether the record has ended.
  var isComplete = false
  /// The cells that were written with doubled quotes, and their bytes without.
  private var escaped: [Int] = []
  private var contents = ByteBuffer()
  private var base: UnsafeMutablePointer<UInt8>?

  /// Forgets the record before; the next one begins at `offset`.
  mutating func begin(_ window: ScanWindow, at offset: Int) {
    fields.clear()
    escaped.removeAll(keepingCapacity: true)
    contents.clear()
    start = offset
    overlong = nil
    isComplete = false
    base = window.base
  }

  /// Takes the next cell.
  mutating func take(_ bytes: UnsafeRawBufferPointer, isAbsent: Bool) {
    guard let base else { return }
    let isQuoted = !isAbsent && base[start] == Byte.quote
    var length = bytes.count
    if isQuoted {
      let quotes = bytes.reduce(into: 0) { $0 &+= $1 == Byte.quote ? 1 : 0 }
      length = bytes.count &+ quotes &+ 2
      if quotes > 0 {
        escaped.append(fields.fieldCount)
        contents.append(bytes.assumingMemoryBound(to: UInt8.self))
      }
    }
    if length > FieldRef.maxLength && overlong == nil { overlong = start }
    // The mask only matters for an overlong cell, whose record is thrown away.
    fields.reserve(fields: 1, records: 0)
    fields.append(
      FieldRef(
        offset: start &+ (isQuoted ? 1 : 0), count: bytes.count & FieldRef.maxLength, absent: isAbsent))
    start &+= length &+ 1
  }

  /// Puts the cells with doubled quotes into the buffer as libcsv read them. Only for a record that will not
  /// be read again.
  func writeBack(_ window: ScanWindow) {
    var place = 0
    for number in escaped {
      let field = fields[field: number]
      window.base.advanced(by: Int(field.offset))
        .update(from: contents.base + place, count: field.count)
      place &+= field.count
    }
  }
}
