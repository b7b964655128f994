import Activities
import Records

/// The issues of the row that is being mapped, each field and code once (semantics 7).
struct RowIssues: ~Copyable {
  private var list = ByteBuffer(capacity: 256)
  private var seen: [Seen] = []

  private struct Seen: Equatable {
    var field: Int
    var code: IssueCode
  }

  init() {}

  /// The list as a cell.
  var bytes: Bytes { list.bytes }

  /// Forgets the row.
  mutating func clear() {
    list.clear()
    seen.removeAll(keepingCapacity: true)
  }

  /// Notes an issue of a field.
  mutating func add(_ field: StaticString, _ code: IssueCode, _ value: Bytes) {
    guard isNew(Int(bitPattern: field.utf8Start), code) else { return }
    IssueList.append(field: field, code: code, value: value, into: &list)
  }

  /// Notes an issue of a column of the source.
  mutating func add(_ column: SourceColumn, _ place: Int, _ code: IssueCode, _ value: Bytes) {
    guard isNew(place, code) else { return }
    var name = column.name
    name.withUTF8 { IssueList.append(field: $0, code: code, value: value, into: &list) }
  }

  /// Notes an issue of a HubSpot property.
  mutating func add(property: StaticString, _ code: IssueCode, _ value: Bytes) {
    add(property, code, value.part(0, countKept(of: value, toUTF16: 255)))
  }

  private mutating func isNew(_ field: Int, _ code: IssueCode) -> Bool {
    let item = Seen(field: field, code: code)
    guard !seen.contains(item) else { return false }
    seen.append(item)
    return true
  }
}
