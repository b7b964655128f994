import Records

/// Joins one row of a mapping file with the metadata of both sides.
///
/// A row that is never synced moves no data, so what is wrong with it is a warning only.
struct RowResolver {
  let row: MappingRow
  let index: Int
  let hubspot: HubSpotSchema?
  let objects: [SalesforceObject]
  private(set) var issues: [MappingIssue] = []

  init(row: MappingRow, index: Int, hubspot: HubSpotSchema?, objects: [SalesforceObject]) {
    self.row = row
    self.index = index
    self.hubspot = hubspot
    self.objects = objects
  }

  /// The mapping, or nil if it cannot be used.
  mutating func resolve() -> FieldMapping? {
    guard checkObject(), checkOptOut(), let property = findProperty(), let serves = findObjects() else {
      return nil
    }
    let fields = objects.indices.map { serves[$0] ? objects[$0].schema?[row.field] : nil }
    let field = fields.compactMap { $0 }.first
    guard let found = findKind(property, field) else { return nil }
    let hasIDs = found == .id && property?.type == "enumeration" && !row.valueMap.isEmpty
    guard let valueMap = hasIDs ? idValueMap() : row.valueMap else { return nil }
    let kind = hasIDs ? .picklist : found
    warnAboutOptions(kind)
    warnAboutObjects(kind, property, fields)
    let isText = kind == .text || kind == .longtext
    let length = field.flatMap { isText && $0.length > 0 ? $0.length : nil }
    let isOwnerRule = kind == .owner && row.rule != .dontSync
    return FieldMapping(
      index: index, property: row.property, field: row.field, rule: isOwnerRule ? .twoWay : row.rule,
      origin: row.origin, line: row.line, kind: kind, hasSalesforceIDs: hasIDs,
      comparison: row.comparison ?? (field?.type == "email" ? .ignoreCase : .exact),
      truncate: row.truncate && length != nil, scale: kind == .number ? field.map(scale(of:)) : nil,
      maxIntegerDigits: kind == .number ? field.flatMap(maxIntegerDigits(of:)) : nil,
      salesforceLength: length,
      blankIsFalse: kind == .boolean && field?.nillable == false,
      hubspotHoldsInstant: property?.type == "datetime", salesforceHoldsInstant: field?.type == "datetime",
      isOptOut: isOptOut, isCurrency: field?.type == "currency", serves: serves, hubspotProperty: property,
      salesforceFields: fields, valueMap: valueMap,
      idOptions: kind == .id ? property.flatMap(idOptions(of:)) : nil)
  }

  private var isOptOut: Bool { row.property == "hs_email_optout" && row.field == "HasOptedOutOfEmail" }

  private mutating func refuse(_ code: MappingIssueCode, _ reason: String) {
    issues.append(MappingIssue(.issue, code, row, reason))
  }
  private mutating func warn(_ code: MappingIssueCode, _ reason: String) {
    issues.append(MappingIssue(.warning, code, row, reason))
  }

  /// Refuses, or only warns where the row is never synced. Gives whether the row can go on.
  private mutating func refuseIfSynced(_ code: MappingIssueCode, _ reason: String) -> Bool {
    guard row.rule == .dontSync else {
      refuse(code, reason)
      return false
    }
    warn(code, reason)
    return true
  }

  // MARK: Checks

  private mutating func checkObject() -> Bool {
    guard let name = row.salesforceObject, !objects.contains(where: { $0.name == name }) else { return true }
    let message = "\(name) is no Salesforce object of this pipeline"
    refuse(.unknownName, complaint(message, about: name, among: objects.map(\.name)))
    return false
  }

  private mutating func checkOptOut() -> Bool {
    guard isOptOut, row.rule == .dontSync else { return true }
    refuse(.optOut, "the opt-out of email cannot be set to dont_sync: choose another rule")
    return false
  }

  /// The property; nil inside if there is no metadata, nil outside if the row cannot go on.
  private mutating func findProperty() -> HubSpotProperty?? {
    guard let hubspot else { return .some(nil) }
    if let property = hubspot[row.property] { return property }
    let message = complaint(
      "HubSpot has no property \(row.property)", about: row.property, among: hubspot.properties.map(\.name))
    return refuseIfSynced(.unknownName, message) ? .some(nil) : nil
  }

  /// Which objects the row serves: those that it names, as far as they have the field.
  private mutating func findObjects() -> [Bool]? {
    let named = objects.map { row.salesforceObject == nil || row.salesforceObject == $0.name }
    let serves = objects.indices.map { named[$0] && objects[$0].schema.map { $0[row.field] != nil } ?? true }
    if serves.contains(true) { return serves }
    let candidates = objects.indices.filter { named[$0] }.map { objects[$0] }
    let names = candidates.map(\.name).joined(separator: " and ")
    let message = complaint(
      "there is no field \(row.field) in \(names)", about: row.field,
      among: candidates.flatMap { $0.schema?.fields.map(\.name) ?? [] })
    return refuseIfSynced(.unknownName, message) ? named : nil
  }

  private mutating func findKind(_ property: HubSpotProperty?, _ field: SalesforceField?) -> Kind? {
    do throws(KindRefusal) {
      let kind = try resolveKind(property: row.property, hubspot: property, salesforce: field)
      if kind == .owner, row.rule == .preferSalesforce || row.rule == .alwaysSalesforce {
        warn(.ownerRule, "an owner is always two_way: \(row.rule.rawValue) is read as two_way")
      }
      if property == nil, field == nil, row.rule != .dontSync, row.property == "hubspot_owner_id" {
        warn(
          .noMetadata,
          "without metadata owner ids are copied as text: name properties and describe for the sources")
      }
      return kind
    } catch {
      return refuseIfSynced(error.code, error.reason) ? .text : nil
    }
  }

  /// The value map of a dropdown with a reference: its Salesforce values are ids, and get their 18 characters.
  private mutating func idValueMap() -> ValueMap? {
    var entries: [ValueMap.Entry] = []
    for entry in row.valueMap.entries {
      guard let id = salesforceID18(entry.salesforce) else {
        let isOff = refuseIfSynced(
          .mismatchedTypes,
          "\(row.field) is a reference: \(entry.salesforce), to which the value_map translates "
            + "\(entry.hubspot), is no Salesforce id")
        return isOff ? ValueMap() : nil
      }
      entries.append(ValueMap.Entry(entry.hubspot, id))
    }
    return ValueMap(entries)
  }

  // MARK: Warnings

  private mutating func warnAboutOptions(_ kind: Kind) {
    if !row.valueMap.isEmpty, kind != .picklist, kind != .multipicklist {
      warn(.unusedOption, "the value_map is not used: the values are \(kind.rawValue), not those of a picklist")
    }
    if row.truncate, kind != .text, kind != .longtext {
      warn(.unusedOption, "on_too_long is not used: the values are \(kind.rawValue), not text")
    }
  }

  /// Where the objects that a mapping serves do not agree about the field, the first one counts.
  private mutating func warnAboutObjects(
    _ kind: Kind, _ property: HubSpotProperty?, _ fields: [SalesforceField?]
  ) {
    guard row.rule != .dontSync, let first = fields.firstIndex(where: { $0 != nil }),
      let field = fields[first]
    else { return }
    for (number, other) in fields.enumerated().dropFirst(first + 1) {
      guard let other else { continue }
      let otherKind = try? resolveKind(property: row.property, hubspot: property, salesforce: other)
      var differences: [String] = []
      if otherKind != kind { differences.append("type") }
      if field.scale != other.scale { differences.append("scale") }
      if field.length != other.length { differences.append("length") }
      if kind == .picklist || kind == .multipicklist,
        field.picklistValues != other.picklistValues || field.restrictedPicklist != other.restrictedPicklist
      {
        differences.append("picklist")
      }
      guard !differences.isEmpty else { continue }
      warn(
        .objectsDiffer,
        "\(objects[first].name) and \(objects[number].name) differ in "
          + "\(differences.joined(separator: ", ")) of "
          + "\(row.field): \(objects[first].name) counts")
    }
  }
}

/// How many decimals a Salesforce number keeps (spec, semantics 1, number).
private func scale(of field: SalesforceField) -> Int {
  field.type == "int" || field.type == "long" ? 0 : max(field.scale, 0)
}

/// How many integer digits a Salesforce number has; nil where describe gives 0: no limit.
private func maxIntegerDigits(of field: SalesforceField) -> Int? {
  if field.type == "int" { return field.digits > 0 ? field.digits : nil }
  return field.precision > 0 ? max(field.precision &- scale(of: field), 0) : nil
}

/// The options of an enumeration that holds ids, those that are hidden aside; nil if it is no enumeration.
private func idOptions(of property: HubSpotProperty) -> ByteTable? {
  guard property.type == "enumeration", !(property.options.isEmpty && property.externalOptions) else {
    return nil
  }
  var table = ByteTable()
  for option in property.options where !option.hidden { table.insert(option.value, 0) }
  return table
}
