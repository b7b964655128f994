import Records

/// A value, and how many records of an export have it.
public struct ValueCount: Equatable, Sendable {
  /// The value as the side's export has it, normalized.
  public var value: String
  /// How many records have it; nil where there is no export to look into.
  public var records: Int?

  /// A value that so many records have.
  public init(_ value: String, _ records: Int?) {
    self.value = value
    self.records = records
  }

  /// `Banking (12 records)`.
  var text: String { records.map { "\(value) (\($0) \($0 == 1 ? "record" : "records"))" } ?? value }
}

/// Counts the different values of a column: picklists and owners have few.
///
/// A look-up allocates nothing; a value costs memory once.
struct DistinctValues {
  private var places = ByteTable()
  private(set) var counts: [Int] = []
  private(set) var values: [[UInt8]] = []
  /// How many different values are kept; a column with more is no picklist, and the rest is passed over.
  static let limit = 100_000

  /// Counts a value of `records` records.
  mutating func add(_ cell: Bytes, records: Int = 1) {
    guard cell.count > 0 else { return }
    if let place = places.find(cell) {
      counts[place] += records
    } else if values.count < Self.limit {
      let bytes = Array(cell)
      places.insert(bytes, values.count)
      values.append(bytes)
      counts.append(records)
    }
  }

  /// Adds what another file holds.
  mutating func merge(_ other: DistinctValues) {
    for (value, records) in zip(other.values, other.counts) {
      value.withUnsafeBufferPointer { add($0, records: records) }
    }
  }
}
