import Foundation

/// What one record of one side is to become: an update, or a record that is made.
public struct RecordWrite: Hashable, CustomStringConvertible {
  /// A side, as reports name it.
  public enum Side: String, Sendable { case hubspot, salesforce }

  /// The object of the side: `companies`, or `Account`.
  public var object: String
  /// The side that is written.
  public var side: Side
  /// Whether the record is made, and not updated.
  public var isCreate: Bool
  /// The id of the record; of one that is made, that of the record on the other side.
  public var id: String
  /// New values by the side's own field names; an empty one clears.
  public var values: [String: String]

  /// The write in one line, its fields sorted: for the message of a test that fails.
  /// For the message of a test.
  public var description: String {
    let cells = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    return "\(side.rawValue) \(object) \(isCreate ? "create for" : "update") \(id): \(cells)"
  }

  /// What changes.csv says, in the order of its rows.
  public static func readChanges(_ data: Data) throws -> [RecordWrite] {
    let document = CSVDocument(data)
    var writes: [RecordWrite] = []
    var places: [[String]: Int] = [:]
    for row in document.rows {
      guard let side = Side(rawValue: document.text(row, "side")) else { throw HelperError("no side") }
      let isCreate = document.text(row, "action") == "create"
      let object = document.text(row, side == .hubspot ? "object" : "salesforce_object")
      let id = document.text(row, (side == .hubspot) != isCreate ? "hubspot_id" : "salesforce_id")
      let key = [object, side.rawValue, String(isCreate), id]
      let place = places[key] ?? writes.count
      places[key] = place
      if place == writes.count {
        writes.append(RecordWrite(object: object, side: side, isCreate: isCreate, id: id, values: [:]))
      }
      writes[place].values[document.text(row, "field")] = document.text(row, "new")
    }
    return writes
  }

  /// What the load files of a run say; `files` are its files by name, `hubspotIDField` tells for which
  /// HubSpot record a Salesforce record is made. Files come in the order of their names, so chunks in their
  /// order.
  public static func readLoadFiles(_ files: [String: Data], hubspotIDField: String) throws -> [RecordWrite] {
    var writes: [RecordWrite] = []
    for (name, data) in files.sorted(by: { $0.key < $1.key }) {
      let object = String(name.split(separator: "/").last?.split(separator: "-").first ?? "")
      if name.hasPrefix("hubspot/") { writes += try readBatches(object, data) }
      if name.hasPrefix("salesforce/") {
        writes += try readBulk(object, data, isCreate: name.contains("-create-"), hubspotIDField)
      }
    }
    return writes
  }

  private static func readBulk(
    _ object: String, _ data: Data, isCreate: Bool, _ idField: String
  ) throws -> [RecordWrite] {
    try CSVDocument(data).dictionaries.map { cells in
      var values = cells.mapValues { $0 == "#N/A" ? "" : $0 }
      guard let id = isCreate ? values[idField] : values.removeValue(forKey: "Id") else {
        throw HelperError("a row without an id in a Salesforce load file")
      }
      return RecordWrite(object: object, side: .salesforce, isCreate: isCreate, id: id, values: values)
    }
  }

  private struct Batch: Decodable {
    struct Input: Decodable {
      var id: String?
      var objectWriteTraceId: String
      var properties: [String: String]
    }
    var inputs: [Input]
  }

  private static func readBatches(_ object: String, _ data: Data) throws -> [RecordWrite] {
    try data.split(separator: 0x0A).flatMap { line in
      try JSONDecoder().decode(Batch.self, from: Data(line)).inputs.map { input in
        guard input.id == nil || input.id == input.objectWriteTraceId else {
          throw HelperError("an update whose trace id is not its id: \(input.objectWriteTraceId)")
        }
        return RecordWrite(
          object: object, side: .hubspot, isCreate: input.id == nil, id: input.objectWriteTraceId,
          values: input.properties)
      }
    }
  }
}
