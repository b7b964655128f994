import Records

/// The same as `CSVScanner`, every record read by libcsv: slow, and the measure of the fast one.
///
/// One scanner a thread.
public struct LibCSVScanner: ~Copyable, @unchecked Sendable {
  private var judge: RecordJudge

  /// A scanner for cells between `delimiter` bytes (`,` unless told; not a quote, CR or LF).
  public init(delimiter: UInt8 = 44) { judge = RecordJudge(delimiter: delimiter) }

  /// Adds the complete records of `buffer` to `index`; all that `CSVScanner.scan` says holds (spec, semantics
  /// 7).
  public mutating func scan(
    _ buffer: UnsafeMutableBufferPointer<UInt8>, atEnd: Bool, into index: inout RecordIndex
  ) throws(CSVError) -> ScanProgress {
    guard let window = ScanWindow(buffer, atEnd: atEnd) else { return ScanProgress(consumed: 0, lines: 0) }
    var place = ScanPlace()
    while true {
      window.skipEmptyLines(&place)
      guard place.offset < window.end else { break }
      guard try judge.judge(window, at: &place, into: &index) else { break }
    }
    return try window.progress(to: place)
  }
}

extension ScanWindow {
  /// Moves behind lines without a character: they are no records, but they count as lines (spec, semantics
  /// 7).
  func skipEmptyLines(_ place: inout ScanPlace) {
    while place.offset < end, base[place.offset] == Byte.cr || base[place.offset] == Byte.lf {
      place.offset = behindLineEnd(place.offset)
      place.line &+= 1
    }
  }
}
