import CByteMasks

/// The places where cells end in a piece of a window, as `csv_survey` finds them. It owns the memory for one piece, and is used
/// for one after the other.
struct CellSurvey: ~Copyable {
  /// The most bytes of a piece.
  static let length = Int(csv_survey_length)

  /// Where cells end, counted from the start of the piece.
  let ends: UnsafeMutablePointer<UInt32>
  private let blocks: UnsafeMutablePointer<csv_survey_block>
  private var carry = csv_survey_carry()
  private var found = csv_survey_result()
  private var last = 0

  init() {
    ends = .allocate(capacity: Int(csv_survey_room))
    blocks = .allocate(capacity: Int(csv_survey_blocks))
  }

  deinit {
    ends.deallocate()
    blocks.deallocate()
  }

  /// The next piece begins a record.
  mutating func begin() { carry = csv_survey_carry(inside: 0, end: 1, quote: 0, closing: 0, cr: 0) }

  /// Looks at the `count` bytes at `piece`, which follow those of the call before.
  mutating func look(at piece: UnsafePointer<UInt8>, _ count: Int, delimiter: UInt8) {
    found = csv_survey(piece, count, delimiter, &carry, ends, blocks)
    last = (count &- 1) >> 6
  }

  /// How many places `ends` has.
  var endCount: Int { Int(found.end_count) }
  /// Whether a fault follows the cells that end at `ends`: libcsv must judge the record in which it lies.
  var isFaulty: Bool { found.is_faulty != 0 }
  /// Whether the bytes behind the last piece belong to a quoted cell.
  var isInsideQuotes: Bool { carry.inside != 0 }
  /// How many line ends the piece holds, quoted ones too.
  var lines: Int { Int(found.lines) }
  /// The place behind the last doubled quote of the piece; 0 if there is none. Not of a faulty piece.
  var escapesEnd: Int { Int(blocks[last].escapes_end) }

  /// How many line ends begin at or before a place of the piece.
  @inline(__always)
  func lines(upTo place: Int) -> Int {
    let block = blocks[place >> 6]
    let ends = block.line_ends & ((2 &<< UInt64(truncatingIfNeeded: place & 63)) &- 1)
    // Most blocks have one line end: their bits need no counting, which is dear where the processor has to be any.
    let count = ends & (ends &- 1) == 0 ? (ends == 0 ? 0 : 1) : ends.nonzeroBitCount
    return Int(block.lines_before) &+ count
  }

  /// The place behind a doubled quote that comes before the block of `place` ends, the last one; 0 if there is none.
  @inline(__always)
  func escapesEnd(near place: Int) -> Int { Int(blocks[place >> 6].escapes_end) }
}
