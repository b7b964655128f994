import CRM
import Foundation
import PipelineFile

/// What the columns of a mapping CSV are called, in small letters and without what is no letter. HubSpot does not
/// document its own; these are the names on its screen, and ours.
private let propertyColumns = [
  "hubspotproperty", "hubspotpropertyname", "hubspotpropertyinternalname", "hubspotfield", "property", "propertyname",
  "hubspotpropertylabel",
]
private let fieldColumns = [
  "salesforcefield", "salesforcefieldname", "salesforcefieldapiname", "salesforcefieldlabel", "field", "fieldname",
]
private let ruleColumns = ["syncrule", "syncrules", "updaterule", "rule"]
private let objectColumns = ["salesforceobject", "object"]
private let originColumns = ["origin", "mappingtype"]

extension ImportedMappings {
  /// Reads a CSV with the names and rules that HubSpot shows. A column `Salesforce Contact field` beside `Salesforce
  /// Lead field` makes a row for each object, or one for both where they agree.
  mutating func readHubSpot(_ data: Data, _ object: InspectedObject) throws(PipelineError) {
    let table = try SmallTable(data, file: file)
    let plain = table.columns.map { $0.lowercased().filter(\.isLetter) }
    func place(_ names: [String]) -> Int? { names.lazy.compactMap { plain.firstIndex(of: $0) }.first }
    let fields = fieldPlaces(plain, object)
    guard let property = place(propertyColumns), !fields.isEmpty, let rule = place(ruleColumns) else {
      throw PipelineError(
        file: file, line: 1,
        message:
          "is no mapping file: it needs columns for the HubSpot property, the Salesforce field and the sync rule",
        hint: "its columns are \(table.columns.joined(separator: ", "))")
    }
    let named = place(objectColumns)
    let origin = place(originColumns)
    var complaints: [PipelineError] = []
    for row in table.rows {
      do throws(NameFinder.Fault) {
        let found = try HubSpotRow(row: row, object: object).entries(
          property: property, fields: fields, rule: rule, object: named, origin: origin)
        if found.isEmpty { notes.append("\(file):\(row.line): not mapped in Salesforce: passed over") }
        entries += found
      } catch {
        complaints.append(PipelineError(file: file, line: row.line, message: error.message))
      }
    }
    guard var first = complaints.first else { return }
    first.others = Array(complaints.dropFirst())
    throw first
  }

  /// Where the Salesforce fields stand: one column for all objects, or one for each.
  private func fieldPlaces(_ plain: [String], _ object: InspectedObject) -> [(place: Int, object: String?)] {
    if let place = fieldColumns.lazy.compactMap({ plain.firstIndex(of: $0) }).first { return [(place, nil)] }
    return object.definition.salesforce.compactMap { name in
      let wanted = "salesforce\(name.lowercased().filter(\.isLetter))field"
      return plain.firstIndex { $0.hasPrefix(wanted) }.map { ($0, name) }
    }
  }
}

/// One row of such a CSV.
private struct HubSpotRow {
  let row: SmallTable.Row
  let object: InspectedObject

  func entries(
    property: Int, fields: [(place: Int, object: String?)], rule: Int, object named: Int?, origin: Int?
  ) throws(NameFinder.Fault) -> [ImportedMappings.Entry] {
    guard let syncRule = SyncRule(text: row.cells[rule]) else {
      throw NameFinder.Fault(message: "\"\(row.cells[rule])\" is no sync rule")
    }
    var cells = ["sync_rule": syncRule.rawValue]
    cells["hubspot_property"] = try NameFinder(object).property(row.cells[property])
    if let named { cells["salesforce_object"] = row.cells[named] }
    if let origin { cells["origin"] = row.cells[origin].lowercased().hasPrefix("default") ? "default" : "custom" }
    var found: [(object: String?, field: String)] = []
    for (place, name) in fields where !row.cells[place].isEmpty {
      let salesforce = name ?? cells["salesforce_object"].flatMap { $0.isEmpty ? nil : $0 }
      found.append((name, try NameFinder(object, salesforce: salesforce).field(row.cells[place])))
    }
    // One field of all objects is one mapping.
    if found.count > 1, found.count == fields.count, Set(found.map(\.field)).count == 1 {
      found = [(nil, found[0].field)]
    }
    return found.map { name, field in
      var entry = cells
      entry["salesforce_field"] = field
      if let name { entry["salesforce_object"] = name }
      return .init(line: row.line, cells: entry)
    }
  }
}
