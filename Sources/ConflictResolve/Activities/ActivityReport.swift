import Activities
import CRM
import CXXHash
import Records
import Staging

/// What the resolving of a source leaves besides its table: rows of `rejects.csv`, and counts.
public struct ActivityReport: ~Copyable {
  /// The source, and the names of its files as messages show them.
  let source: ActivitySource
  let files: [String]
  /// Rows of `rejects.csv`.
  public var rejects = ByteBuffer(capacity: 4096)
  /// What became of the rows.
  public var counts = ActivityCounts()

  /// An empty report.
  public init(_ source: ActivitySource, files: [String]) {
    self.source = source
    self.files = files
  }

  /// Counts a row that is left out.
  mutating func exclude(_ reason: String) { counts.excluded[reason, default: 0] += 1 }

  /// Notes a row that could be read, and lacks what it needs.
  mutating func reject(_ info: RowInfo, id: Bytes, _ code: IssueCode) {
    counts.rejected += 1
    append(info, id: id, field: "", value: .none, code)
  }

  /// Notes the issues of a row that is loaded.
  ///
  /// - Throws: `StagingError.failed` if the cell is no list of issues.
  mutating func report(_ info: RowInfo, id: Bytes, issues cell: Bytes) throws {
    guard cell.count > 0 else { return }
    guard let issues = IssueList.read(cell) else {
      throw StagingError.failed(
        "the issues of row \(info.row) of \(source.name) cannot be read: run the map stage again")
    }
    for issue in issues {
      counts.issues += 1
      issue.value.withUnsafeBufferPointer { append(info, id: id, field: issue.field, value: $0, issue.code) }
    }
  }

  private mutating func append(_ info: RowInfo, id: Bytes, field: String, value: Bytes, _ code: IssueCode) {
    let file = Int(info.file) < files.count ? files[Int(info.file)] : ""
    RejectRow.append(
      object: source.name, side: source.side, recordID: id, file: file, line: info.line, field: field, value: value,
      code: code, into: &rejects)
  }
}

/// Digests what is written of an activity: XXH128, 32 hexadecimal digits.
struct WriteDigest: ~Copyable {
  private var bytes = ByteBuffer(capacity: 4096)

  init() {}

  /// Forgets what was added.
  mutating func clear() { bytes.clear() }

  /// Adds a value; blank ones count too.
  mutating func add(_ value: Bytes) {
    bytes.append(decimal: value.count)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(value)
  }

  /// Appends the digest.
  func append(to out: inout ByteBuffer) {
    let hash = XXH3_128bits(bytes.base, bytes.count)
    for half in [hash.high64, hash.low64] {
      for shift in stride(from: 60, through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: (half >> UInt64(shift)) & 15)
        out.append(digit < 10 ? 48 + digit : 87 + digit)
      }
    }
  }
}
