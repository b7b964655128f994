/// Why two fields cannot be mapped to each other.
public struct KindRefusal: Error, Equatable, Sendable {
  /// Which of HubSpot's refusals it is: mismatched types, field format mismatch, or a HubSpot user property.
  public var code = MappingIssueCode.mismatchedTypes
  /// What is wrong, and what would be compatible, for a person.
  public let reason: String
}

/// What a HubSpot property can be in the table of kinds.
private enum HubSpotShape {
  case line, phone, longText, number, checkbox, choice, choices, day, moment, owner
}

/// One line of the table of kinds (spec, semantics 1).
private struct KindRow {
  let kind: Kind
  let shape: HubSpotShape
  let salesforceTypes: [String]
}

private let kindTable: [KindRow] = {
  let texts = ["string", "textarea", "phone", "email", "url", "encryptedstring", "combobox"]
  return [
    KindRow(kind: .text, shape: .line, salesforceTypes: texts),
    KindRow(kind: .text, shape: .phone, salesforceTypes: texts),
    KindRow(kind: .longtext, shape: .longText, salesforceTypes: ["textarea"]),
    KindRow(
      kind: .number, shape: .number, salesforceTypes: ["double", "int", "long", "currency", "percent"]),
    KindRow(kind: .boolean, shape: .checkbox, salesforceTypes: ["boolean"]),
    KindRow(kind: .picklist, shape: .choice, salesforceTypes: ["picklist", "combobox"]),
    KindRow(kind: .multipicklist, shape: .choices, salesforceTypes: ["multipicklist"]),
    KindRow(kind: .date, shape: .day, salesforceTypes: ["date", "datetime"]),
    KindRow(kind: .date, shape: .moment, salesforceTypes: ["date"]),
    KindRow(kind: .datetime, shape: .moment, salesforceTypes: ["datetime"]),
    KindRow(kind: .owner, shape: .owner, salesforceTypes: [userReference]),
    KindRow(kind: .id, shape: .line, salesforceTypes: ["id", "reference", userReference]),
    KindRow(kind: .id, shape: .choice, salesforceTypes: ["id", "reference"]),
  ]
}()

/// How the table names a reference to User.
private let userReference = "reference to User"

/// The kind of a mapping, from the metadata of both sides, or of the one that has any; without any it is text
/// (spec, semantics 1). `property` is the HubSpot name, which is known without metadata too.
///
/// With one side only, the kind is the one that loses nothing: a Salesforce textarea is longtext, a combobox
/// text, a datetime datetime, a reference to User owner. Throws a `KindRefusal` that says what would be
/// compatible.
public func resolveKind(
  property: String, hubspot: HubSpotProperty?, salesforce: SalesforceField?
) throws(KindRefusal) -> Kind {
  guard let hubspot else { return try kind(property, of: salesforce) }
  if hubspot.isCustomUser {
    throw KindRefusal(
      code: .hubspotUser,
      reason: "\(hubspot.name) is a HubSpot user property that is not HubSpot's own: such cannot be mapped")
  }
  let shapes = shapes(of: hubspot)
  let rows = kindTable.filter { shapes.contains($0.shape) }
  guard let first = rows.first else {
    throw KindRefusal(reason: "\(described(hubspot)) goes with no Salesforce field")
  }
  guard let salesforce else { return first.kind == .date && shapes == [.moment] ? .datetime : first.kind }
  let type = salesforce.refersToUser ? userReference : salesforce.type
  if let row = rows.first(where: { $0.salesforceTypes.contains(type) }) { return row.kind }
  var types: [String] = []
  for type in rows.flatMap(\.salesforceTypes) where !types.contains(type) { types.append(type) }
  let isFormat = kindTable.contains {
    otherFormats(of: hubspot.type).contains($0.shape) && $0.salesforceTypes.contains(type)
  }
  throw KindRefusal(
    code: isFormat ? .formatMismatch : .mismatchedTypes,
    reason:
      "\(described(hubspot)) goes with Salesforce \(types.joined(separator: ", ")); \(salesforce.name) is "
      + type)
}

/// The kind that a Salesforce field alone makes.
private func kind(_ property: String, of field: SalesforceField?) throws(KindRefusal) -> Kind {
  guard let field else { return .text }
  if property == "hubspot_owner_id" {
    guard field.refersToUser else {
      throw KindRefusal(reason: "\(property) goes with a reference to User; \(field.name) is \(field.type)")
    }
    return .owner
  }
  switch field.type {
  case "string", "phone", "email", "url", "encryptedstring", "combobox": return .text
  case "textarea": return .longtext
  case "double", "int", "long", "currency", "percent": return .number
  case "boolean": return .boolean
  case "picklist": return .picklist
  case "multipicklist": return .multipicklist
  case "date": return .date
  case "datetime": return .datetime
  case "reference": return field.refersToUser ? .owner : .id
  case "id": return .id
  default: throw KindRefusal(reason: "\(field.name) is \(field.type), which goes with no HubSpot property")
  }
}

/// What a property can be. A calculation counts by its type, so that an enumeration can be any of the three.
private func shapes(of property: HubSpotProperty) -> [HubSpotShape] {
  if property.isOwner { return [.owner] }
  let isCalculation = property.isCalculation
  switch (property.type, property.fieldType) {
  case ("phone_number", _): return [.phone]
  case ("string", "text"): return [.line]
  case ("string", "phonenumber"): return [.phone]
  case ("string", "textarea"), ("string", "html"): return [.longText]
  case ("string", _): return isCalculation ? [.line] : []
  case ("number", "number"): return [.number]
  case ("number", _): return isCalculation ? [.number] : []
  case ("bool", "booleancheckbox"), ("enumeration", "booleancheckbox"): return [.checkbox]
  case ("bool", _): return isCalculation ? [.checkbox] : []
  case ("enumeration", "select"), ("enumeration", "radio"): return [.choice]
  case ("enumeration", "checkbox"): return [.choices]
  case ("enumeration", _): return isCalculation ? [.choice, .choices, .checkbox] : []
  case ("date", "date"): return [.day]
  case ("date", _): return isCalculation ? [.day] : []
  case ("datetime", "date"): return [.moment]
  case ("datetime", _): return isCalculation ? [.moment] : []
  default: return []
  }
}

/// What properties of a type can be, however they are entered.
private func otherFormats(of type: String) -> [HubSpotShape] {
  switch type {
  case "string", "phone_number": [.line, .phone, .longText]
  case "enumeration": [.choice, .choices, .checkbox]
  case "date", "datetime": [.day, .moment]
  default: []
  }
}

private func described(_ property: HubSpotProperty) -> String {
  property.isOwner
    ? "\(property.name) (an owner)" : "\(property.name) (HubSpot \(property.type) / \(property.fieldType))"
}
