import Foundation

/// A CSV file that a test can look into and edit: rows that it does not touch keep their bytes, broken ones
/// too.
///
/// Written for the tests alone, and apart from the product's own reader: a byte at a time, nothing clever.
public struct CSVDocument {
  /// One record of the file.
  public struct Row {
    /// Its bytes in the file, line end included.
    public fileprivate(set) var raw: [UInt8]
    /// Its cells, unquoted.
    public fileprivate(set) var cells: [[UInt8]]
    /// Whether a quote stands where none may.
    public fileprivate(set) var hasStrayQuote = false
    /// Whether nothing is on its line.
    var isBlank: Bool { cells.count == 1 && cells[0].isEmpty && raw.allSatisfy { $0 == 0x0A || $0 == 0x0D } }
  }

  /// The names of the columns.
  public let header: [String]
  /// The records behind the header.
  public var rows: [Row]
  private let mark: [UInt8]
  private let headerRow: Row?
  private let places: [String: Int]

  /// Takes a file apart.
  public init(_ data: Data) {
    var reader = RowReader(bytes: Array(data))
    mark = reader.takeMark()
    headerRow = reader.next()
    header = headerRow?.cells.map { String(decoding: $0, as: UTF8.self) } ?? []
    places = Dictionary(zip(header, 0...), uniquingKeysWith: { first, _ in first })
    rows = []
    while let row = reader.next() {
      if !row.isBlank { rows.append(row) }
    }
  }

  /// The file as it is now.
  public var data: Data { Data(mark + (headerRow?.raw ?? []) + rows.flatMap(\.raw)) }

  /// Whether a record can be read: as many cells as the header, and no stray quote.
  public func isReadable(_ row: Row) -> Bool { row.cells.count == header.count && !row.hasStrayQuote }

  /// The text of a cell; empty where the file or the record has none.
  public func text(_ row: Row, _ column: String) -> String {
    guard let place = places[column], place < row.cells.count else { return "" }
    return String(decoding: row.cells[place], as: UTF8.self)
  }

  /// All records as dictionaries of the cells that are not empty.
  public var dictionaries: [[String: String]] {
    rows.map { row in
      Dictionary(uniqueKeysWithValues: header.map { ($0, text(row, $0)) }.filter { !$0.1.isEmpty })
    }
  }

  /// Sets a cell of a record.
  ///
  /// - Throws: `HelperError` if there is no such column.
  public mutating func set(_ row: Int, _ column: String, _ value: String) throws {
    guard let place = places[column] else { throw HelperError("no column \(column)") }
    rows[row].cells[place] = Array(value.utf8)
    rows[row].raw = Self.encode(rows[row].cells)
  }

  /// Appends a record with these cells; the others are empty.
  public mutating func append(_ values: [String: String]) throws {
    if let last = rows.last, last.raw.last != 0x0A { rows[rows.count - 1].raw.append(0x0A) }
    let cells = header.map { Array((values[$0] ?? "").utf8) }
    let strangers = values.keys.filter { places[$0] == nil }
    guard strangers.isEmpty else {
      throw HelperError("no column \(strangers.sorted().joined(separator: ", "))")
    }
    rows.append(Row(raw: Self.encode(cells), cells: cells))
  }

  /// The rows in another order; those of one id keep theirs, for at equal times the later row is the one that counts.
  public func shuffled(by idColumn: String, _ random: inout SeededRandom) -> CSVDocument {
    func key(_ row: Row) -> String { String(text(row, idColumn).prefix(15)) }
    var result = self
    result.rows.shuffle(using: &random)
    var queues = Dictionary(grouping: rows.filter { isReadable($0) }, by: key)
    for place in result.rows.indices where isReadable(result.rows[place]) {
      result.rows[place] = queues[key(result.rows[place])]?.removeFirst() ?? result.rows[place]
    }
    return result
  }

  private static func encode(_ cells: [[UInt8]]) -> [UInt8] {
    let texts = cells.map { cell -> [UInt8] in
      guard cell.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return cell }
      return [0x22] + cell.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
    }
    return Array(texts.joined(separator: [0x2C])) + [0x0A]
  }
}

/// Cuts a file into records: a quote opens a cell only as its first character.
private struct RowReader {
  let bytes: [UInt8]
  private var place = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func takeMark() -> [UInt8] {
    guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return [] }
    place = 3
    return [0xEF, 0xBB, 0xBF]
  }

  mutating func next() -> CSVDocument.Row? {
    guard place < bytes.count else { return nil }
    let start = place
    var row = CSVDocument.Row(raw: [], cells: [])
    while true {
      row.cells.append(takeCell(&row.hasStrayQuote))
      guard place < bytes.count, bytes[place] == 0x2C else { break }
      place += 1
    }
    takeLineEnd()
    row.raw = Array(bytes[start..<place])
    return row
  }

  private mutating func takeCell(_ hasStrayQuote: inout Bool) -> [UInt8] {
    var cell: [UInt8] = []
    if place < bytes.count, bytes[place] == 0x22 {
      place += 1
      while place < bytes.count {
        if bytes[place] == 0x22 {
          place += 1
          guard place < bytes.count, bytes[place] == 0x22 else { break }
        }
        cell.append(bytes[place])
        place += 1
      }
      if place < bytes.count, ![0x2C, 0x0A, 0x0D].contains(bytes[place]) { hasStrayQuote = true }
    }
    while place < bytes.count, ![0x2C, 0x0A, 0x0D].contains(bytes[place]) {
      if bytes[place] == 0x22 { hasStrayQuote = true }
      cell.append(bytes[place])
      place += 1
    }
    return cell
  }

  private mutating func takeLineEnd() {
    if place < bytes.count, bytes[place] == 0x0D { place += 1 }
    if place < bytes.count, bytes[place] == 0x0A { place += 1 }
  }
}
