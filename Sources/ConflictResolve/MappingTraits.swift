import CRM
import Records
import Staging

/// What the resolver asks of a mapping for every cell, looked up once: plain bits, so that a loop over cells counts no
/// references.
struct MappingTraits {
  let rule: SyncRule
  let kind: Kind
  let comparison: Comparison
  let isOwner: Bool
  /// The owner of the Salesforce record itself, not another user that it names.
  let isRecordOwner: Bool
  let isOptOut: Bool
  let isCurrency: Bool
  let truncates: Bool
  /// UTF-16 code units that the Salesforce field holds; 0: not known.
  let salesforceLength: Int
  /// A blank Salesforce cell of this boolean equals `false`.
  let blankIsFalse: Bool
  /// The mapping sets the link itself, or the HubSpot id: the pair's own writes decide about them.
  let isLinkProperty: Bool
  let isHubSpotIDField: Bool
  /// An earlier mapping reads the same property: its issues are reported once.
  let isRepeated: Bool
  let hubspotIsWritable: Bool
  /// Values are written differently on the two sides.
  let translates: Bool
  let serves: ObjectSet
  let isUpdateable: ObjectSet
  let isCreateable: ObjectSet
  let isNillable: ObjectSet

  init(_ place: Int, _ plan: ObjectPlan) {
    let mapping = plan.mappings[place]
    rule = mapping.rule
    kind = mapping.kind
    comparison = mapping.comparison
    isOwner = mapping.kind == .owner
    isRecordOwner = isOwner && mapping.field == "OwnerId"
    isOptOut = mapping.isOptOut
    isCurrency = mapping.isCurrency
    truncates = mapping.truncate
    salesforceLength = mapping.salesforceLength ?? 0
    blankIsFalse = mapping.blankIsFalse
    isLinkProperty = plan.links.contains { $0.property == mapping.property }
    isHubSpotIDField = plan.hubspotIDField == mapping.field
    isRepeated = plan.mappings[..<place].contains { $0.property == mapping.property }
    hubspotIsWritable = mapping.isWritableInHubSpot
    translates = plan.vocabularies[place].translates
    let count = plan.salesforceObjects.count
    serves = ObjectSet(count) { mapping.serves[$0] }
    isUpdateable = ObjectSet(count) { mapping.isUpdateable(object: $0) }
    isCreateable = ObjectSet(count) { mapping.isCreateable(object: $0) }
    isNillable = ObjectSet(count) { mapping.isNillable(object: $0) }
  }
}

/// A set of Salesforce objects by their number, as bits.
struct ObjectSet {
  private let bits: UInt64

  init(_ count: Int, _ holds: (Int) -> Bool) {
    bits = (0..<min(count, 64)).reduce(0) { $0 | (holds($1) ? 1 << UInt64($1) : 0) }
  }

  subscript(object: Int) -> Bool { object >= 0 && object < 64 && bits >> UInt64(object) & 1 == 1 }
}
