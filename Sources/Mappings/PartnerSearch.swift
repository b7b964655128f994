import CRM
import PipelineFile
import Records

/// The values of a picklist, or the owners, that have no partner on the other side.
struct PartnerSearch {
  let mapping: FieldMapping
  /// Owners and users; nil where the pipeline does not name both.
  let owners: OwnerVocabulary?

  /// The values of one side without a partner, those that most records have first. `counted` is nil where there is no
  /// export: then only what the metadata list is looked at.
  func lonely(_ side: Side, _ counted: ColumnCount?) -> [ValueCount] {
    let translate = translation(side)
    var found: [String: Int?] = [:]
    for value in listed(side) where !translate(value) { found[text(value)] = counted == nil ? .some(nil) : 0 }
    for (value, records) in counted?.values() ?? [] where !translate(value) { found[text(value)] = records }
    return found.map { ValueCount($0.key, $0.value) }
      .sorted { ($1.records ?? 0, $0.value) < ($0.records ?? 0, $1.value) }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Whether a value has a partner that can be written.
  private func translation(_ side: Side) -> ([UInt8]) -> Bool {
    if mapping.kind == .owner {
      guard let owners else { return { _ in true } }
      return { value in
        value.withUnsafeBufferPointer {
          Self.isKnown(side == .hubspot ? owners.toSalesforce($0) : owners.toHubSpot($0), $0) { _ in true }
        }
      }
    }
    guard let vocabulary = mapping.makePicklistVocabulary() else { return { _ in true } }
    return { value in
      value.withUnsafeBufferPointer { bytes in
        switch side {
        case .hubspot:
          Self.isKnown(vocabulary.toSalesforce(bytes), bytes) { vocabulary.isWritableInSalesforce($0) }
        case .salesforce: Self.isKnown(vocabulary.toHubSpot(bytes), bytes) { vocabulary.isWritableInHubSpot($0) }
        }
      }
    }
  }

  private static func isKnown(_ translation: Translation, _ value: Bytes, _ isWritable: (Bytes) -> Bool) -> Bool {
    switch translation {
    case .text(let text): isWritable(text)
    case .itself: isWritable(value)
    case .unknown: false
    }
  }

  /// The values that the metadata of a side offer to people.
  private func listed(_ side: Side) -> [[UInt8]] {
    guard mapping.kind != .owner else { return [] }
    switch side {
    case .hubspot:
      return (mapping.hubspotProperty?.options ?? []).filter { !$0.hidden }.map { Array($0.value.utf8) }
    case .salesforce:
      return (mapping.salesforceField?.picklistValues ?? []).filter(\.active).map { Array($0.value.utf8) }
    }
  }
}
