import Records

/// A mapping with all that the metadata say about it (spec, semantics 1).
///
/// Kind, scale, length and picklist are those of the first listed Salesforce object that has the field;
/// whether a field can be written or cleared is asked of the object that is written.
public struct FieldMapping: Sendable {
  /// Its place in the mapping file, from 0.
  public var index: Int
  /// The HubSpot property.
  public var property: String
  /// The Salesforce field.
  public var field: String
  /// The sync rule; of an owner, two-way or don't sync.
  public var rule: SyncRule
  /// Where the mapping comes from.
  public var origin: MappingOrigin
  /// The line of the mapping file.
  public var line: Int
  /// What the values are.
  public var kind: Kind
  /// A picklist whose Salesforce values are ids, such as record types, which the value map translates. It is the
  /// dropdown with a reference (spec, semantics 1, id) that names translations.
  public var hasSalesforceIDs: Bool
  /// How values compare.
  public var comparison: Comparison
  /// Text is compared and written cut to `salesforceLength`. Never so where that is not known.
  public var truncate: Bool
  /// Of numbers: how many decimals Salesforce keeps; nil: all.
  public var scale: Int?
  /// Of numbers: how many integer digits the Salesforce field holds; nil: no limit.
  public var maxIntegerDigits: Int?
  /// Of text and longtext: how many UTF-16 code units the Salesforce field holds; nil: not known.
  public var salesforceLength: Int?
  /// A boolean whose Salesforce field is not nillable: blank is `false`.
  public var blankIsFalse: Bool
  /// The HubSpot property is of type datetime.
  public var hubspotHoldsInstant: Bool
  /// The Salesforce field is of type datetime.
  public var salesforceHoldsInstant: Bool
  /// The opt-out mapping, for which special rules hold (spec, semantics 4, Exceptions).
  public var isOptOut: Bool
  /// The Salesforce field is a currency (spec, semantics 2, last paragraph).
  public var isCurrency: Bool
  /// By the number of the Salesforce object in the pipeline's list: whether the mapping serves it.
  public var serves: [Bool]
  /// What HubSpot says of the property; nil without metadata.
  public var hubspotProperty: HubSpotProperty?
  /// By object number, what Salesforce says of the field; nil where the object has none, or no metadata.
  public var salesforceFields: [SalesforceField?]
  /// Translations of picklist values.
  public var valueMap: ValueMap
  /// Of an enumeration that holds ids: the options that are not hidden. Nil: any id can be written.
  let idOptions: ByteTable?

  /// The field of the first listed object that has it.
  public var salesforceField: SalesforceField? { salesforceFields.compactMap { $0 }.first }

  /// What the own values of a side are.
  public func ownKind(of side: Side) -> Kind { hasSalesforceIDs && side == .salesforce ? .id : kind }

  /// Whether the HubSpot property can be written; without metadata it is taken to be.
  public var isWritableInHubSpot: Bool { hubspotProperty?.isWritable ?? true }

  /// Whether the field of an object can be changed; without metadata it is taken to be.
  public func isUpdateable(object: Int) -> Bool {
    field(of: object).map { $0.updateable && !$0.calculated } ?? true
  }

  /// Whether the field of an object can be set when a record is made; without metadata it is taken to be.
  public func isCreateable(object: Int) -> Bool {
    field(of: object).map { $0.createable && !$0.calculated } ?? true
  }

  /// Whether a side can be written: HubSpot's property, or the field of a Salesforce object.
  public func isWritable(_ side: Side, object: Int, forCreate: Bool) -> Bool {
    switch side {
    case .hubspot: isWritableInHubSpot
    case .salesforce: forCreate ? isCreateable(object: object) : isUpdateable(object: object)
    }
  }

  /// Whether the field of an object can be cleared; without metadata it is taken to be.
  public func isNillable(object: Int) -> Bool { field(of: object)?.nillable ?? true }

  /// Of kind id: whether HubSpot takes this id, which of an enumeration must be an option (spec, semantics
  /// 4).
  public func isHubSpotOption(_ id: Bytes) -> Bool { idOptions.map { $0.find(id) != nil } ?? true }

  /// The vocabulary of a picklist or multi-select; nil for every other kind.
  public func makePicklistVocabulary() -> PicklistVocabulary? {
    guard kind == .picklist || kind == .multipicklist else { return nil }
    let hasOptions = hubspotProperty.map { !($0.options.isEmpty && $0.externalOptions) } ?? false
    return PicklistVocabulary(
      options: hasOptions ? hubspotProperty?.options : nil, values: salesforceField?.picklistValues,
      restricted: salesforceField?.restrictedPicklist ?? false, valueMap: valueMap)
  }

  private func field(of object: Int) -> SalesforceField? {
    salesforceFields.indices.contains(object) ? salesforceFields[object] : nil
  }
}
