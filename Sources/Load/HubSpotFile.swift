import CRM
import Records
import Staging

/// Writes bodies for HubSpot's batch API: one JSON object a line, at most 100 inputs in each; an empty string clears a
/// property (semantics 6). Every input carries its trace id, so that one refused record does not stop its batch.
final class HubSpotFile {
  /// How many inputs a batch call takes (domain facts 2.3).
  static let maxInputs = 100

  private let files: any LoadFiles
  private let name: String
  private let fields: FieldPlaces
  private let keys: TextTable
  private let hasID: Bool
  private var file: (any TableWriter)?
  private var line = ByteBuffer(capacity: 1 << 16)
  private var inputs = 0
  private(set) var rows = 0

  /// Updates name the record by its HubSpot `id`; creates have none.
  init(_ files: any LoadFiles, name: String, _ fields: FieldPlaces, hasID: Bool) {
    self.files = files
    self.name = name
    self.fields = fields
    self.hasID = hasID
    keys = TextTable(
      fields.names.map { name in
        var key = ByteBuffer()
        var copy = name
        copy.withUTF8 { key.appendJSON($0) }
        return key.bytes.text
      })
  }

  /// Appends a record; `trace` is the HubSpot id of an update, the Salesforce id of a create.
  func append(trace: Bytes, _ record: borrowing PendingRecord) throws {
    write(trace, record, to: &line)
    inputs += 1
    rows += 1
    if inputs == Self.maxInputs { try flush() }
  }

  private func write(_ trace: Bytes, _ record: borrowing PendingRecord, to line: inout ByteBuffer) {
    line.append(inputs == 0 ? "{\"inputs\":[{\"objectWriteTraceId\":" : ",{\"objectWriteTraceId\":")
    line.appendJSON(trace)
    if hasID {
      line.append(",\"id\":")
      line.appendJSON(trace)
    }
    line.append(",\"properties\":{")
    var isFirst = true
    for place in 0..<keys.count {
      if case .untouched = record.cells[place] { continue }
      if !isFirst { line.append(UInt8(ascii: ",")) }
      isFirst = false
      line.append(keys[place])
      line.append(UInt8(ascii: ":"))
      if case .value(let start, let count) = record.cells[place] {
        line.appendJSON(record.bytes(start, count))
      } else {
        line.append("\"\"")
      }
    }
    line.append("}}")
  }

  private func flush() throws {
    guard inputs > 0 else { return }
    line.append("]}\n")
    if file == nil { file = try files.create("\(name).jsonl") }
    try file?.append(line.bytes)
    line.clear()
    inputs = 0
  }

  /// Completes the file; nothing is written where there are no rows.
  func finish() throws {
    try flush()
    try file?.commit()
    file = nil
  }
}

extension ByteBuffer {
  /// Appends a JSON string, quotes included (RFC 8259, section 7). The bytes must be UTF-8.
  mutating func appendJSON(_ text: Bytes) {
    append(UInt8(ascii: "\""))
    var start = 0
    var place = 0
    while let next = Self.jsonEscape(in: text, from: place) {
      let byte = text[next]
      append(text.part(start, next - start))
      place = next + 1
      start = place
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      default:
        append("\\u00")
        append(Self.hexDigit(byte >> 4))
        append(Self.hexDigit(byte & 15))
      }
    }
    append(text.part(start, text.count - start))
    append(UInt8(ascii: "\""))
  }

  /// The place of the next byte that cannot stand in a JSON string as it is; nil if there is none.
  private static func jsonEscape(in text: Bytes, from start: Int) -> Int? {
    guard let base = text.baseAddress else { return nil }
    var place = start
    while place < text.count {
      if place &+ 8 <= text.count {
        let bytes = EightBytes(at: base + place)
        if !bytes.containsBelow(0x20), !bytes.contains(UInt8(ascii: "\"")), !bytes.contains(UInt8(ascii: "\\")) {
          place &+= 8
          continue
        }
      }
      let byte = base[place]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return place }
      place &+= 1
    }
    return nil
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
