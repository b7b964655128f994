import CSV
import Records
import Staging

/// A row of a staged table, as text for people.
struct TextRow: Sendable {
  private let places: [String: Int]
  private let cells: [String?]

  fileprivate init(_ places: [String: Int], _ cells: [String?]) {
    self.places = places
    self.cells = cells
  }

  /// The text of a cell; nil where it is absent, or the table has no such column.
  subscript(_ column: String) -> String? { places[column].flatMap { $0 < cells.count ? cells[$0] : nil } }
}

/// Looks rows up in staged tables: streams through them, and makes text only of the rows that are wanted.
struct StagedLookup {
  let store: any StagingStore

  /// The rows of a table whose cell in `column` is one of `values`, up to `limit`; none if the table is not there.
  ///
  /// - Throws: `StagingError` if the table cannot be read.
  func rows(
    of table: TableName, where column: String, isOneOf values: [String], limit: Int = .max
  ) throws -> [TextRow] {
    guard try store.exists(table) else { return [] }
    let wanted = values.map { Array($0.utf8) }
    var found: [TextRow] = []
    var place = -1
    try forEachRecord(of: table) { names, cell in
      if place < 0 { place = names[column] ?? .max }
      guard let bytes = cell(place), wanted.contains(where: { $0.withUnsafeBufferPointer { bytes.same(as: $0) } })
      else { return true }
      let cells = (0..<names.count).map { cell($0)?.text }
      found.append(TextRow(names, cells))
      return found.count < limit
    }
    return found
  }

  /// How often each combination of some columns occurs in a table; nothing if the table is not there.
  ///
  /// - Throws: `StagingError` if the table cannot be read.
  func counts(of table: TableName, by columns: [String]) throws -> [[String]: Int] {
    guard try store.exists(table) else { return [:] }
    var counts: [[UInt8]: Int] = [:]
    var places: [Int] = []
    var key: [UInt8] = []
    try forEachRecord(of: table) { names, cell in
      if places.isEmpty { places = columns.map { names[$0] ?? .max } }
      // A key of bytes, so that a row makes no text; no cell that is counted holds the separator.
      Self.join(places, cell, into: &key)
      counts[key, default: 0] += 1
      return true
    }
    return Dictionary(
      counts.map { key, count in
        (
          key.split(separator: Self.separator, omittingEmptySubsequences: false).dropLast().map { part in
            String(decoding: part, as: UTF8.self)
          }, count
        )
      }, uniquingKeysWith: +)
  }

  /// Hands the cells of some columns on, row by row (nil: absent, or no such column); nothing if the table is not there.
  ///
  /// - Throws: `StagingError` if the table cannot be read.
  func forEachRow(of table: TableName, _ columns: [String], _ body: (_ cells: [Bytes?]) -> Void) throws {
    guard try store.exists(table) else { return }
    var places: [Int] = []
    var cells: [Bytes?] = Array(repeating: nil, count: columns.count)
    try forEachRecord(of: table) { names, cell in
      if places.isEmpty { places = columns.map { names[$0] ?? .max } }
      for (number, place) in places.enumerated() { cells[number] = cell(place) }
      body(cells)
      return true
    }
  }

  private static let separator: UInt8 = 0x1F

  /// The first rows of each combination of some columns, up to `limit` each, in the order of the table.
  ///
  /// - Throws: `StagingError` if the table cannot be read.
  func samples(of table: TableName, by columns: [String], limit: Int, into samples: inout [[String]: [TextRow]]) throws
  {
    guard try store.exists(table), limit > 0 else { return }
    // A key of bytes, so that a row that is no sample makes no text.
    var left: [[UInt8]: Int] = [:]
    var places: [Int] = []
    var key: [UInt8] = []
    try forEachRecord(of: table) { names, cell in
      if places.isEmpty { places = columns.map { names[$0] ?? .max } }
      Self.join(places, cell, into: &key)
      if left[key] == 0 { return true }
      let texts = places.map { cell($0)?.text ?? "" }
      let count = samples[texts]?.count ?? 0
      if count < limit { samples[texts, default: []].append(TextRow(names, (0..<names.count).map { cell($0)?.text })) }
      left[key] = max(0, limit - count - 1)
      return true
    }
  }

  private static func join(_ places: [Int], _ cell: (Int) -> Bytes?, into key: inout [UInt8]) {
    key.removeAll(keepingCapacity: true)
    for place in places {
      if let bytes = cell(place) { key.append(contentsOf: bytes) }
      key.append(separator)
    }
  }

  /// Hands each record on as a look-up of its cells (nil: absent), until `body` says that it has seen enough.
  private func forEachRecord(
    of table: TableName, _ body: (_ names: [String: Int], _ cell: (Int) -> Bytes?) throws -> Bool
  ) throws {
    let reader = try store.reader(table)
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var names: [String: Int]?
    while try blocks.next(into: &buffer, &index, read: reader.read) {
      for record in 0..<index.recordCount {
        let mark = index[record: record]
        let cell = { (place: Int) -> Bytes? in
          guard place >= 0, place < Int(mark.fieldCount) else { return nil }
          let field = index[field: Int(mark.firstField) + place]
          return field.isAbsent ? nil : buffer.part(Int(field.offset), field.count)
        }
        guard let known = names else {
          let header = (0..<Int(mark.fieldCount)).map { cell($0)?.text ?? "" }
          names = Dictionary(zip(header, 0...), uniquingKeysWith: { first, _ in first })
          continue
        }
        guard try body(known, cell) else { return }
      }
    }
  }
}
