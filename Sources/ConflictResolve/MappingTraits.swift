import CRM
import Records
import Staging

/// What the resolver asks of a mapping for every cell, looked up once: plain flags instead of metadata.
struct MappingTraits {
  let rule: SyncRule
  let kind: Kind
  let comparison: Comparison
  let isOwner: Bool
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
  let hubspotIsWritable: Bool
  /// By the number of the Salesforce object.
  let serves: [Bool]
  let isUpdateable: [Bool]
  let isCreateable: [Bool]
  let isNillable: [Bool]
  let property: String
  let field: String
  let ruleName: StaticString

  init(_ mapping: FieldMapping, _ plan: ObjectPlan) {
    rule = mapping.rule
    kind = mapping.kind
    comparison = mapping.comparison
    isOwner = mapping.kind == .owner
    isOptOut = mapping.isOptOut
    isCurrency = mapping.isCurrency
    truncates = mapping.truncate
    salesforceLength = mapping.salesforceLength ?? 0
    blankIsFalse = mapping.blankIsFalse
    isLinkProperty = plan.links.contains { $0.property == mapping.property }
    isHubSpotIDField = plan.hubspotIDField == mapping.field
    hubspotIsWritable = mapping.isWritableInHubSpot
    serves = mapping.serves
    let objects = plan.salesforceObjects.indices
    isUpdateable = objects.map { mapping.isUpdateable(object: $0) }
    isCreateable = objects.map { mapping.isCreateable(object: $0) }
    isNillable = objects.map { mapping.isNillable(object: $0) }
    property = mapping.property
    field = mapping.field
    switch mapping.rule {
    case .preferSalesforce: ruleName = "prefer_salesforce"
    case .alwaysSalesforce: ruleName = "always_salesforce"
    case .twoWay: ruleName = "two_way"
    case .dontSync: ruleName = "dont_sync"
    }
  }

  /// The name of the mapped field on a side.
  func name(_ side: Side) -> String { side == .hubspot ? property : field }
}
