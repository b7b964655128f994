import CRM
import Foundation
import PipelineFile

/// What `resync mappings check --json` and `list --json` print.
struct MappingJSON: Encodable {
  struct Object: Encodable {
    let object: String
    let salesforce: [String]
    let file: String
    let enabled: Bool
    let status: String
    let issues: [String]
    let uncounted: [String]
    let mappings: [Mapping]
  }

  struct Mapping: Encodable {
    let line: Int
    let hubspotProperty, salesforceField, syncRule, origin: String
    let salesforceObject, kind: String?
    let status: String
    let findings: [Finding]
  }

  struct Finding: Encodable {
    let status, code, reason: String
    let records: Int?
    let values: [Value]
  }

  struct Value: Encodable {
    let value: String
    let records: Int?
  }

  let objects: [Object]

  init(_ checks: [MappingCheck]) {
    objects = checks.map { check in
      let status: MappingStatus = check.hasIssues ? .issue : check.count(.warning) > 0 ? .warning : .ok
      return Object(
        object: check.object.definition.name, salesforce: check.object.definition.salesforce,
        file: check.object.definition.mappings, enabled: check.object.definition.enabled, status: status.rawValue,
        issues: check.fileIssues, uncounted: check.uncounted.map(\.name), mappings: check.states.map(Self.mapping))
    }
  }

  private static func mapping(_ state: MappingState) -> Mapping {
    Mapping(
      line: state.row.line, hubspotProperty: state.row.property, salesforceField: state.row.field,
      syncRule: state.row.rule.rawValue, origin: state.row.origin.rawValue,
      salesforceObject: state.row.salesforceObject, kind: state.kind?.rawValue, status: state.status.rawValue,
      findings: state.findings.map { finding in
        Finding(
          status: finding.issue.status.rawValue, code: finding.issue.code.rawValue, reason: finding.issue.reason,
          records: finding.records, values: finding.values.map { Value(value: $0.value, records: $0.records) })
      })
  }
}

extension [MappingCheck] {
  /// The checks as JSON, keys in snake case, sorted.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(MappingJSON(self)), as: UTF8.self)
  }
}
