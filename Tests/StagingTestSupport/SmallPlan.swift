import CRM
import Staging

/// Plans for tests of one room, which need mappings and nothing else of a pipeline.
public enum SmallPlan {
  /// Companies and accounts whose text fields are mapped one to one.
  public static func companies(_ rows: [MappingRow], keepBaseline: Int = 30) -> ObjectPlan {
    let fields = rows.map { SalesforceField(name: $0.field, type: "string", length: 255) }
    let resolution = MappingResolution(
      rows, hubspot: nil,
      objects: [SalesforceObject(name: "Account", schema: SalesforceSchema(name: "Account", fields: fields))])
    precondition(resolution.faults.isEmpty, "\(resolution.faults)")
    return ObjectPlan(
      object: "companies", salesforceObjects: ["Account"], links: [], hubspotIDField: nil, keys: [],
      mappings: resolution.mappings, vocabularies: resolution.mappings.map { _ in .none }, createIn: [], createAs: 0,
      firstRun: .newerRecord, tie: .salesforce, salesforceBlankClears: false, integrationUser: "", requiredFields: [[]],
      pipelineZone: .utc, keepBaseline: keepBaseline, setsMaxCreates: true)
  }
}
