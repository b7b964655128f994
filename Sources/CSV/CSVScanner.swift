import Records

/// Finds the records and cells of CSV text where they lie: the fast path, with libcsv as its judge.
///
/// Blocks of 64 bytes are indexed by bit masks. A record of which the masks do not vouch (a misplaced quote,
/// a cell that is never closed, an overlong record) is given to libcsv, whose answer stands. One scanner a
/// thread; it can be used for any number of buffers, and allocates nothing a record.
public struct CSVScanner: ~Copyable, @unchecked Sendable {
  private let delimiter: UInt8
  private var survey = CellSurvey()
  private var judge: RecordJudge

  /// A scanner for cells between `delimiter` bytes (`,` unless told; not a quote, CR or LF).
  public init(delimiter: UInt8 = 44) {
    self.delimiter = delimiter
    judge = RecordJudge(delimiter: delimiter)
  }

  /// Adds the complete records of `buffer` to `index`, and says how far it came (spec, semantics 7).
  ///
  /// CR, LF and CRLF end records; a line without a character is none. `atEnd` says that the file ends with
  /// the buffer: then a last record needs no line end. Otherwise the last, unfinished record is not consumed,
  /// and its bytes are left as they are: scan it again with more bytes behind it. If nothing is consumed, a
  /// larger buffer is needed. Doubled quotes of complete records become single ones in the buffer itself. A
  /// byte order mark would be data: skip it before.
  ///
  /// A quote inside an unquoted cell, or text behind a closing quote, makes the record faulty: its mark says
  /// so, it has the fields before the faulty cell, and scanning goes on behind the first line end that
  /// follows the START of the faulty cell. So a stray opening quote costs its own row, not the rows that it
  /// swallowed up to the next quote; the price is that the further lines of a faulty cell that was meant to
  /// have several lines are read as rows of their own (in practice ragged or faulty ones).
  ///
  /// Throws `unclosedQuote`, `cellTooLong`, `recordTooLong` or `outOfMemory`; the index then holds the
  /// records before.
  public mutating func scan(
    _ buffer: UnsafeMutableBufferPointer<UInt8>, atEnd: Bool, into index: inout RecordIndex
  ) throws(CSVError) -> ScanProgress {
    guard let window = ScanWindow(buffer, atEnd: atEnd) else { return ScanProgress(consumed: 0, lines: 0) }
    var place = ScanPlace()
    while !indexSoundRecords(window, from: &place, into: &index) {
      guard try judge.judge(window, at: &place, into: &index) else { break }
    }
    return try window.progress(to: place)
  }

  /// Indexes records up to the end of the window, or up to one that libcsv must judge; `place` is then where
  /// it begins. Says whether the end was reached.
  ///
  /// How it works. For a block of 64 bytes, C makes four masks: quotes, delimiters, LFs, CRs. The running
  /// exclusive or of the quotes is set from each opening quote up to the byte before the closing one, so
  /// `inside` tells quoted bytes from others, and delimiters and line ends outside are the ends of cells. A
  /// doubled quote closes and opens again at once. The text is sound as long as each opening quote stands
  /// behind the end of a cell or behind a quote (a doubled one), and each closing quote before the end of a
  /// cell or before a quote. Bits that look back one byte are shifted in from the block before by the carry.
  /// Cells that end before the first fault of a block are sound, since all that `inside` knows comes from
  /// before; the record in which the fault lies is not vouched for. A cell begins behind the end of the one
  /// before, and is in quotes if a closing quote stands before its end: so the cells of a block are made of
  /// its masks at once, without a look at the bytes, and what is left to do here is done once a row. An LF
  /// behind a CR ends a line without a character, which is no record, so CRLF needs no case of its own. What
  /// must change together: the carries, the masks of the tail (no bits behind its end), and `finish`.
  private mutating func indexSoundRecords(
    _ window: ScanWindow, from place: inout ScanPlace, into index: inout RecordIndex
  ) -> Bool {
    var record = OpenRecord(at: place, firstField: index.fieldCount)
    var lines = place.line
    var at = place.offset
    survey.begin(at: at)
    while at < window.end {
      let count = min(window.end &- at, CellSurvey.length)
      index.reserve(fields: CellSurvey.room, records: count)
      survey.look(at: at, count, of: window, delimiter: delimiter, cells: index.nextField)
      let isSound = closeRows(from: at, lines: lines, of: window, record: &record, into: &index)
      guard isSound, !survey.isFaulty else {
        index.truncateFields(to: record.firstField)
        place = record.place
        return false
      }
      if survey.escapesEnd > 0 { record.escapesEnd = at &+ survey.escapesEnd }
      lines &+= survey.lines
      at &+= count
    }
    return finish(window, lines, record: &record, place: &place, into: &index)
  }

  /// Takes the cells and rows that end in the piece at `start`. Says false at a record that is too long to be vouched for.
  private func closeRows(
    from start: Int, lines: Int, of window: ScanWindow, record: inout OpenRecord, into index: inout RecordIndex
  ) -> Bool {
    let known = index.fieldCount
    index.commitFields(survey.cellCount)
    for number in 0..<survey.rowCount {
      let (end, cells) = survey.row(number)
      let escapesEnd = survey.escapesEnd(near: end)
      if escapesEnd > 0 { record.escapesEnd = start &+ escapesEnd }
      guard close(&record, at: start &+ end, fieldsEnd: known &+ cells, of: window, into: &index) else { return false }
      record.place = ScanPlace(offset: start &+ end &+ 1, line: lines &+ survey.lines(upTo: end))
    }
    return true
  }

  /// Adds the mark of a record, whose fields are all in the index, and unescapes it; not for a line without a
  /// character. Says false if the record is overlong.
  @inline(__always)
  private func close(
    _ record: inout OpenRecord, at end: Int, fieldsEnd: Int, of window: ScanWindow, into index: inout RecordIndex
  ) -> Bool {
    let length = end &- record.place.offset
    guard length <= FieldRef.maxLength else { return false }
    guard length > 0 else { return true }
    index.append(
      RecordMark(
        offset: record.place.offset, firstField: record.firstField, fieldCount: fieldsEnd &- record.firstField,
        line: record.place.line))
    if record.escapesEnd > record.place.offset {
      window.unescape(record.firstField..<fieldsEnd, of: &index)
    }
    record.firstField = fieldsEnd
    return true
  }

  /// What is left when the blocks are used up: at the end of the file a record without a line end is
  /// complete.
  private func finish(
    _ window: ScanWindow, _ lines: Int, record: inout OpenRecord, place: inout ScanPlace,
    into index: inout RecordIndex
  ) -> Bool {
    let isOpen = record.place.offset < window.end
    let isDoubtful =
      (window.atEnd && survey.isInsideQuotes) || window.end &- record.place.offset > FieldRef.maxLength
    guard isOpen, window.atEnd, !isDoubtful else {
      index.truncateFields(to: record.firstField)
      place = record.place
      return !(isOpen && isDoubtful)
    }
    index.reserve(fields: 1, records: 1)
    let isEmpty = survey.openCell == window.end
    index.append(isEmpty ? window.emptyField : window.soundField(from: survey.openCell, to: window.end))
    let isClosed = close(&record, at: window.end, fieldsEnd: index.fieldCount, of: window, into: &index)
    place = ScanPlace(offset: window.end, line: lines)
    return isClosed
  }
}

/// The record that the fast path is in.
private struct OpenRecord {
  /// Where it begins.
  var place: ScanPlace
  /// Its first field in the index.
  var firstField: Int
  /// Behind the last doubled quote that was seen; it may belong to a later record of the same block.
  var escapesEnd = 0

  init(at place: ScanPlace, firstField: Int) {
    self.place = place
    self.firstField = firstField
  }
}
