import CSV
import Records

/// What both scanners can do, so that one test runs through both.
protocol RecordScanner: ~Copyable {
  init(delimiter: UInt8)
  mutating func scan(
    _ buffer: UnsafeMutableBufferPointer<UInt8>, atEnd: Bool, into index: inout RecordIndex
  ) throws(CSVError) -> ScanProgress
}

extension CSVScanner: RecordScanner {}
extension LibCSVScanner: RecordScanner {}

/// The path that a test runs through.
enum Path: CaseIterable, Sendable {
  case fast, libcsv

  /// What this path reads, when the text arrives in pieces that end at `cuts` and at its end.
  func read(_ text: [UInt8], delimiter: UInt8 = 44, cuts: [Int] = []) -> Outcome {
    switch self {
    case .fast:
      var scanner = CSVScanner(delimiter: delimiter)
      return CSVTests.read(text, by: &scanner, cuts: cuts)
    case .libcsv:
      var scanner = LibCSVScanner(delimiter: delimiter)
      return CSVTests.read(text, by: &scanner, cuts: cuts)
    }
  }
}

/// A row as a test expects it: the line ends and bytes of the text before it, its cells (nil: absent), its
/// fault.
struct Row: Equatable, CustomStringConvertible, Sendable {
  var line: Int
  var offset: Int
  var cells: [[UInt8]?]
  var isFaulty = false

  var description: String {
    let texts = cells.map { $0.map { "\"\(String(decoding: $0, as: UTF8.self))\"" } ?? "absent" }
    return "\(isFaulty ? "faulty " : "")line \(line) byte \(offset): [\(texts.joined(separator: " | "))]"
  }
}

/// All that reading a text gives.
struct Outcome: Equatable, Sendable {
  var rows: [Row] = []
  var lines = 0
  var error: CSVError?
  /// Whether a scan changed bytes that it did not consume: it must not.
  var hasTouchedUnconsumedBytes = false
}

/// Feeds a text piece by piece, as a reader would: what was not consumed comes again, with more behind it.
private func read<Scanner: RecordScanner & ~Copyable>(
  _ text: [UInt8], by scanner: inout Scanner, cuts: [Int]
) -> Outcome {
  let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
  defer { buffer.deallocate() }
  _ = buffer.initialize(from: text)
  var outcome = Outcome()
  var start = 0
  var index = RecordIndex()
  for cut in cuts.filter({ $0 < text.count }) + [text.count] where outcome.error == nil {
    let piece = UnsafeMutableBufferPointer(rebasing: buffer[start..<cut])
    index.clear()
    var progress = ScanProgress(consumed: 0, lines: 0)
    do throws(CSVError) {
      progress = try scanner.scan(piece, atEnd: cut == text.count, into: &index)
    } catch {
      outcome.error = error.moved(bytes: start, lines: outcome.lines)
    }
    outcome.rows += rows(of: index, in: Bytes(piece), offset: start, line: outcome.lines)
    start += progress.consumed
    outcome.lines += progress.lines
    if outcome.error == nil, !buffer[start...].elementsEqual(text[start...]) {
      outcome.hasTouchedUnconsumedBytes = true
    }
  }
  return outcome
}

/// The records of an index as rows of the whole text.
private func rows(of index: borrowing RecordIndex, in bytes: Bytes, offset: Int, line: Int) -> [Row] {
  var rows: [Row] = []
  for number in 0..<index.recordCount {
    let record = index[record: number]
    let cells = index.fields(of: record).map { field -> [UInt8]? in
      field.isAbsent ? nil : Array(bytes.part(Int(field.offset), field.count))
    }
    rows.append(
      Row(
        line: line + Int(record.line), offset: offset + Int(record.offset), cells: cells,
        isFaulty: record.fault == .malformedQuote))
  }
  return rows
}

extension CSVError {
  /// The same error, its place counted from the start of the text.
  func moved(bytes: Int, lines: Int) -> CSVError {
    switch self {
    case .unclosedQuote(let offset, let line): .unclosedQuote(offset: offset + bytes, line: line + lines)
    case .cellTooLong(let offset, let line): .cellTooLong(offset: offset + bytes, line: line + lines)
    default: self
    }
  }
}

/// A small fast random generator with a seed that a test can print.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
