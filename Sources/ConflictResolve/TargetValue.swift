import CRM
import Records
import Staging

/// Makes the value that a side is to get, and checks that it can be written: "After the decision" of semantics 4.
struct TargetValue: ~Copyable {
  private var made = ByteBuffer(capacity: 1024)
  /// HubSpot's limit of a text property, in UTF-16 code units (semantics 4).
  static let hubspotTextLimit = 65_536

  /// The value that was made last.
  var bytes: Bytes { made.bytes }

  /// Makes no value: the side is cleared.
  mutating func clear() { made.clear() }

  /// Makes `false`, which a boolean that cannot be blank gets for blank.
  mutating func setFalse() {
    made.clear()
    made.append("false")
  }

  /// Makes the HubSpot value of a Salesforce own value that is not blank; the code says why it cannot be written.
  mutating func toHubSpot(_ value: Bytes, _ place: Int, _ mapping: MappingTraits, _ plan: ObjectPlan) -> IssueCode? {
    made.clear()
    if mapping.translates {
      switch plan.vocabularies[place] {
      case .picklist(let picklist): return picklist.appendHubSpot(value, to: &made)
      case .multipicklist(let picklist): return picklist.appendHubSpotList(value, to: &made)
      case .owners(let owners): return owners.appendHubSpot(value, to: &made)
      case .none: break
      }
    }
    if mapping.comparison == .domain { domainHost(value, into: &made) } else { made.append(value) }
    if mapping.kind == .id && !plan.mappings[place].isHubSpotOption(made.bytes) { return .picklistValueUnknown }
    let isText = mapping.kind == .text || mapping.kind == .longtext
    // A code unit has at least one byte: a value of fewer bytes cannot be too long.
    if isText && made.count > Self.hubspotTextLimit
      && utf16Length(made.bytes, lineBreaksCountTwo: false) > Self.hubspotTextLimit
    {
      return .tooLong
    }
    return nil
  }

  /// Makes the Salesforce value of a HubSpot common value that is not blank; the code says why it cannot be written.
  mutating func toSalesforce(
    _ value: Bytes, _ place: Int, _ mapping: MappingTraits, _ plan: ObjectPlan
  ) -> IssueCode? {
    made.clear()
    if mapping.translates && !isInVocabulary(value, plan.vocabularies[place]) { return .picklistValueUnknown }
    var kept = value.count
    let isText = mapping.kind == .text || mapping.kind == .longtext
    // A byte makes at most two code units, when it is a line break: shorter values cannot be too long.
    if isText && mapping.salesforceLength > 0 && value.count * 2 > mapping.salesforceLength
      && utf16Length(value, lineBreaksCountTwo: true) > mapping.salesforceLength
    {
      guard mapping.truncates else { return .tooLong }
      kept = truncated(value, toUTF16: mapping.salesforceLength, lineBreaksCountTwo: true)
    }
    made.append(value.part(0, kept))
    return nil
  }

  private func isInVocabulary(_ value: Bytes, _ vocabulary: Vocabulary) -> Bool {
    switch vocabulary {
    case .picklist(let picklist): picklist.isWritableInSalesforce(value)
    case .multipicklist(let picklist):
      value.split(separator: UInt8(ascii: ";")).allSatisfy { picklist.isWritableInSalesforce(Bytes(rebasing: $0)) }
    case .owners, .none: true
    }
  }
}
