import CByteMasks
import Records

/// The cells and rows of a piece of a window, as `csv_survey` finds them. It owns the memory for one piece, and is used for one
/// after the other.
struct CellSurvey: ~Copyable {
  /// The most bytes of a piece.
  static let length = Int(csv_survey_length)
  /// The room that the cells of a piece need: some more than it can have.
  static let room = Int(csv_survey_room)

  private let rows: UnsafeMutablePointer<csv_survey_row>
  private let blocks: UnsafeMutablePointer<csv_survey_block>
  private var carry = csv_survey_carry()
  private var found = csv_survey_result()
  private var last = 0

  init() {
    rows = .allocate(capacity: Self.length)
    blocks = .allocate(capacity: Int(csv_survey_blocks))
  }

  deinit {
    rows.deallocate()
    blocks.deallocate()
  }

  /// The next piece begins a record, at `offset` of the window.
  mutating func begin(at offset: Int) {
    carry = csv_survey_carry(
      inside: 0, cell_ends: 1 << 63, row_ends: 1 << 63, quote: 0, closing: 0, cr: 0,
      open: UInt32(truncatingIfNeeded: offset))
  }

  /// Looks at the piece of `count` bytes at `start`, which follows that of the call before, and writes its cells to `cells`,
  /// which must have `room`.
  mutating func look(
    at start: Int, _ count: Int, of window: ScanWindow, delimiter: UInt8, cells: UnsafeMutablePointer<FieldRef>
  ) {
    // A `csv_cell` is laid out as a `FieldRef` is: a test holds them to it.
    var places = csv_survey_found(
      cells: UnsafeMutableRawPointer(cells).assumingMemoryBound(to: csv_cell.self), rows: rows, blocks: blocks)
    found = csv_survey(window.base, start, count, delimiter, &carry, &places)
    last = (count &- 1) >> 6
  }

  /// How many cells end in the piece.
  var cellCount: Int { Int(found.cells) }
  /// How many rows end in it.
  var rowCount: Int { Int(found.rows) }
  /// Where a row ends, counted from the start of the piece, and how many of its cells come up to there.
  @inline(__always)
  func row(_ number: Int) -> (end: Int, cells: Int) { (Int(rows[number].end), Int(rows[number].cells)) }
  /// Where the cell begins that the piece does not end.
  var openCell: Int { Int(carry.open) }
  /// Whether a fault follows the cells and rows: libcsv must judge the record in which it lies.
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
