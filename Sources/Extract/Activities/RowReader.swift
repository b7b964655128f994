import Activities
import CRM
import CSV
import Records
import Staging

/// Where the columns of a source stand in one of its files.
struct ActivityColumns: Sendable {
  /// For each column of the source its place in the file, or -1.
  let places: [Int]
  /// How many cells a row of the file has.
  let count: Int

  /// - Throws: `SourceError` for a repeated column, or a needed one that is missing.
  init(header names: [String], line: Int, _ file: PreparedFile, _ source: ActivitySource) throws {
    count = names.count
    var seen: [String: Int] = [:]
    for (place, name) in names.enumerated() {
      let bare = Self.trimmed(name)
      if let first = seen[bare] {
        throw SourceError(
          file.displayName, line: line,
          "the column \(bare.isEmpty ? "without a name" : bare) occurs twice "
            + "(columns \(first + 1) and \(place + 1)): export it once")
      }
      seen[bare] = place
    }
    func name(_ column: SourceColumn) -> String { file.source.columnNames[column.name] ?? column.name }
    let warehouse = WarehouseNames(columns: Array(seen.keys), side: source.side, object: source.name)
    func place(_ column: SourceColumn) -> Int? {
      guard file.source.columnNames[column.name] == nil else { return seen[name(column)] }
      return warehouse.column(of: column.name).flatMap { seen[$0] }
    }
    // HubSpot's tables in a warehouse lack the columns of properties that nobody ever filled. Whom an activity belongs to
    // must be there all the same.
    let hasOwnID = source.idColumn.map { seen[name(source.columns[$0])] != nil } ?? true
    let isOwnExport = file.source.database == nil && hasOwnID
    let needsAll = isOwnExport || !source.isActivity || source.side == .salesforce
    let missing = source.columns.filter { column in
      guard column.isNeeded, place(column) == nil else { return false }
      return needsAll || column.name == "contact_ids" || column.kind.isID
    }
    guard missing.isEmpty else {
      let list = missing.map(name).joined(separator: ", ")
      let hint = headerHint(names) ?? "export it too, or name it under `columns`"
      throw SourceError(file.displayName, line: line, "the column \(list) is missing: \(hint)")
    }
    places = source.columns.map { $0.isInFile ? place($0) ?? -1 : -1 }
  }

  private static func trimmed(_ name: String) -> String {
    guard let first = name.firstIndex(where: { !$0.isWhitespace }),
      let last = name.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(name[first...last])
  }
}

/// Judges the rows of a source, and reads the id and the time of those that can be read (semantics 7). One a thread.
struct RowReader: ~Copyable {
  private let source: ActivitySource
  private let columns: ActivityColumns
  private let zone: TimeZoneTable
  private let dateOrder: DateOrder?
  private let idFormat: ValueFormat
  private let text: ValueFormat
  private let boolean: ValueFormat
  private let amount: ValueFormat
  private var canonicalizer = Canonicalizer()
  /// The id of the row that was read last, as its own column has it in canonical form.
  private(set) var id = ByteBuffer(capacity: 64)
  /// The text that rows with one id have in common: of an integration event with the app in front.
  private(set) var key = ByteBuffer(capacity: 64)
  private var value = ByteBuffer(capacity: 64)

  init(_ source: ActivitySource, _ columns: ActivityColumns, _ file: SourceFile) {
    self.source = source
    self.columns = columns
    zone = file.zone
    dateOrder = file.dateOrder
    let kind = source.idColumn.map { source.columns[$0].kind } ?? .text
    idFormat =
      switch kind {
      case .salesforceID: ValueFormat(kind: .id, side: .salesforce)
      case .hubspotID: ValueFormat(kind: .owner, side: .hubspot)
      default: ValueFormat(kind: .text, side: source.side)
      }
    text = ValueFormat(kind: .text, side: source.side)
    boolean = ValueFormat(kind: .boolean, side: source.side)
    amount = .amount(source.side)
  }

  /// The raw cell of a column of the source.
  func raw(_ column: Int, _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer) -> Bytes {
    let place = columns.places[column]
    guard place >= 0 else { return .none }
    let field = index[field: Int(mark.firstField) + place]
    return buffer.part(Int(field.offset), field.count)
  }

  /// Reads a row's id into `id` and `key`; the code says why the row cannot be used.
  mutating func read(_ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer) -> IssueCode {
    id.clear()
    key.clear()
    if mark.fault != .none { return mark.fault }
    guard Int(mark.fieldCount) == columns.count else { return .raggedRow }
    guard let column = source.idColumn else { return .none }
    let raw = raw(column, index, mark, buffer)
    let cell = canonicalizer.canonicalize(raw, idFormat)
    if cell.issue == .invalidEncoding { return .invalidEncoding }
    id.append(bytes(cell, of: raw))
    if cell.issue != .none { return cell.issue }
    if cell.count == 0 { return .missingID }
    if let prefix = source.idPrefixColumn {
      let app = self.text(prefix, index, mark, buffer)
      if app.count > 0 {
        key.append(app)
        key.append(UInt8(ascii: ":"))
      }
    }
    key.append(id.bytes)
    return .none
  }

  private func bytes(_ cell: NormalizedCell, of raw: Bytes) -> Bytes {
    cell.place == .raw ? raw.part(cell.start, cell.count) : canonicalizer.scratch.part(cell.start, cell.count)
  }

  /// A cell as canonical text, until the next call; none if it cannot be used.
  mutating func text(
    _ column: Int, _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer
  ) -> Bytes {
    let raw = raw(column, index, mark, buffer)
    let cell = canonicalizer.canonicalize(raw, text)
    return cell.issue == .none ? bytes(cell, of: raw) : .none
  }

  /// A cell as messages show it, until the next call: trimmed, and repaired where it is no UTF-8.
  mutating func shown(
    _ column: Int, _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer
  ) -> Bytes {
    let raw = raw(column, index, mark, buffer)
    let cell = canonicalizer.canonicalize(raw, text)
    guard cell.issue != .none else { return bytes(cell, of: raw) }
    value.clear()
    appendRepaired(raw, into: &value)
    return value.bytes
  }

  /// A cell as a whole number that is not negative, in canonical form, until the next call; none if it cannot be used.
  mutating func amount(
    _ column: Int, _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer
  ) -> Bytes {
    let raw = raw(column, index, mark, buffer)
    let cell = canonicalizer.canonicalize(raw, amount)
    guard cell.issue == .none else { return .none }
    let number = bytes(cell, of: raw)
    return number.first == UInt8(ascii: "-") ? .none : number
  }

  /// Whether a cell is true.
  mutating func isTrue(
    _ column: Int, _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer
  ) -> Bool {
    let raw = raw(column, index, mark, buffer)
    let cell = canonicalizer.canonicalize(raw, boolean)
    return cell.issue == .none && bytes(cell, of: raw).same(as: "true")
  }

  /// When the row was last modified, in whole seconds; a missing time is the earliest.
  func time(_ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer) -> Int64 {
    guard let column = source.timeColumn else { return .min }
    let raw = raw(column, index, mark, buffer)
    return raw.count == 0 ? .min : parseInstant(raw, sourceZone: zone, dateOrder: dateOrder) ?? .min
  }
}
