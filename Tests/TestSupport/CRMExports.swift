import Foundation

/// The exports of some objects of both sides, to which writes can be applied as HubSpot and Salesforce would.
public struct CRMExports {
  /// When HubSpot and Salesforce carried the writes out: what the records then show as their modified time.
  static let hubspotNow = "2026-11-20T01:00:00.000Z"
  static let salesforceNow = "2026-11-20T02:00:00.000Z"

  /// How a Salesforce object belongs to HubSpot's: by its link property there.
  private static let links: [String: (object: String, property: String)] = [
    "Account": ("companies", "salesforceaccountid"), "Contact": ("contacts", "salesforcecontactid"),
    "Lead": ("contacts", "salesforceleadid"), "Opportunity": ("deals", "hs_salesforceopportunityid"),
  ]
  private static let prefixes = ["Account": "001", "Contact": "003", "Lead": "00Q", "Opportunity": "006"]

  private var documents: [String: CSVDocument]

  /// The exports by object: `companies`, `Account`, …
  public init(_ files: [String: Data]) { documents = files.mapValues { CSVDocument($0) } }

  /// The export of an object; one that there is none of is empty.
  public subscript(_ object: String) -> CSVDocument {
    get { documents[object] ?? CSVDocument(Data()) }
    set { documents[object] = newValue }
  }

  /// The names of the objects.
  public var objects: [String] { documents.keys.sorted() }

  /// Carries out writes. A record that is made gets an id of its side; a new Salesforce record also becomes the link of its
  /// HubSpot record, as the connector sets it.
  ///
  /// - Throws: `HelperError` if a write names a record that no export has.
  public mutating func apply(_ writes: [RecordWrite]) throws {
    let places = documents.keys.reduce(into: [:]) { $0[$1] = index($1) }
    for write in writes {
      if write.isCreate {
        try create(write, places)
      } else {
        guard let row = places[write.object]?[Self.key(write.id)] else {
          throw HelperError("no \(write.object) \(write.id)")
        }
        for (field, value) in write.values { try self[write.object].set(row, field, value) }
        try self[write.object].set(row, Self.modified(write.object), Self.now(write.side))
      }
    }
  }

  private mutating func create(_ write: RecordWrite, _ places: [String: [String: Int]]) throws {
    var cells = write.values
    cells[Self.modified(write.object)] = Self.now(write.side)
    // No row ever goes, so the number of rows is a number that no record has had.
    let number = self[write.object].rows.count
    switch write.side {
    case .hubspot:
      cells["hs_object_id"] = "\(19_900_000_000 + number)"
    case .salesforce:
      guard let link = Self.links[write.object], let row = places[link.object]?[write.id] else {
        throw HelperError("no HubSpot record \(write.id) for \(write.object)")
      }
      let id = SalesforceIDs.id(Self.prefixes[write.object] ?? "001", 90_000 + number)
      cells["Id"] = id
      if self[write.object].header.contains("IsDeleted") { cells["IsDeleted"] = "false" }
      try self[link.object].set(row, link.property, id)
    }
    try self[write.object].append(cells)
  }

  /// Where the records of an export lie. Of several rows with one id it is the last modified that counts.
  private func index(_ object: String) -> [String: Int] {
    let document = self[object]
    let id = document.header.contains("hs_object_id") ? "hs_object_id" : "Id"
    var places: [String: Int] = [:]
    for (place, row) in document.rows.enumerated() where document.isReadable(row) {
      let key = Self.key(document.text(row, id))
      func time(_ place: Int) -> String { document.text(document.rows[place], Self.modified(object)) }
      if let other = places[key], time(other) > time(place) { continue }
      places[key] = place
    }
    return places
  }

  /// HubSpot's ids as they are, Salesforce's without the suffix.
  private static func key(_ id: String) -> String { String(id.prefix(15)) }

  private static func now(_ side: RecordWrite.Side) -> String { side == .hubspot ? hubspotNow : salesforceNow }

  private static func modified(_ object: String) -> String {
    switch object {
    case "contacts": "lastmodifieddate"
    case _ where prefixes[object] != nil: "LastModifiedDate"
    default: "hs_lastmodifieddate"
    }
  }
}
