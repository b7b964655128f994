import CSV
import Records

/// Goes through CSV row by row, header first, with the cells of each as they are written, unquoted. A cell lasts until the
/// next row. A byte order mark in front is passed over.
///
/// - Throws: `CSVError` or `BlockError` where it is no CSV, and what `read` and `body` throw.
public func forEachCSVRow(
  read: (UnsafeMutableRawBufferPointer) throws -> Int,
  _ body: (_ line: Int, _ fault: IssueCode, _ cells: [Bytes]) throws -> Void
) throws {
  var blocks = BlockScanner()
  var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
  var index = RecordIndex()
  var cells: [Bytes] = []
  var isFirst = true
  while try blocks.next(into: &buffer, &index, read: read) {
    for record in 0..<index.recordCount {
      let mark = index[record: record]
      cells.removeAll(keepingCapacity: true)
      for field in index.fields(of: mark) { cells.append(buffer.part(Int(field.offset), field.count)) }
      if isFirst, let first = cells.first, first.starts(with: [0xEF, 0xBB, 0xBF]) {
        cells[0] = first.part(3, first.count - 3)
      }
      isFirst = false
      try body(blocks.line + Int(mark.line), mark.fault, cells)
    }
  }
}

extension StagingError {
  /// Rows of the ledger that are not what a load has written.
  public static func damagedLedger(_ run: String, chunk: Int, _ why: String) -> StagingError {
    .failed(
      "the ledger of run \(run), chunk \(chunk), is damaged (\(why)): take the run out with "
        + "`resync load PIPELINE --run \(run) --forget`, and let exports with exported_at say what is there")
  }
}

extension ActivityLedger {
  /// Whether a run has loaded anything that was not taken out since.
  ///
  /// - Throws: `StagingError` if the ledger cannot be read.
  public func hasRows(of run: String) throws -> Bool {
    for chunk in try runs().first(where: { $0.name == run })?.chunks ?? [] {
      var lines = 0
      if let reader = try reader(run, chunk: chunk, .rows) {
        try forEachCSVRow(read: reader.read) { _, _, _ in lines += 1 }
      }
      if lines > 1 { return true }
    }
    return false
  }

  /// Goes through the rows of a chunk; a cell lasts until the next row. Nothing if the chunk has none of that part.
  ///
  /// - Throws: `StagingError` if the ledger cannot be read, or is damaged; what `body` throws.
  public func forEachRow(
    _ run: String, chunk: Int, _ part: LedgerPart, columns: [String], _ body: ([Bytes]) throws -> Void
  ) throws {
    try check(run, chunk: chunk, part)
    guard let reader = try reader(run, chunk: chunk, part) else { return }
    var isFirst = true
    try forEachCSVRow(read: reader.read) { line, fault, cells in
      guard fault == .none, cells.count == columns.count, !isFirst || cells.map(\.text) == columns else {
        throw StagingError.damagedLedger(run, chunk: chunk, "line \(line) is not what a load writes")
      }
      if !isFirst { try body(cells) }
      isFirst = false
    }
  }
}
