import Activities
import CRM
import Records
import Staging

/// Reads what normalize left of the lookup sources into the tables that mapping needs.
public struct LookupReader {
  private let plan: ActivityPlan
  private let store: any StagingStore

  /// A reader of a run's staged tables.
  public init(_ plan: ActivityPlan, store: any StagingStore) {
    self.plan = plan
    self.store = store
  }

  /// The tables; a source that the pipeline has not leaves its table empty.
  ///
  /// - Throws: `StagingError` if a table is missing or damaged.
  public func read() throws -> ActivityLookups {
    var owners: [Owner] = []
    var users: [User] = []
    var converted: [SalesforceKey: SalesforceKey] = [:]
    try forEachRow("owners") { row in
      owners.append(Owner(id: row.text("id"), email: row.text("email"), archived: row.isTrue("archived")))
    }
    try forEachRow("User") { row in
      users.append(User(id: row.text("Id"), email: row.text("Email"), isActive: row.isTrue("IsActive")))
    }
    try forEachRow("Lead") { row in
      if let lead = row.key("Id"), let contact = row.key("ConvertedContactId") { converted[lead] = contact }
    }
    return ActivityLookups(
      contacts: try contacts(), companies: try records("companies", link: "salesforceaccountid"),
      deals: try records("deals", link: "hs_salesforceopportunityid"), converted: converted,
      owners: owners, users: users)
  }

  private func contacts() throws -> ContactTable {
    var table = ContactTable(needsEmails: !plan.isImport)
    try forEachRow("contacts") { row in
      guard let id = UInt64(digits: row.bytes("hs_object_id")) else { return }
      let day = Moment(row.bytes("createdate")).map { Int32(truncatingIfNeeded: $0.day(in: plan.zone)) }
      let owner = table.owner(row.bytes("hubspot_owner_id"))
      var merged: [UInt64] = []
      forEachMergedID(in: row.bytes("hs_merged_object_ids")) { merged.append($0) }
      table.add(
        ContactEntry(
          id: id, day: day ?? .min, contact: row.key("salesforcecontactid"), lead: row.key("salesforceleadid"),
          isDeleted: row.isTrue("salesforcedeleted"), owner: owner),
        email: row.bytes("email"), merged: merged)
    }
    return table
  }

  private func records(_ name: String, link: String) throws -> RecordTable {
    var table = RecordTable()
    try forEachRow(name) { row in
      if let id = UInt64(digits: row.bytes("hs_object_id")), let key = row.key(link) { table.add(id, key) }
    }
    return table
  }

  private func forEachRow(_ name: String, _ body: (borrowing LookupRow) -> Void) throws {
    guard let source = plan.source(name), case .lookup = source.role else { return }
    let table = ActivityTable(source.columnNames)
    let name = TableName(.normalize, name, source.side.name, chunk: 0)
    try table.forEachBatch(of: name, columnCount: source.columns.count, from: store) { batch in
      for number in 0..<batch.rowCount {
        let cells = (0..<source.columns.count).map { batch[number, $0].hasIssue ? .none : batch.bytes(number, $0) }
        body(LookupRow(source: source, cells: cells))
      }
    }
  }
}

/// One row of a lookup source; cells that cannot be used are blank.
private struct LookupRow {
  let source: ActivitySource
  let cells: [Bytes]

  func bytes(_ name: String) -> Bytes { source.find(name).map { cells[$0] } ?? .none }
  func text(_ name: String) -> String { bytes(name).text }
  func isTrue(_ name: String) -> Bool { bytes(name).same(as: "true") }
  func key(_ name: String) -> SalesforceKey? { SalesforceKey(bytes(name)) }
}
