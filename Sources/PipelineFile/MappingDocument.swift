import CRM
import Foundation

/// The columns of a mapping file, in the order in which new files have them (spec, interface, "A mapping file").
public let mappingColumns = [
  "hubspot_property", "salesforce_field", "sync_rule", "origin", "salesforce_object", "compare", "value_map",
  "on_too_long",
]

/// A mapping file, byte by byte: what an edit does not name stays as it is written.
///
/// Lines that begin with `#` are comments. They, empty lines, the order of the rows, quotes, line ends and a byte order
/// mark are the author's, and outlive every edit.
public struct MappingDocument: Sendable {
  /// The file, for messages.
  public let file: String
  /// The bytes of the file.
  public private(set) var bytes: [UInt8]
  /// The rows as they are read, in the order of the file.
  public private(set) var rows: [MappingRow]
  private var lines: [MappingLine]

  /// Reads a mapping file.
  ///
  /// Throws a `PipelineError` with all that is wrong, each with its line.
  public init(contentsOf file: String) throws(PipelineError) {
    try self.init([UInt8](try readFile(file)), file: file)
  }

  /// Reads the bytes of a mapping file.
  ///
  /// Throws a `PipelineError` with all that is wrong, each with its line.
  public init(_ bytes: [UInt8], file: String) throws(PipelineError) {
    self.file = file
    self.bytes = bytes
    lines = MappingLine.split(bytes)
    rows = try readRows(Self.withoutComments(bytes, lines), file: file)
  }

  /// Whether a file begins as a mapping file does: with its columns, and no others.
  public static func hasHeader(_ bytes: [UInt8]) -> Bool {
    let header = MappingLine.split(bytes).first { $0.isRecord }
    let names = header.map { $0.cells.map { text($0, bytes) } } ?? []
    return names.contains("hubspot_property") && names.contains("salesforce_field")
      && names.allSatisfy(mappingColumns.contains)
  }

  /// The bytes with comments emptied; the line ends stay, so that rows keep their line numbers.
  private static func withoutComments(_ bytes: [UInt8], _ lines: [MappingLine]) -> Data {
    var data = Data()
    var end = 0
    for line in lines where line.isComment {
      data.append(contentsOf: bytes[end..<line.start])
      end = line.contentEnd
    }
    data.append(contentsOf: bytes[end...])
    return data
  }

  // MARK: What is where

  private var header: MappingLine? { lines.first { $0.isRecord } }

  /// The names of the columns, as the header has them.
  public var columns: [String] { header.map { $0.cells.map { Self.text($0, bytes) } } ?? [] }

  private func line(of row: MappingRow) -> MappingLine? {
    lines.first { $0.isRecord && $0.number == row.line }
  }

  private static func text(_ cell: Range<Int>, _ bytes: [UInt8]) -> String {
    var content = String(decoding: bytes[cell], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if content.hasPrefix("\""), content.hasSuffix("\""), content.count > 1 {
      content = content.dropFirst().dropLast().replacingOccurrences(of: "\"\"", with: "\"")
    }
    return content.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  // MARK: Edits

  /// Puts texts in cells of a row, by column. A cell that means the same already keeps its bytes; a column that the
  /// file lacks is added for all rows, if the text is not empty.
  ///
  /// Throws a `PipelineError` if the file then cannot be read.
  public mutating func set(_ cells: [String: String], of row: MappingRow) throws(PipelineError) {
    try addColumns(Self.needed(cells))
    guard let line = line(of: row) else { return }
    let names = columns
    var changed = bytes
    for (place, name) in names.enumerated().reversed() where place < line.cells.count {
      guard let wanted = cells[name], !Self.isSame(name, Self.text(line.cells[place], bytes), wanted) else { continue }
      changed.replaceSubrange(line.cells[place], with: encodedCell(wanted).utf8)
    }
    try become(changed)
  }

  /// Whether two texts mean the same in a column: `Two-way` is `two_way`.
  private static func isSame(_ column: String, _ old: String, _ new: String) -> Bool {
    if old == new { return true }
    switch column {
    case "sync_rule": return SyncRule(text: old).map { $0 == SyncRule(text: new) } ?? false
    case "origin": return old.isEmpty && new == MappingOrigin.custom.rawValue
    case "value_map":
      guard let old = try? ValueMap(parsing: old), let new = try? ValueMap(parsing: new) else { return false }
      return old == new
    default: return false
    }
  }

  /// Adds a row behind all others.
  ///
  /// Throws a `PipelineError` if the file then cannot be read.
  public mutating func append(_ cells: [String: String]) throws(PipelineError) {
    try addColumns(Self.needed(cells))
    let end = lineEnd
    let row = columns.map { encodedCell(cells[$0] ?? "") }.joined(separator: ",")
    // Comments at the end of the file stay there: they may speak of the rows before them.
    let last = lines.last { $0.isRecord }
    let place = last?.end ?? bytes.count
    let isOpen = place > 0 && bytes[place - 1] != 0x0A && bytes[place - 1] != 0x0D
    var changed = bytes
    changed.insert(
      contentsOf: ((isOpen ? end : "") + row + (isOpen && last?.end == bytes.count ? "" : end)).utf8, at: place)
    try become(changed)
  }

  /// Takes a row out, its line and nothing else.
  ///
  /// Throws a `PipelineError` if the file then cannot be read.
  public mutating func remove(_ row: MappingRow) throws(PipelineError) {
    guard let line = line(of: row) else { return }
    var changed = bytes
    changed.removeSubrange(line.start..<line.end)
    try become(changed)
  }

  /// The columns that a row needs: an absent cell is empty, and an empty `origin` is `custom`.
  private static func needed(_ cells: [String: String]) -> [String] {
    mappingColumns.filter { column in
      guard let text = cells[column], !text.isEmpty else { return false }
      return column != "origin" || text != MappingOrigin.custom.rawValue
    }
  }

  private mutating func addColumns(_ needed: [String]) throws(PipelineError) {
    let missing = needed.filter { !columns.contains($0) }
    guard !missing.isEmpty, let header else { return }
    var changed = bytes
    for line in lines.reversed() where line.isRecord {
      let addition = line.start == header.start ? missing.map { "," + $0 } : missing.map { _ in "," }
      changed.insert(contentsOf: addition.joined().utf8, at: line.contentEnd)
    }
    try become(changed)
  }

  private mutating func become(_ changed: [UInt8]) throws(PipelineError) {
    guard changed != bytes else { return }
    self = try MappingDocument(changed, file: file)
  }

  /// How the header's line ends: new rows end in the same way.
  private var lineEnd: String {
    guard let header, header.contentEnd < header.end else { return "\n" }
    return String(decoding: bytes[header.contentEnd..<header.end], as: UTF8.self)
  }
}

/// A cell as a CSV file writes it: in quotes only where it must be.
public func encodedCell(_ text: String) -> String {
  let needsQuotes =
    text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" } || text.hasPrefix("#")
  return needsQuotes ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
}

extension MappingRow {
  /// The row as cells of a mapping file, by column.
  public var cells: [String: String] {
    [
      "hubspot_property": property, "salesforce_field": field, "sync_rule": rule.rawValue, "origin": origin.rawValue,
      "salesforce_object": salesforceObject ?? "", "compare": comparison?.rawValue ?? "", "value_map": valueMap.text,
      "on_too_long": truncate ? "truncate" : "",
    ]
  }
}
