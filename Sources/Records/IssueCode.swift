/// Why a cell cannot be used or written, or a row cannot be read (spec, semantics 1, 2, 4 and 7).
///
/// The raw value fits the five bits that a `FieldRef` keeps for it; the name is what `rejects.csv` shows.
public enum IssueCode: UInt8, CaseIterable, Sendable {
  case none = 0
  // A cell that cannot be used (semantics 1 and 2).
  case invalidEncoding, invalidNumber, numberTooLarge, invalidBoolean, invalidDate, dateOutOfRange
  case invalidDatetime, invalidID, picklistValueUnknown, ownerUnmapped, ownerAmbiguous, currencyDiffers
  // A decision that cannot be written (semantics 4).
  case readOnlyTarget, tooLong, requiredField
  // A row that cannot be read (semantics 3 and 7).
  case raggedRow, malformedQuote, missingID, duplicateID
  // Activities (activities-pipelines 4 and 6).
  case linkNotFound, duplicateLink, truncated, kindChanged, missingTimestamp, noAssociation
  // A record that a table of the mirror does not take (README, PostgreSQL).
  case targetRefused

  /// The code as `rejects.csv` writes it.
  public var name: String {
    switch self {
    case .none: ""
    case .invalidEncoding: "invalid_encoding"
    case .invalidNumber: "invalid_number"
    case .numberTooLarge: "number_too_large"
    case .invalidBoolean: "invalid_boolean"
    case .invalidDate: "invalid_date"
    case .dateOutOfRange: "date_out_of_range"
    case .invalidDatetime: "invalid_datetime"
    case .invalidID: "invalid_id"
    case .picklistValueUnknown: "picklist_value_unknown"
    case .ownerUnmapped: "owner_unmapped"
    case .ownerAmbiguous: "owner_ambiguous"
    case .currencyDiffers: "currency_differs"
    case .readOnlyTarget: "read_only_target"
    case .tooLong: "too_long"
    case .requiredField: "required_field"
    case .raggedRow: "ragged_row"
    case .malformedQuote: "malformed_quote"
    case .missingID: "missing_id"
    case .duplicateID: "duplicate_id"
    case .linkNotFound: "link_not_found"
    case .duplicateLink: "duplicate_link"
    case .truncated: "truncated"
    case .kindChanged: "kind_changed"
    case .missingTimestamp: "missing_timestamp"
    case .noAssociation: "no_association"
    case .targetRefused: "target_refused"
    }
  }

  /// The sentence that tells a person what to do about it.
  public var advice: String {
    switch self {
    case .none: ""
    case .invalidEncoding: "The cell is no valid UTF-8: export again as UTF-8, or declare the encoding of the source."
    case .invalidNumber: "This is no number: correct the value at its source."
    case .numberTooLarge:
      "The number has more digits than the Salesforce field holds: correct the value, or widen the field."
    case .invalidBoolean: "This is neither true nor false: correct the value at its source."
    case .invalidDate: "This is no date: correct the value, or declare date_order for the source."
    case .dateOutOfRange: "Salesforce holds dates from 1700 to 4000 only: correct the value."
    case .invalidDatetime: "This is no date and time: correct the value, or declare date_order for the source."
    case .invalidID: "This is no id: a Salesforce id has 15 or 18 characters, a HubSpot id digits only. Correct it."
    case .picklistValueUnknown:
      "The other side's picklist has no such value: add it there, or translate it in the mapping's value_map."
    case .ownerUnmapped: "No active user or owner has this email on the other side: create one, or change the owner."
    case .ownerAmbiguous: "Several users or owners share this email: make it unique."
    case .currencyDiffers: "The two records are in different currencies: set both to the same currency."
    case .readOnlyTarget: "The field cannot be written: set the mapping to don't sync, or prefer the other side."
    case .tooLong: "The text is longer than the field: shorten it, or set on_too_long to truncate."
    case .requiredField: "A required field has no value, so the record was not created: fill it at its source."
    case .raggedRow: "The row has more or fewer cells than the header: mend it at its source, and export again."
    case .malformedQuote:
      "A quote inside an unquoted cell, or text behind a closing quote: mend the row, and export again."
    case .missingID: "The row has no id: export the id column, and mend the row."
    case .duplicateID: "The id occurs more than once: the row that was modified last was used."
    case .linkNotFound: "No HubSpot record is linked to this id: link the record in HubSpot, or leave it out."
    case .duplicateLink:
      "Several HubSpot records claim this id (of contacts the one created last was taken): keep one link."
    case .truncated: "The text is longer than the other side takes, and was cut: the whole text is at its source."
    case .kindChanged: "The activity is of another kind today: it stays what it was created as."
    case .missingTimestamp: "The activity has no time that can be read, so it was not loaded: fill it at its source."
    case .noAssociation:
      "No contact, company or deal in HubSpot belongs to it, so HubSpot would show it nowhere: link one, "
        + "or set `unassociated: load`."
    case .targetRefused: "The table of the mirror does not take it: correct the value, or the table."
    }
  }

  /// The code that `rejects.csv` writes so, if any.
  public init?(name: Bytes) {
    guard let code = Self.allCases.first(where: { name.text == $0.name && $0 != .none }) else { return nil }
    self = code
  }
}
