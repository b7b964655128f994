import CSV
import FileStaging
import Foundation
import Records
import Staging

/// The issues of a run by how often they come, from its `rejects.csv`: what to look at first.
struct TopIssues {
  /// One kind of issue: its code, and the object, side and field that have it.
  private struct Kind {
    var cells: [String]
    var count = 0
    /// Equally frequent ones come in the order of their names.
    var sortKey: String { cells.joined(separator: "\u{1F}") }
  }

  private static let shown = 5
  private static let columns = ["object", "side", "field", "code"]
  private let path: String
  private var kinds: [Kind] = []

  /// Counts the rows of a report; none where there is no such file.
  init(inReport path: String) {
    self.path = path
    guard access(path, R_OK) == 0 else { return }
    // The report is ours, and whole: if it cannot be read, the summary does without, and the file is still named.
    try? count()
  }

  private mutating func count() throws {
    let reader = try FileReader(path: path)
    let places = Self.columns.compactMap { RejectRow.columns.firstIndex(of: $0) }
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var known = ByteTable()
    var key = ByteBuffer(capacity: 256)
    var isFirst = true
    while try blocks.next(into: &buffer, &index, read: reader.read) {
      for record in (isFirst ? 1 : 0)..<max(isFirst ? 1 : 0, index.recordCount) {
        let mark = index[record: record]
        guard Int(mark.fieldCount) == RejectRow.columns.count else { continue }
        key.clear()
        for place in places {
          let field = index[field: Int(mark.firstField) + place]
          key.append(buffer.part(Int(field.offset), field.count))
          key.append(0x1F)
        }
        note(key, &known)
      }
      isFirst = false
    }
  }

  /// There may be as many issues as cells, but only so many kinds: text is made of the kinds alone.
  private mutating func note(_ key: borrowing ByteBuffer, _ known: inout ByteTable) {
    let place = known.find(key.bytes) ?? kinds.count
    if place == kinds.count {
      known.insert(Array(key.bytes), place)
      kinds.append(
        Kind(cells: key.bytes.text.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)))
    }
    kinds[place].count += 1
  }

  /// A line for each of the most frequent, and the file to open; nil without issues.
  var description: String? {
    guard !kinds.isEmpty else { return nil }
    let total = kinds.reduce(0) { $0 + $1.count }
    let ordered = kinds.sorted { ($1.count, $0.sortKey) < ($0.count, $1.sortKey) }
    let width = ordered[0].count.grouped.count
    let lines = ordered.prefix(Self.shown).map { kind in
      let number = kind.count.grouped
      let code = kind.cells[3]
      return "  \(String(repeating: " ", count: width - number.count))\(number)  "
        + "\(code)\(String(repeating: " ", count: max(0, 22 - code.count)))  "
        + "\(kind.cells[0]), \(kind.cells[1])\(kind.cells[2].isEmpty ? "" : " \(kind.cells[2])")"
    }
    let rest = ordered.count - lines.count
    let more = rest > 0 ? ["  and \(rest) more kind\(rest == 1 ? "" : "s")"] : []
    return (["issues: \(total.grouped), all in \(path)"] + lines + more).joined(separator: "\n")
  }
}
