/// One value of a Salesforce picklist.
public struct PicklistValue: Equatable, Sendable {
  /// What people see.
  public var label: String
  /// The API value, which exports and writes use.
  public var value: String
  /// An inactive value can be read, never written (spec, semantics 2, Picklists).
  public var active: Bool

  /// A value; active unless said otherwise, labelled with itself unless a label is given.
  public init(label: String? = nil, value: String, active: Bool = true) {
    self.label = label ?? value
    self.value = value
    self.active = active
  }
}

/// A Salesforce field as describe JSON tells of it (spec, domain facts 2.9).
public struct SalesforceField: Equatable, Sendable {
  /// The API name.
  public var name: String
  /// What people see.
  public var label: String
  /// `string`, `picklist`, `reference`, `double`, …
  public var type: String
  /// How many UTF-16 code units a text field holds; 0 where length says nothing.
  public var length: Int
  /// How many digits a number has in all; 0: no limit.
  public var precision: Int
  /// How many of them stand behind the point.
  public var scale: Int
  /// How many digits an `int` has; 0: no limit.
  public var digits: Int
  /// Whether it can be blank.
  public var nillable: Bool
  /// Whether it can be set when a record is made.
  public var createable: Bool
  /// Whether it can be changed.
  public var updateable: Bool
  /// Salesforce fills it when a record is made without it.
  public var defaultedOnCreate: Bool
  /// A formula or roll-up.
  public var calculated: Bool
  /// Only the listed values can be written.
  public var restrictedPicklist: Bool
  /// The values of a picklist, in Salesforce's order; of `RecordTypeId`, the ids and names of the record types.
  public var picklistValues: [PicklistValue]
  /// The objects that a reference can point to.
  public var referenceTo: [String]

  /// A field; what is not given limits nothing.
  public init(
    name: String, label: String? = nil, type: String, length: Int = 0, precision: Int = 0, scale: Int = 0,
    digits: Int = 0, nillable: Bool = true, createable: Bool = true, updateable: Bool = true,
    defaultedOnCreate: Bool = false, calculated: Bool = false, restrictedPicklist: Bool = false,
    picklistValues: [PicklistValue] = [], referenceTo: [String] = []
  ) {
    self.name = name
    self.label = label ?? name
    self.type = type
    self.length = length
    self.precision = precision
    self.scale = scale
    self.digits = digits
    self.nillable = nillable
    self.createable = createable
    self.updateable = updateable
    self.defaultedOnCreate = defaultedOnCreate
    self.calculated = calculated
    self.restrictedPicklist = restrictedPicklist
    self.picklistValues = picklistValues
    self.referenceTo = referenceTo
  }

  /// A record cannot be made without a value for it (spec, semantics 4, Creates).
  public var isRequiredOnCreate: Bool { !nillable && createable && !defaultedOnCreate }

  /// A reference to User, alone or among others (queues).
  public var refersToUser: Bool { type == "reference" && referenceTo.contains("User") }
}

/// A Salesforce object and its fields.
public struct SalesforceSchema: Sendable {
  /// The API name: `Account`.
  public let name: String
  /// The three characters that its ids begin with, if describe gives them.
  public let keyPrefix: String?
  /// The fields in the order of describe.
  public let fields: [SalesforceField]
  private let places: [String: Int]

  /// A schema of these fields; of two with one name, the first counts.
  public init(name: String, keyPrefix: String? = nil, fields: [SalesforceField]) {
    self.name = name
    self.keyPrefix = keyPrefix
    self.fields = fields
    places = Dictionary(fields.indices.map { (fields[$0].name, $0) }) { first, _ in first }
  }

  /// The field with this API name, or nil.
  public subscript(_ name: String) -> SalesforceField? { places[name].map { fields[$0] } }
}

/// A Salesforce object of a pipeline, in the order of its list, with its metadata if the pipeline names any.
public struct SalesforceObject: Sendable {
  /// The API name.
  public var name: String
  /// What describe says; nil if the pipeline names no describe file.
  public var schema: SalesforceSchema?

  /// An object, with metadata or without.
  public init(name: String, schema: SalesforceSchema? = nil) {
    self.name = name
    self.schema = schema
  }
}
