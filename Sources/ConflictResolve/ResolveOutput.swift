import CRM
import CSV
import Records
import Staging

/// What conflict-resolve leaves of a chunk, as rows of CSV: one buffer for each of its tables.
public struct ResolveOutput: ~Copyable {
  /// The tables, in the order in which they are written.
  public enum Table: Int, CaseIterable, Sendable {
    /// Changes of pairs, and creates in Salesforce, in the order of the HubSpot export.
    case changes
    /// Creates in HubSpot, in the order of the Salesforce exports.
    case creates
    case conflicts, rejects, unmatched, baseline

    /// The part under which the table is staged.
    public var part: String { "\(self)" }

    /// Its columns (spec, interface).
    public func columns(_ plan: ObjectPlan) -> [String] {
      switch self {
      case .changes, .creates: ChangeRow.columns
      case .conflicts: ConflictRow.columns
      case .rejects: RejectRow.columns
      case .unmatched: UnmatchedRow.columns
      case .baseline: BaselineLayout(plan).columns
      }
    }
  }

  var changes = ByteBuffer(capacity: 1 << 16)
  var conflicts = ByteBuffer()
  var rejects = ByteBuffer()
  var unmatched = ByteBuffer()
  var baseline = ByteBuffer(capacity: 1 << 16)
  /// Whether the rows are those of Salesforce records, whose creates are a table of their own.
  var ofSalesforce = false

  /// Hands the rows on and forgets them.
  public mutating func flush(_ write: (Table, Bytes) throws -> Void) throws {
    if changes.count > 0 { try write(ofSalesforce ? .creates : .changes, changes.bytes) }
    if conflicts.count > 0 { try write(.conflicts, conflicts.bytes) }
    if rejects.count > 0 { try write(.rejects, rejects.bytes) }
    if unmatched.count > 0 { try write(.unmatched, unmatched.bytes) }
    if baseline.count > 0 { try write(.baseline, baseline.bytes) }
    changes.clear()
    conflicts.clear()
    rejects.clear()
    unmatched.clear()
    baseline.clear()
  }
}

/// `unmatched.csv`
enum UnmatchedRow {
  static let columns = ["object", "side", "record_id", "reason"]

  static func append(_ object: String, _ side: Side, _ recordID: Bytes, _ reason: String, into out: inout ByteBuffer) {
    out.appendCSV(object)
    out.append(UInt8(ascii: ","))
    out.append(side.name)
    out.append(UInt8(ascii: ","))
    out.appendCSV(recordID)
    out.append(UInt8(ascii: ","))
    out.append(reason)
    out.append(UInt8(ascii: "\n"))
  }
}

/// `conflicts.csv`
enum ConflictRow {
  static let columns = [
    "object", "hubspot_id", "salesforce_object", "salesforce_id", "hubspot_property", "salesforce_field",
    "hubspot_value", "salesforce_value", "hubspot_time", "salesforce_time", "winner", "reason",
  ]
}
