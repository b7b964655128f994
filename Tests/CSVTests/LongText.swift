import CSV
import Records

/// A text too long for arrays to be quick in a debug build: a start, many times `x`, and an end.
struct LongText: ~Copyable {
  let bytes: UnsafeMutableBufferPointer<UInt8>

  init(_ start: String, _ count: Int, _ end: String) {
    let (head, tail) = (Array(start.utf8), Array(end.utf8))
    bytes = .allocate(capacity: head.count + count + tail.count)
    bytes.update(repeating: UInt8(ascii: "x"))
    _ = UnsafeMutableBufferPointer(rebasing: bytes[..<head.count]).update(from: head)
    _ = UnsafeMutableBufferPointer(rebasing: bytes[(head.count + count)...]).update(from: tail)
  }

  deinit { bytes.deallocate() }
}

/// What one scan gives, without the bytes.
struct ScanSummary {
  var error: CSVError?
  var progress: ScanProgress?
  var recordCount = 0
  var fieldLengths: [Int] = []
}

extension Path {
  /// What this path makes of a whole long text.
  func scan(_ text: borrowing LongText, atEnd: Bool) -> ScanSummary {
    switch self {
    case .fast:
      var scanner = CSVScanner()
      return CSVTests.scan(text, by: &scanner, atEnd: atEnd)
    case .libcsv:
      var scanner = LibCSVScanner()
      return CSVTests.scan(text, by: &scanner, atEnd: atEnd)
    }
  }
}

private func scan<Scanner: RecordScanner & ~Copyable>(
  _ text: borrowing LongText, by scanner: inout Scanner, atEnd: Bool
) -> ScanSummary {
  var summary = ScanSummary()
  var index = RecordIndex()
  do throws(CSVError) {
    summary.progress = try scanner.scan(text.bytes, atEnd: atEnd, into: &index)
  } catch {
    summary.error = error
  }
  summary.recordCount = index.recordCount
  for number in 0..<index.fieldCount { summary.fieldLengths.append(index[field: number].count) }
  return summary
}
