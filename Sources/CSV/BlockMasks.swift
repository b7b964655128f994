import CByteMasks
import Records

/// What a block must know of the byte before it: bit 0 of each, but for `inside`.
struct Carry {
  /// All bits set if the block begins within a quoted cell.
  var inside: UInt64 = 0
  /// Whether a cell ended there; a record begins as if one had.
  var end: UInt64 = 1
  /// Whether it was a quote.
  var quote: UInt64 = 0
  /// Whether it was a closing quote.
  var closing: UInt64 = 0
  /// Whether it was a CR.
  var cr: UInt64 = 0
}

/// What 64 bytes mean, one bit a byte. `CSVScanner.indexSoundRecords` says how it works.
struct BlockMasks {
  /// The bytes of a block.
  static let width = 64

  /// The ends of cells that come before the first fault.
  let soundEnds: UInt64
  /// CRs and LFs, wherever they are.
  let rowEnds: UInt64
  /// One bit for each line end, quoted ones too: for a CRLF, that of the CR.
  let lineEnds: UInt64
  /// The second halves of doubled quotes.
  let escapes: UInt64
  /// Quotes inside unquoted cells, and the bytes behind closing quotes where a cell should end. Only the
  /// first one counts.
  let faults: UInt64

  /// The masks of the block at `at`, the last one of the window perhaps not full; `carry` moves on to the
  /// next block.
  @inline(__always)
  init(_ window: ScanWindow, at: Int, delimiter: UInt8, carry: inout Carry) {
    let start = window.base + at
    let left = window.end &- at
    let isFull = left >= Self.width
    let found =
      isFull
      ? byte_masks_of(start, Byte.quote, delimiter) : byte_masks_of_tail(start, left, Byte.quote, delimiter)
    let inside = byte_masks_inside(found.quote) ^ carry.inside
    let rowEnds = found.lf | found.cr
    let ends = (found.delimiter | rowEnds) & ~inside
    let opening = found.quote & inside
    let closing = found.quote & ~inside
    let behindQuote = found.quote &<< 1 | carry.quote
    let strayOpening = opening & ~(behindQuote | ends &<< 1 | carry.end)
    let strayText = (closing &<< 1 | carry.closing) & ~(ends | found.quote)
    let valid = isFull ? ~0 : (1 &<< UInt64(truncatingIfNeeded: left)) &- 1
    let faults = (strayOpening | strayText) & valid

    self.faults = faults
    soundEnds = ends & ((faults & (0 &- faults)) &- 1)
    self.rowEnds = rowEnds
    lineEnds = found.cr | found.lf & ~(found.cr &<< 1 | carry.cr)
    escapes = opening & behindQuote

    carry.inside = 0 &- (inside &>> 63)
    carry.end = ends &>> 63
    carry.quote = found.quote &>> 63
    carry.closing = closing &>> 63
    carry.cr = found.cr &>> 63
  }

  /// How many line ends begin at or before a bit.
  @inline(__always)
  func lineEnds(upTo bit: UInt64) -> Int {
    (lineEnds & ((2 &<< bit) &- 1)).nonzeroBitCount
  }
}

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
  func unescape(fieldsFrom first: Int, of index: inout RecordIndex) {
    for number in first..<index.fieldCount {
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
    var read = 0
    while read < count, cell[read] != Byte.quote { read &+= 1 }
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
