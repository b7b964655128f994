import CLibCSV
import Records

/// libcsv in strict mode, for one record at a time: the authority on what CSV means here.
///
/// It is fed line by line, so that it stops behind the record. Cells end at every delimiter, and blanks
/// belong to them: its space function knows no space.
struct RecordJudge: ~Copyable {
  private let parser: UnsafeMutablePointer<csv_parser>
  private var cells = JudgedCells()

  private static let strict = UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL)
  /// By how many bytes libcsv's buffer for a cell grows; its own 128 would make a long cell a thousand moves.
  private static let growth = 65_536

  init(delimiter: UInt8) {
    precondition(
      delimiter != Byte.quote && delimiter != Byte.cr && delimiter != Byte.lf,
      "a quote or a line end cannot be the delimiter")
    parser = .allocate(capacity: 1)
    // csv.3: csv_init returns zero on success; it fails only without a parser.
    csv_init(parser, Self.strict)
    csv_set_delim(parser, delimiter)
    csv_set_space_func(parser, { _ in 0 })
    csv_set_blk_size(parser, Self.growth)
  }

  deinit {
    csv_free(parser)
    parser.deallocate()
  }

  /// Reads the record at `place`, adds it to the index, and moves `place` behind it. Says false if it is not
  /// complete.
  ///
  /// Throws if the record makes the whole file unreadable: a quote that is never closed, an overlong cell.
  mutating func judge(
    _ window: ScanWindow, at place: inout ScanPlace, into index: inout RecordIndex
  ) throws(CSVError) -> Bool {
    cells.begin(window, at: place.offset)
    var fed = place.offset
    while fed < window.end {
      let lineEnd = window.lineEnd(from: fed)
      let stop = min(lineEnd &+ 1, window.end)
      let taken = parse(window.base + fed, stop &- fed)
      guard taken == stop &- fed else {
        return try reject(faultAt: fed &+ taken, in: window, &place, &index)
      }
      fed = stop
      if cells.isComplete {
        try checkLength(upTo: fed, window, place)
        accept(upTo: window.behindLineEnd(lineEnd), window, &place, &index)
        return true
      }
      try checkLength(upTo: fed, window, place)
    }
    return try finish(window, &place, &index)
  }

  /// Feeds libcsv, and gives how many bytes it took: fewer than it got only at a fault.
  private mutating func parse(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    withUnsafeMutablePointer(to: &cells) {
      csv_parse(parser, bytes, count, takeCell, takeRecordEnd, $0)
    }
  }

  /// The bytes are used up, and the record has not ended.
  private mutating func finish(
    _ window: ScanWindow, _ place: inout ScanPlace, _ index: inout RecordIndex
  ) throws(CSVError) -> Bool {
    guard window.atEnd else {
      reset()
      return false
    }
    // csv.3: with CSV_STRICT_FINI, csv_fini returns non-zero if the last field is quoted and has no closing
    // quote.
    let failed = withUnsafeMutablePointer(to: &cells) { csv_fini(parser, takeCell, takeRecordEnd, $0) } != 0
    guard !failed else {
      reset()
      throw .unclosedQuote(offset: cells.start, line: line(of: cells.start, window, place))
    }
    try checkLength(upTo: window.end, window, place)
    guard cells.isComplete else { return false }
    accept(upTo: window.end, window, &place, &index)
    return true
  }

  /// Adds a sound record that ends, with its line end, at `end`.
  private mutating func accept(
    upTo end: Int, _ window: ScanWindow, _ place: inout ScanPlace, _ index: inout RecordIndex
  ) {
    add(fault: .none, upTo: end, window, &place, &index)
  }

  /// Adds a faulty record, if the line end is there behind which scanning goes on: the first one that follows
  /// the start of the faulty cell. `CSVScanner.scan` says why.
  private mutating func reject(
    faultAt fault: Int, in window: ScanWindow, _ place: inout ScanPlace, _ index: inout RecordIndex
  ) throws(CSVError) -> Bool {
    let status = csv_error(parser)
    reset()
    guard status == CSV_EPARSE else {
      throw .outOfMemory(offset: cells.start, line: line(of: cells.start, window, place))
    }
    try checkLength(upTo: fault, window, place)
    let lineEnd = window.lineEnd(from: cells.start)
    guard lineEnd < window.end || window.atEnd else { return false }
    let resume = lineEnd < window.end ? window.behindLineEnd(lineEnd) : window.end
    add(fault: .malformedQuote, upTo: resume, window, &place, &index)
    return true
  }

  /// Adds what was read, writes cells with doubled quotes back as libcsv read them, and moves `place` to
  /// `end`.
  private mutating func add(
    fault: IssueCode, upTo end: Int, _ window: ScanWindow, _ place: inout ScanPlace,
    _ index: inout RecordIndex
  ) {
    // Counted before the cells are written back: that moves their bytes.
    let lines = window.lineEnds(from: place.offset, to: end)
    let first = index.fieldCount
    let count = cells.fields.fieldCount
    index.reserve(fields: count &+ 1, records: 1)
    for number in 0..<count { index.append(cells.fields[field: number]) }
    index.append(
      RecordMark(
        offset: place.offset, firstField: first, fieldCount: count, line: place.line, fault: fault))
    cells.writeBack(window)
    place = ScanPlace(offset: end, line: place.line &+ lines)
  }

  /// Refuses a cell that a field reference could not hold; `end` is how far the current cell was read.
  private mutating func checkLength(
    upTo end: Int, _ window: ScanWindow, _ place: ScanPlace
  ) throws(CSVError) {
    var overlong = cells.overlong
    if overlong == nil, end &- cells.start > FieldRef.maxLength { overlong = cells.start }
    guard let start = overlong else { return }
    reset()
    throw .cellTooLong(offset: start, line: line(of: start, window, place))
  }

  private func line(of offset: Int, _ window: ScanWindow, _ place: ScanPlace) -> Int {
    place.line &+ window.lineEnds(from: place.offset, to: offset)
  }

  /// Makes libcsv forget an unfinished record, and keep its memory: csv_fini does so, when it is not strict.
  private func reset() {
    csv_set_opts(parser, 0)
    csv_fini(parser, nil, nil, nil)
    csv_set_opts(parser, Self.strict)
  }
}

/// Called by libcsv for each cell; `bytes` is null for an empty unquoted one (CSV_EMPTY_IS_NULL).
private func takeCell(_ bytes: UnsafeMutableRawPointer?, _ count: Int, _ context: UnsafeMutableRawPointer?) {
  let cells = context?.assumingMemoryBound(to: JudgedCells.self)
  cells?.pointee.take(UnsafeRawBufferPointer(start: bytes, count: count), isAbsent: bytes == nil)
}

/// Called by libcsv at the end of each record.
private func takeRecordEnd(_ end: Int32, _ context: UnsafeMutableRawPointer?) {
  context?.assumingMemoryBound(to: JudgedCells.self).pointee.isComplete = true
}
