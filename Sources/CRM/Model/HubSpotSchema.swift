/// One value of a HubSpot enumeration.
public struct HubSpotOption: Equatable, Sendable {
  /// What people see.
  public var label: String
  /// The internal value, which exports and writes use.
  public var value: String
  /// A hidden option can be read, never written (spec, semantics 2, Picklists).
  public var hidden: Bool

  /// An option; not hidden unless said so.
  public init(label: String, value: String, hidden: Bool = false) {
    self.label = label
    self.value = value
    self.hidden = hidden
  }
}

/// A HubSpot property as HubSpot's properties JSON describes it (spec, domain facts 2.2).
public struct HubSpotProperty: Equatable, Sendable {
  /// The internal name.
  public var name: String
  /// What people see.
  public var label: String
  /// `string`, `number`, `date`, `datetime`, `enumeration`, `bool`, `phone_number`.
  public var type: String
  /// How it is entered: `text`, `select`, `checkbox`, `calculation_equation`, …
  public var fieldType: String
  /// The values of an enumeration, in HubSpot's order.
  public var options: [HubSpotOption]
  /// The options are kept elsewhere (owners, teams), so that an empty list does not mean that there are none.
  public var externalOptions: Bool
  /// HubSpot computes it.
  public var calculated: Bool
  /// HubSpot says that its value cannot be written.
  public var readOnlyValue: Bool
  /// HubSpot made it, not the customer.
  public var hubspotDefined: Bool
  /// The kind of object that it refers to: `OWNER`.
  public var referencedObjectType: String?
  /// HubSpot does not let its options be changed.
  public var readOnlyOptions = false

  /// A property; what is not given is absent or false.
  public init(
    name: String, label: String? = nil, type: String, fieldType: String, options: [HubSpotOption] = [],
    externalOptions: Bool = false, calculated: Bool = false, readOnlyValue: Bool = false,
    hubspotDefined: Bool = false, referencedObjectType: String? = nil
  ) {
    self.name = name
    self.label = label ?? name
    self.type = type
    self.fieldType = fieldType
    self.options = options
    self.externalOptions = externalOptions
    self.calculated = calculated
    self.readOnlyValue = readOnlyValue
    self.hubspotDefined = hubspotDefined
    self.referencedObjectType = referencedObjectType
  }

  /// Its fieldType is one of `calculation_…`: it counts by its type, and is read-only (spec, semantics 1).
  public var isCalculation: Bool { fieldType.hasPrefix("calculation_") }

  /// Whether its value can be written at all.
  public var isWritable: Bool { !calculated && !readOnlyValue && !isCalculation }

  /// `hubspot_owner_id`, or a property of HubSpot's own that refers to OWNER (spec, semantics 1, kind owner).
  public var isOwner: Bool { name == "hubspot_owner_id" || (hubspotDefined && refersToOwner) }

  /// A "HubSpot user" property that the customer made: it cannot be mapped (spec, domain facts 1.1).
  public var isCustomUser: Bool { refersToOwner && !isOwner }

  private var refersToOwner: Bool { referencedObjectType?.uppercased() == "OWNER" }
}

/// The properties of a HubSpot object.
public struct HubSpotSchema: Sendable {
  /// The properties in the order of the metadata file.
  public let properties: [HubSpotProperty]
  private let places: [String: Int]

  /// A schema of these properties; of two with one name, the first counts.
  public init(_ properties: [HubSpotProperty]) {
    self.properties = properties
    places = Dictionary(properties.indices.map { (properties[$0].name, $0) }) { first, _ in first }
  }

  /// The property with this internal name, or nil.
  public subscript(_ name: String) -> HubSpotProperty? { places[name].map { properties[$0] } }
}
