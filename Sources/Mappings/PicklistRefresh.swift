import CRM
import Foundation
import PipelineFile
import Records

/// What a picklist of Salesforce has and HubSpot lacks (requirements M10).
public struct PicklistRefresh: Sendable {
  /// An option that HubSpot should have.
  public struct NewOption: Equatable, Sendable {
    /// Value and label: those of Salesforce.
    public var option: HubSpotOption
    /// How many records of the Salesforce export have it; nil without an export.
    public var records: Int?
  }

  /// The mapping.
  public let mapping: FieldMapping
  /// The options to add, in Salesforce's order; then values that only records have.
  public let additions: [NewOption]
  /// Values that no new option can help, and why.
  public let refusals: [String]

  /// What is to be added for each picklist and multi-select of an object that is synced. With `counts`, values that only
  /// records have (inactive ones, or any of a picklist that is not restricted) are found too.
  ///
  /// Throws `SourceError` if an export is there and cannot be read.
  public static func find(
    _ object: InspectedObject, of pipeline: InspectedPipeline, property: String?, counts: Bool = true
  ) throws -> [PicklistRefresh] {
    let mappings = object.resolution.mappings.filter {
      $0.rule != .dontSync && ($0.kind == .picklist || $0.kind == .multipicklist) && $0.hubspotProperty != nil
        // The ids of record types are no options.
        && !$0.hasSalesforceIDs && (property == nil || $0.property == property)
    }
    let census = ExportCensus(pipeline: pipeline.definition, object: object, mappings: mappings)
    let counted = counts ? try census.take() : .init()
    return mappings.enumerated().compactMap { place, mapping in
      let refresh = PicklistRefresh(mapping, counted.salesforce?[place])
      return refresh.additions.isEmpty && refresh.refusals.isEmpty ? nil : refresh
    }
  }

  private init(_ mapping: FieldMapping, _ column: ColumnCount?) {
    self.mapping = mapping
    let lonely = PartnerSearch(mapping: mapping, owners: nil).lonely(.salesforce, column)
    let values = mapping.salesforceField?.picklistValues ?? []
    let order = Dictionary(values.enumerated().map { ($0.element.value, $0.offset) }) { first, _ in first }
    let options = mapping.hubspotProperty?.options ?? []
    var additions: [NewOption] = []
    var refusals: [String] = []
    for entry in lonely.sorted(by: { (order[$0.value] ?? .max, $0.value) < (order[$1.value] ?? .max, $1.value) }) {
      let label = values.first { $0.value == entry.value }?.label ?? entry.value
      if mapping.hubspotProperty?.readOnlyOptions == true {
        refusals.append("\(entry.text): HubSpot does not let the options of \(mapping.property) be changed")
      } else if let option = options.first(where: { $0.value == entry.value }) {
        refusals.append(
          option.hidden
            ? "\(entry.text): the option is hidden in HubSpot: show it there"
            : "\(entry.text): the value_map sends the option of this value elsewhere: mend the map")
      } else if let option = options.first(where: { $0.label.lowercased() == label.lowercased() }) {
        refusals.append(
          option.hidden
            ? "\(entry.text): the option \(option.value) is hidden in HubSpot: show it there"
            : "\(entry.text): the option \(option.value) has its label, and stands for another value: mend the value_map"
        )
      } else {
        additions.append(NewOption(option: HubSpotOption(label: label, value: entry.value), records: entry.records))
      }
    }
    self.additions = additions
    self.refusals = refusals
  }

  /// The diff for a person.
  public var diff: String {
    let name = "\(mapping.property) ↔ \(mapping.field)"
    let new = additions.map { addition in
      let label = addition.option.label == addition.option.value ? "" : " (\(addition.option.label))"
      let records = addition.records.map { $0 == 0 ? "" : ", \($0) \($0 == 1 ? "record" : "records")" } ?? ""
      return "  + \(addition.option.value)\(label)\(records)"
    }
    return ([name] + new + refusals.map { "  ! \($0)" }).joined(separator: "\n")
  }
}
