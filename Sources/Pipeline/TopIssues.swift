import CSV
import FileStaging
import Foundation
import Records
import Staging

/// The issues of a run by how often they come, from its `rejects.csv`: what to look at first.
struct TopIssues {
  fileprivate struct Kind: Hashable {
    var code: String
    var object: String
    var side: String
    var field: String
  }

  private static let shown = 5
  private let path: String
  private var counts: [Kind: Int] = [:]

  /// Counts the rows of a report; none where there is no such file.
  init(inReport path: String) {
    self.path = path
    guard access(path, R_OK) == 0 else { return }
    // The report is ours, and whole: if it cannot be read, the summary does without, and the file is still named.
    try? count()
  }

  private mutating func count() throws {
    let reader = try FileReader(path: path)
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var isFirst = true
    while try blocks.next(into: &buffer, &index, read: reader.read) {
      for record in (isFirst ? 1 : 0)..<max(isFirst ? 1 : 0, index.recordCount) {
        let mark = index[record: record]
        guard Int(mark.fieldCount) == RejectRow.columns.count else { continue }
        func cell(_ column: String) -> String {
          let place = RejectRow.columns.firstIndex(of: column) ?? 0
          let field = index[field: Int(mark.firstField) + place]
          return String(decoding: buffer.part(Int(field.offset), field.count), as: UTF8.self)
        }
        let kind = Kind(code: cell("code"), object: cell("object"), side: cell("side"), field: cell("field"))
        counts[kind, default: 0] += 1
      }
      isFirst = false
    }
  }

  /// A line for each of the most frequent, and the file to open; nil without issues.
  var description: String? {
    guard !counts.isEmpty else { return nil }
    let total = counts.values.reduce(0, +)
    let ordered = counts.sorted { ($1.value, $0.key.sortKey) < ($0.value, $1.key.sortKey) }
    let width = ordered[0].value.grouped.count
    let lines = ordered.prefix(Self.shown).map { kind, count in
      let number = count.grouped
      let place = kind.field.isEmpty ? "" : " \(kind.field)"
      return "  \(String(repeating: " ", count: width - number.count))\(number)  "
        + "\(kind.code.padding(toLength: max(22, kind.code.count), withPad: " ", startingAt: 0))  "
        + "\(kind.object), \(kind.side)\(place)"
    }
    let rest = ordered.count - lines.count
    let more = rest > 0 ? ["  and \(rest) more kinds"] : []
    return (["issues: \(total.grouped), all in \(path)"] + lines + more).joined(separator: "\n")
  }
}

extension TopIssues.Kind {
  fileprivate var sortKey: String { [object, side, field, code].joined(separator: "\u{1F}") }
}
