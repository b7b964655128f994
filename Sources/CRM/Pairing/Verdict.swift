/// What pairing makes of a record (spec, semantics 3).
public enum Verdict: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  /// Not decided yet.
  case free = 0
  // Paired, and by what.
  case pairedByLink, pairedByIDField, pairedByBaseline, pairedByKey
  // Not paired, takes part.
  case unmatched, danglingLink, duplicateLink, ambiguousMatch, duplicate, partnerMissing, createPending
  // Excluded.
  case deletedInSalesforce, convertedLead
  // Rejected: not staged at all.
  case duplicateID, unreadable

  /// The word for it in `unmatched.csv` and in the staged tables.
  public var name: String { word.description }

  /// The same as a constant: each staged row has it.
  public var word: StaticString {
    switch self {
    case .free: ""
    case .pairedByLink: "link"
    case .pairedByIDField: "id_field"
    case .pairedByBaseline: "baseline"
    case .pairedByKey: "key"
    case .unmatched: "unmatched"
    case .danglingLink: "dangling_link"
    case .duplicateLink: "duplicate_link"
    case .ambiguousMatch: "ambiguous_match"
    case .duplicate: "duplicate"
    case .partnerMissing: "partner_missing"
    case .createPending: "create_pending"
    case .deletedInSalesforce: "deleted_in_salesforce"
    case .convertedLead: "converted_lead"
    case .duplicateID: "duplicate_id"
    case .unreadable: "unreadable"
    }
  }

  /// Whether the record has a partner.
  public var isPaired: Bool { rawValue >= Self.pairedByLink.rawValue && rawValue <= Self.pairedByKey.rawValue }
  /// Whether the record takes no part, though it could be read.
  public var isExcluded: Bool { self == .deletedInSalesforce || self == .convertedLead }
  /// Whether the row was rejected.
  public var isRejected: Bool { self == .duplicateID || self == .unreadable }
}
