import CRM
import Foundation

/// Reads the properties JSON of a HubSpot object: `{"results":[…]}`, a bare list, or a schema with
/// `properties`, of the APIs v3 and v1 (spec, domain facts 2.2). Properties that are archived or deleted are
/// left out.
///
/// Throws a `PipelineError` if it cannot be read, is broken, or lacks what a property needs.
public func readHubSpotProperties(_ path: String) throws(PipelineError) -> HubSpotSchema {
  let decoded = try readJSON(PropertiesDocument.self, path, expected: "a list of HubSpot properties")
  guard !decoded.properties.isEmpty else {
    throw PipelineError(file: path, message: "holds no HubSpot property")
  }
  var properties: [HubSpotProperty] = []
  for entry in decoded.properties where entry.archived != true && entry.deleted != true {
    guard let type = entry.type, let fieldType = entry.fieldType else {
      throw PipelineError(
        file: path, message: "the property \(entry.name) has no type and fieldType",
        hint: "save what HubSpot's properties API returns")
    }
    let options = (entry.options ?? []).map {
      HubSpotOption(label: $0.label ?? $0.value.text, value: $0.value.text, hidden: $0.hidden ?? false)
    }
    var property = HubSpotProperty(
      name: entry.name, label: entry.label, type: type, fieldType: fieldType, options: options,
      externalOptions: entry.externalOptions ?? false, calculated: entry.calculated ?? false,
      readOnlyValue: entry.modificationMetadata?.readOnlyValue ?? entry.readOnlyValue ?? false,
      hubspotDefined: entry.hubspotDefined ?? false, referencedObjectType: entry.referencedObjectType)
    property.readOnlyOptions = entry.modificationMetadata?.readOnlyOptions ?? false
    properties.append(property)
  }
  return HubSpotSchema(properties)
}

/// Reads the describe JSON of a Salesforce object: `{"name":…,"fields":[…]}`, also inside `{"result":…}`
/// (spec, domain facts 2.9).
///
/// Throws a `PipelineError` if it cannot be read, is broken, lacks what a field needs, or describes another
/// object.
public func readSalesforceDescribe(_ path: String, object: String) throws(PipelineError) -> SalesforceSchema {
  let document = try readJSON(DescribeDocument.self, path, expected: "the describe of a Salesforce object")
  guard let fields = document.fields, !fields.isEmpty else {
    throw PipelineError(file: path, message: "holds no fields: that is no describe of a Salesforce object")
  }
  if let name = document.name, name != object {
    throw PipelineError(file: path, message: "describes \(name), not \(object)")
  }
  let described = fields.map { field in
    let isRecordType = field.name == "RecordTypeId"
    return SalesforceField(
      name: field.name, label: field.label, type: field.type, length: field.length ?? 0,
      precision: field.precision ?? 0, scale: field.scale ?? 0, digits: field.digits ?? 0,
      nillable: field.nillable ?? true, createable: field.createable ?? true,
      updateable: field.updateable ?? true,
      defaultedOnCreate: field.defaultedOnCreate ?? false, calculated: field.calculated ?? false,
      restrictedPicklist: isRecordType ? !document.recordTypes.isEmpty : field.restrictedPicklist ?? false,
      picklistValues: isRecordType ? document.recordTypes : field.values,
      referenceTo: field.referenceTo ?? [])
  }
  return SalesforceSchema(name: object, keyPrefix: document.keyPrefix, fields: described)
}

// MARK: What the files hold

private struct PropertyEntry: Decodable {
  struct Option: Decodable {
    var label: String?
    var value: LooseText
    var hidden: Bool?
  }
  struct Modification: Decodable {
    var readOnlyValue, readOnlyOptions: Bool?
  }
  var name: String
  var label, type, fieldType, referencedObjectType: String?
  var options: [Option]?
  var externalOptions, calculated, readOnlyValue, hubspotDefined, archived, deleted: Bool?
  var modificationMetadata: Modification?
}

/// A text, or a number or boolean that stands for it: option values of old exports.
private struct LooseText: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.text = text
    } else if let flag = try? container.decode(Bool.self) {
      text = flag ? "true" : "false"
    } else {
      text = try container.decode(Decimal.self).description
    }
  }
}

private struct PropertiesDocument: Decodable {
  enum Keys: CodingKey { case results, properties }
  let properties: [PropertyEntry]

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Keys.self) {
      let key: Keys = container.contains(.results) ? .results : .properties
      properties = try container.decode([PropertyEntry].self, forKey: key)
    } else {
      properties = try decoder.singleValueContainer().decode([PropertyEntry].self)
    }
  }
}

private struct FieldEntry: Decodable {
  struct Value: Decodable {
    var label, value: String?
    var active: Bool?
  }
  var name: String
  var type: String
  var label: String?
  var length, precision, scale, digits: Int?
  var nillable, createable, updateable, defaultedOnCreate, calculated, restrictedPicklist: Bool?
  var picklistValues: [Value]?
  var referenceTo: [String]?

  var values: [PicklistValue] {
    (picklistValues ?? []).compactMap { entry in
      entry.value.map { PicklistValue(label: entry.label, value: $0, active: entry.active ?? true) }
    }
  }
}

private struct DescribeDocument: Decodable {
  struct RecordType: Decodable {
    var recordTypeId: String
    var name: String?
    var active, available, master: Bool?
  }
  enum Keys: CodingKey { case result, name, keyPrefix, fields, recordTypeInfos }
  var name, keyPrefix: String?
  var fields: [FieldEntry]?
  private var recordTypeInfos: [RecordType]?

  /// The record types as the values that `RecordTypeId` can have. The master type stands for none.
  var recordTypes: [PicklistValue] {
    (recordTypeInfos ?? []).filter { $0.master != true }.map {
      let id = salesforceID18($0.recordTypeId) ?? $0.recordTypeId
      return PicklistValue(label: $0.name, value: id, active: $0.active ?? $0.available ?? true)
    }
  }

  init(from decoder: any Decoder) throws {
    var container = try decoder.container(keyedBy: Keys.self)
    if container.contains(.result) {
      container = try container.nestedContainer(keyedBy: Keys.self, forKey: .result)
    }
    name = try container.decodeIfPresent(String.self, forKey: .name)
    keyPrefix = try container.decodeIfPresent(String.self, forKey: .keyPrefix)
    fields = try container.decodeIfPresent([FieldEntry].self, forKey: .fields)
    recordTypeInfos = try container.decodeIfPresent([RecordType].self, forKey: .recordTypeInfos)
  }
}
