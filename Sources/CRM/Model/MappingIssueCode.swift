/// What is wrong with a mapping, as a word that scripts can look for (requirements M3 to M9).
public enum MappingIssueCode: String, CaseIterable, Sendable {
  /// HubSpot's first refusal: the types of the two go with each other in no format.
  case mismatchedTypes = "mismatched_types"
  /// HubSpot's second refusal: the property's type would do, but not as it is entered (`fieldType`).
  case formatMismatch = "field_format_mismatch"
  /// HubSpot's third refusal: the property or the field is mapped already.
  case alreadyMapped = "already_mapped"
  /// There is no such property, field or object.
  case unknownName = "unknown_name"
  /// A custom property of the "HubSpot user" type (M4).
  case hubspotUser = "hubspot_user"
  /// An owner mapping with another rule than two-way (M6).
  case ownerRule = "owner_rule"
  /// The opt-out of email cannot be switched off (M11).
  case optOut = "opt_out"
  /// More than 500 mappings (M8).
  case tooMany = "too_many_mappings"
  /// A side that the rule writes cannot be written.
  case readOnlyTarget = "read_only_target"
  /// Values are longer than the other side holds.
  case tooLong = "too_long"
  /// Numbers have more decimals than Salesforce keeps, and are rounded.
  case scale
  /// Values that cannot be read as what they should be.
  case unusableValues = "unusable_values"
  /// Picklist values or owners that the other side lacks.
  case noPartner = "no_partner"
  /// The Salesforce objects that the mapping serves do not agree about the field.
  case objectsDiffer = "objects_differ"
  /// A column of the mapping file that means nothing here.
  case unusedOption = "unused_option"
  /// Without metadata there is less to check.
  case noMetadata = "no_metadata"

  /// The word as a message begins with it.
  public var title: String { rawValue.split(separator: "_").joined(separator: " ") }
}
