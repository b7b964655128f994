import CRM
import Records

/// The changes of one record on one side, gathered until the next record begins.
struct PendingRecord: ~Copyable {
  /// What happens to a field.
  enum Cell {
    case untouched
    case clear
    case value(start: Int, count: Int)
  }

  private(set) var cells: [Cell]
  private(set) var isEmpty = true
  private var values = ByteBuffer(capacity: 4096)

  init(fields: Int) { cells = Array(repeating: .untouched, count: fields) }

  /// The bytes of a value.
  func bytes(_ start: Int, _ count: Int) -> Bytes { values.part(start, count) }

  /// Sets a field.
  mutating func set(_ place: Int, _ value: Bytes) {
    isEmpty = false
    cells[place] = .value(start: values.count, count: value.count)
    values.append(value)
  }

  /// Sets a datetime field to the midnight of a day in a zone (semantics 1, last line).
  mutating func set(_ place: Int, midnightOf day: Bytes, in zone: TimeZoneTable) {
    guard let local = parseInstant(day, sourceZone: .utc, dateOrder: nil) else { return set(place, day) }
    isEmpty = false
    let start = values.count
    values.append(isoSeconds: zone.toUTC(localSeconds: local))
    cells[place] = .value(start: start, count: values.count - start)
  }

  /// Clears a field.
  mutating func clear(_ place: Int) {
    isEmpty = false
    cells[place] = .clear
  }

  /// Forgets the record.
  mutating func reset() {
    guard !isEmpty else { return }
    for place in cells.indices { cells[place] = .untouched }
    values.clear()
    isEmpty = true
  }
}
