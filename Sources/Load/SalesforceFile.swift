import CRM
import CSV
import Records
import Staging

/// Writes CSV for Salesforce's Bulk API 2.0: UTF-8 without mark, LF, quoted only where needed; an empty cell leaves a field
/// as it is, `#N/A` clears it (semantics 6). A new file is begun before one would be larger than Salesforce takes.
final class SalesforceFile {
  /// What Bulk API 2.0 takes in one upload, in bytes (domain facts 2.8).
  static let maxBytes = 100_000_000

  private let files: any LoadFiles
  private let name: String
  private let header: [String]
  private let places: [Int]
  private let hasID: Bool
  private var file: (any TableWriter)?
  private var size = 0
  private var part = 0
  private var line = ByteBuffer(capacity: 4096)
  private(set) var rows = 0

  /// `fields` are the fields that any row changes, in the order of `FieldPlaces`. Updates begin with the record's `Id`.
  init(_ files: any LoadFiles, name: String, _ fields: FieldPlaces, used: Set<String>, hasID: Bool) {
    self.files = files
    self.name = name
    self.hasID = hasID
    places = fields.names.indices.filter { used.contains(fields.names[$0]) }
    header = (hasID ? ["Id"] : []) + places.map { fields.names[$0] }
  }

  /// Appends a record.
  func append(id: Bytes, _ record: borrowing PendingRecord) throws {
    line.clear()
    write(id, record, to: &line)
    if file != nil && size + line.count > Self.maxBytes { try finishFile() }
    if file == nil { try begin() }
    try file?.append(line.bytes)
    size += line.count
    rows += 1
  }

  private func write(_ id: Bytes, _ record: borrowing PendingRecord, to line: inout ByteBuffer) {
    if hasID { line.append(id) }
    for (number, place) in places.enumerated() {
      if number > 0 || hasID { line.append(UInt8(ascii: ",")) }
      switch record.cells[place] {
      case .untouched: break
      case .clear: line.append("#N/A")
      case .value(let start, let count): line.appendCSV(record.bytes(start, count))
      }
    }
    line.append(UInt8(ascii: "\n"))
  }

  private func begin() throws {
    var text = ByteBuffer()
    for (number, column) in header.enumerated() {
      if number > 0 { text.append(UInt8(ascii: ",")) }
      text.appendCSV(column)
    }
    text.append(UInt8(ascii: "\n"))
    let new = try files.create(part == 0 ? "\(name).csv" : "\(name)-\(part).csv")
    try new.append(text.bytes)
    file = new
    size = text.count
  }

  private func finishFile() throws {
    try file?.commit()
    file = nil
    part += 1
  }

  /// Completes the file; nothing is written where there are no rows.
  func finish() throws { try finishFile() }
}
