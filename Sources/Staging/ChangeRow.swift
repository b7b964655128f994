/// `changes.csv`: what a run changes, a row a cell (spec, interface).
public enum ChangeRow {
  /// Its columns.
  public static let columns = [
    "object", "hubspot_id", "salesforce_object", "salesforce_id", "side", "action", "field", "old", "new", "rule",
    "reason",
  ]

  /// What happens to a cell.
  public enum Action: UInt8, CaseIterable, Sendable { case set, clear, create }

  /// The places of the columns.
  public enum Column: Int {
    case object, hubspotID, salesforceObject, salesforceID, side, action, field, old, new, rule, reason
  }
}
