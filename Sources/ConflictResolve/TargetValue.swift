import CRM
import Records
import Staging

/// Makes the value that a side is to get, and checks that it can be written: "After the decision" of semantics 4.
struct TargetValue: ~Copyable {
  /// What became of a value on its way to a side.
  enum Outcome {
    /// It is in `bytes`.
    case value
    case issue(IssueCode)
  }

  /// The value that was made last.
  private(set) var made = ByteBuffer(capacity: 1024)
  /// HubSpot's limit of a text property, in UTF-16 code units (semantics 4).
  static let hubspotTextLimit = 65_536

  /// The value that was made last.
  var bytes: Bytes { made.bytes }

  /// Makes no value: the side is cleared.
  mutating func clear() { made.clear() }

  /// Makes the HubSpot value of a Salesforce own value that is not blank.
  mutating func toHubSpot(
    _ value: Bytes, _ mapping: MappingTraits, _ vocabulary: Vocabulary, _ options: FieldMapping
  ) -> Outcome {
    made.clear()
    switch vocabulary {
    case .picklist(let picklist):
      guard let code = picklist.appendHubSpot(value, to: &made) else { return .value }
      return .issue(code)
    case .multipicklist(let picklist):
      guard let code = picklist.appendHubSpotList(value, to: &made) else { return .value }
      return .issue(code)
    case .owners(let owners):
      guard let code = owners.appendHubSpot(value, to: &made) else { return .value }
      return .issue(code)
    case .none: break
    }
    if mapping.comparison == .domain {
      domainHost(value, into: &made)
      if made.count == 0 { made.append(value) }
    } else {
      made.append(value)
    }
    if mapping.kind == .id && !options.isHubSpotOption(made.bytes) { return .issue(.picklistValueUnknown) }
    let isText = mapping.kind == .text || mapping.kind == .longtext
    if isText && made.count > Self.hubspotTextLimit
      && utf16Length(made.bytes, lineBreaksCountTwo: false) > Self.hubspotTextLimit
    {
      return .issue(.tooLong)
    }
    return .value
  }

  /// Makes the Salesforce value of a HubSpot common value that is not blank.
  mutating func toSalesforce(_ value: Bytes, _ mapping: MappingTraits, _ vocabulary: Vocabulary) -> Outcome {
    made.clear()
    switch vocabulary {
    case .picklist(let picklist):
      guard picklist.isWritableInSalesforce(value) else { return .issue(.picklistValueUnknown) }
    case .multipicklist(let picklist):
      for part in value.split(separator: UInt8(ascii: ";"))
      where !picklist.isWritableInSalesforce(Bytes(rebasing: part)) {
        return .issue(.picklistValueUnknown)
      }
    case .owners, .none: break
    }
    var kept = value.count
    let isText = mapping.kind == .text || mapping.kind == .longtext
    // A code unit has at most three bytes: shorter values cannot be too long. A line break counts two.
    if isText && mapping.salesforceLength > 0 && value.count * 2 > mapping.salesforceLength {
      if utf16Length(value, lineBreaksCountTwo: true) > mapping.salesforceLength {
        guard mapping.truncates else { return .issue(.tooLong) }
        kept = truncated(value, toUTF16: mapping.salesforceLength, lineBreaksCountTwo: true)
      }
    }
    made.append(value.part(0, kept))
    return .value
  }
}
