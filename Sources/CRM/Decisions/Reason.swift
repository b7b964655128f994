import Records

/// Why a cell changes: the evidence that decided (semantics 4).
public enum Reason: UInt8, CaseIterable, Sendable {
  case salesforceValue, clearedInSalesforce, salesforceBlank
  case hubspotChanged, salesforceChanged, bothChanged
  case newerField, filledBlank, firstSyncOwner, firstRun, newerRecord
  case tieSalesforce, tieHubspot
  case optedOut, ownerRestored, restored
  case created, linked

  /// The word for it in `changes.csv` and `conflicts.csv`.
  public var name: String { "\(word)" }

  /// The same as constant text.
  var word: StaticString {
    switch self {
    case .salesforceValue: "salesforce_value"
    case .clearedInSalesforce: "cleared_in_salesforce"
    case .salesforceBlank: "salesforce_blank"
    case .hubspotChanged: "hubspot_changed"
    case .salesforceChanged: "salesforce_changed"
    case .bothChanged: "both_changed"
    case .newerField: "newer_field"
    case .filledBlank: "filled_blank"
    case .firstSyncOwner: "first_sync_owner"
    case .firstRun: "first_run"
    case .newerRecord: "newer_record"
    case .tieSalesforce: "tie_salesforce"
    case .tieHubspot: "tie_hubspot"
    case .optedOut: "opted_out"
    case .ownerRestored: "owner_restored"
    case .restored: "restored"
    case .created: "created"
    case .linked: "linked"
    }
  }

  /// The reason with this word.
  public init?(word: Bytes) {
    guard let number = Self.words.firstIndex(where: { word.same(as: $0) }) else { return nil }
    self = Self.allCases[number]
  }

  private static let words = allCases.map(\.word)

  /// The reason with this name.
  public init?(name: String) {
    guard let reason = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = reason
  }
}
