import Foundation

/// The exports of companies and accounts, to which writes can be applied as HubSpot and Salesforce would.
public struct TwoExports {
  /// The export of companies.
  public var hubspot: CSVDocument
  /// The export of accounts.
  public var salesforce: CSVDocument

  /// When HubSpot and Salesforce carried the writes out: what the records then show as their modified time.
  static let hubspotNow = "2026-11-20T01:00:00.000Z"
  static let salesforceNow = "2026-11-20T02:00:00.000Z"
  static let link = "salesforceaccountid"
  static let hubspotIDField = "HubSpot_Id__c"

  /// The exports in two files.
  public init(hubspot: Data, salesforce: Data) {
    self.hubspot = CSVDocument(hubspot)
    self.salesforce = CSVDocument(salesforce)
  }

  /// Carries out writes. A record that is made gets an id of its side; a new account also becomes the link of
  /// its company, as the connector sets it.
  ///
  /// - Throws: `HelperError` if a write names a record that no export has.
  public mutating func apply(_ writes: [RecordWrite]) throws {
    let companies = Self.index(hubspot, "hs_object_id", modified: "hs_lastmodifieddate", key: { $0 })
    let accounts = Self.index(salesforce, "Id", modified: "LastModifiedDate", key: { String($0.prefix(15)) })
    for write in writes {
      switch (write.side, write.isCreate) {
      case (.hubspot, false):
        guard let row = companies[write.id] else { throw HelperError("no company \(write.id)") }
        try update(&hubspot, row, write.values, "hs_lastmodifieddate", Self.hubspotNow)
      case (.salesforce, false):
        guard let row = accounts[String(write.id.prefix(15))] else {
          throw HelperError("no account \(write.id)")
        }
        try update(&salesforce, row, write.values, "LastModifiedDate", Self.salesforceNow)
      case (.hubspot, true):
        try createCompany(write.values)
      case (.salesforce, true):
        guard let company = companies[write.id] else { throw HelperError("no company \(write.id)") }
        try createAccount(write.values, for: company)
      }
    }
  }

  /// Where the records of an export lie. Of several rows with one id it is the last modified that counts.
  private static func index(
    _ document: CSVDocument, _ idColumn: String, modified: String, key: (String) -> String
  ) -> [String: Int] {
    var places: [String: Int] = [:]
    for (place, row) in document.rows.enumerated() where document.isReadable(row) {
      let id = key(document.text(row, idColumn))
      if let other = places[id],
        document.text(document.rows[other], modified) > document.text(row, modified)
      {
        continue
      }
      places[id] = place
    }
    return places
  }

  private func update(
    _ document: inout CSVDocument, _ row: Int, _ values: [String: String], _ modified: String, _ now: String
  ) throws {
    for (field, value) in values { try document.set(row, field, value) }
    try document.set(row, modified, now)
  }

  private mutating func createCompany(_ values: [String: String]) throws {
    var cells = values
    // No row ever goes, so the number of rows is a number that no record has had.
    cells["hs_object_id"] = "\(19_900_000_000 + hubspot.rows.count)"
    cells["hs_lastmodifieddate"] = Self.hubspotNow
    try hubspot.append(cells)
  }

  private mutating func createAccount(_ values: [String: String], for company: Int) throws {
    let id = SalesforceIDs.account(90_000 + salesforce.rows.count)
    var cells = values
    cells["Id"] = id
    cells["LastModifiedDate"] = Self.salesforceNow
    if salesforce.header.contains("IsDeleted") { cells["IsDeleted"] = "false" }
    try salesforce.append(cells)
    try hubspot.set(company, Self.link, id)
  }
}
