import CRM
import PipelineFile

/// A mapping that the names, labels and types of both sides speak for.
public struct MappingSuggestion: Equatable, Sendable {
  /// The HubSpot property.
  public var property: String
  /// The Salesforce field.
  public var field: String
  /// The only Salesforce object that has the field, where there are several; else nil.
  public var salesforceObject: String?
  /// What the values would be.
  public var kind: Kind
  /// How sure it is, in percent.
  public var confidence: Int
  /// What speaks for it.
  public var reason: String
}

/// Pairs that are known to belong together though their names differ (domain facts 1.7).
private let knownPairs: [String: Set<String>] = [
  "domain": ["Website"], "zip": ["BillingPostalCode", "MailingPostalCode", "PostalCode"],
  "address": ["BillingStreet", "MailingStreet", "Street"], "city": ["BillingCity", "MailingCity"],
  "state": ["BillingState", "MailingState"], "country": ["BillingCountry", "MailingCountry"],
  "jobtitle": ["Title"], "numemployees": ["NumberOfEmployees"], "hs_lead_status": ["Status"],
  "hs_email_optout": ["HasOptedOutOfEmail"], "hubspot_owner_id": ["OwnerId"], "dealname": ["Name"],
  "dealstage": ["StageName"], "dealtype": ["Type"], "hs_object_id": ["HubSpot_Id__c"],
]

/// Proposes mappings for the properties and fields that have none, best first (`resync mappings suggest`).
public struct MappingSuggester {
  private let hubspot: HubSpotSchema
  private let salesforce: [SalesforceSchema]
  private let rows: [MappingRow]
  private let links: Set<String>
  private let hubspotIDField: String?

  /// A suggester for an object. It needs the metadata of both sides.
  ///
  /// Throws a `PipelineError` (exit 2) if it has those of one only.
  public init(_ object: InspectedObject, pipeline: String) throws(PipelineError) {
    guard let hubspot = object.hubspotSchema, object.salesforceObjects.contains(where: { $0.schema != nil }) else {
      throw PipelineError(
        file: pipeline, line: object.definition.line,
        message: "objects.\(object.definition.name): suggest needs the metadata of both sides",
        hint: "name `properties` and `describe` for the sources")
    }
    self.init(
      hubspot: hubspot, salesforce: object.salesforceObjects.compactMap(\.schema), mapped: object.document.rows,
      links: Set(object.definition.links.map(\.property)), hubspotIDField: object.definition.hubspotIDField)
  }

  /// A suggester for an object that no pipeline has yet; what `mapped`, `links` and the field of the HubSpot id name is
  /// taken.
  public init(
    hubspot: HubSpotSchema, salesforce: [SalesforceSchema], mapped: [MappingRow], links: Set<String>,
    hubspotIDField: String?
  ) {
    self.hubspot = hubspot
    self.salesforce = salesforce
    rows = mapped
    self.links = links
    self.hubspotIDField = hubspotIDField
  }

  /// The proposals of at least this confidence, each property and field once; equals in HubSpot's order.
  public func suggestions(atLeast confidence: Int = 60) -> [MappingSuggestion] {
    let properties = hubspot.properties.filter { property in
      !rows.contains { $0.property == property.name } && !isLink(property.name) && property.name != "hs_object_id"
    }
    let fields = freeFields()
    var found: [MappingSuggestion] = []
    for property in properties {
      for field in fields {
        guard let suggestion = judge(property, field), suggestion.confidence >= confidence else { continue }
        found.append(suggestion)
      }
    }
    let ordered = found.enumerated().sorted { ($1.element.confidence, $0.offset) < ($0.element.confidence, $1.offset) }
    var taken: Set<String> = []
    return ordered.map(\.element).filter { suggestion in
      let names = ["h \(suggestion.property)", "s \(suggestion.field)"]
      guard taken.isDisjoint(with: names) else { return false }
      taken.formUnion(names)
      return true
    }
  }

  private struct FreeField {
    let field: SalesforceField
    let object: String?
  }

  /// Fields that nothing is mapped to, each once; with its object where not all have it.
  private func freeFields() -> [FreeField] {
    var seen: Set<String> = []
    var free: [FreeField] = []
    let system: Set = [
      "Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp",
    ]
    for schema in salesforce {
      for field in schema.fields where !system.contains(field.name) && field.name != hubspotIDField {
        guard seen.insert(field.name).inserted else { continue }
        guard !rows.contains(where: { $0.field == field.name }) else { continue }
        let isEverywhere = salesforce.allSatisfy { $0[field.name] != nil }
        free.append(FreeField(field: field, object: isEverywhere ? nil : schema.name))
      }
    }
    return free
  }

  private func isLink(_ property: String) -> Bool { links.contains(property) }

  /// A pair of compatible types whose names are alike; nil for all others.
  private func judge(_ property: HubSpotProperty, _ free: FreeField) -> MappingSuggestion? {
    guard let (points, reason) = likeness(property, free.field),
      let kind = try? resolveKind(property: property.name, hubspot: property, salesforce: free.field)
    else { return nil }
    let isReadOnly = !property.isWritable && !(free.field.updateable && !free.field.calculated)
    guard !isReadOnly else { return nil }
    let shared = kind == .picklist || kind == .multipicklist ? sharedValues(property, free.field) : nil
    var confidence = points
    var reasons = [reason, "both \(kind.rawValue)"]
    if let shared {
      confidence += shared.count * 2 >= shared.total ? 3 : -10
      reasons.append("\(shared.count) of \(shared.total) values have a partner")
    }
    if !property.isWritable || !free.field.updateable {
      confidence -= 5
      reasons.append("one side is read-only")
    }
    return MappingSuggestion(
      property: property.name, field: free.field.name, salesforceObject: free.object, kind: kind,
      confidence: min(max(confidence, 0), 99), reason: reasons.joined(separator: ", "))
  }

  private func likeness(_ property: HubSpotProperty, _ field: SalesforceField) -> (Int, String)? {
    if knownPairs[property.name]?.contains(field.name) == true { return (95, "a pair that HubSpot maps by default") }
    let name = Self.plain(property.name)
    let fieldName = Self.plain(field.name)
    let label = Self.plain(property.label)
    let fieldLabel = Self.plain(field.label)
    if name == fieldName { return (96, "same name") }
    if label == fieldLabel { return (90, "same label") }
    if name == fieldLabel || label == fieldName { return (85, "the name of one is the label of the other") }
    let longest = max(name.count, fieldName.count)
    guard longest >= 5 else { return nil }
    let distance = editDistance(Array(name), Array(fieldName))
    let alike = 100 - 100 * distance / longest
    return alike >= 75 ? (alike - 15, "names that are alike") : nil
  }

  /// Small letters and digits, without what marks a custom field.
  private static func plain(_ text: String) -> String {
    var text = text.lowercased()
    if text.hasSuffix("__c") { text.removeLast(3) }
    if text.hasPrefix("hs_") { text.removeFirst(3) }
    return text.filter { $0.isLetter || $0.isNumber }
  }

  private func sharedValues(_ property: HubSpotProperty, _ field: SalesforceField) -> (count: Int, total: Int)? {
    let values = field.picklistValues.filter(\.active)
    guard !values.isEmpty, !property.options.isEmpty else { return nil }
    let known = Set(property.options.flatMap { [$0.value.lowercased(), $0.label.lowercased()] })
    return (
      values.count { known.contains($0.value.lowercased()) || known.contains($0.label.lowercased()) }, values.count
    )
  }
}
