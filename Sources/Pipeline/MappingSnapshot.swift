import CRM
import Foundation
import Staging

/// The mappings of the last loaded run, with their picklists: what `mappings diff` compares with.
public struct MappingSnapshot: Codable, Sendable {
  /// A mapping that moved data.
  struct Entry: Codable, Sendable, Equatable {
    let object, property, field: String
    let serves: [String]
    let rule, kind, comparison, valueMap: String
    let truncates: Bool
    /// `value=label` of the options that are not hidden.
    let options: [String]
    /// `value=label` of the values that are active.
    let values: [String]

    /// Which mapping it is, whatever it does.
    var key: String { "\(object)\0\(property)\0\(field)\0\(serves.joined(separator: ","))" }
  }

  /// The run.
  public let run: String
  let entries: [Entry]

  /// The mappings of a plan.
  init(run: String, _ objects: [ObjectPlan]) {
    self.run = run
    entries = objects.flatMap { object in
      object.mappings.map { mapping in
        let isPicklist = mapping.kind == .picklist || mapping.kind == .multipicklist
        let options = isPicklist ? mapping.hubspotProperty?.options ?? [] : []
        let values = isPicklist ? mapping.salesforceField?.picklistValues ?? [] : []
        return Entry(
          object: object.object, property: mapping.property, field: mapping.field,
          serves: zip(object.salesforceObjects, mapping.serves).filter(\.1).map(\.0), rule: mapping.rule.rawValue,
          kind: mapping.kind.rawValue, comparison: mapping.comparison.rawValue, valueMap: mapping.valueMap.text,
          truncates: mapping.truncate, options: options.filter { !$0.hidden }.map { "\($0.value)=\($0.label)" },
          values: values.filter(\.active).map { "\($0.value)=\($0.label)" })
      }
    }
  }

  private static let name = "mappings.json"

  /// Keeps it beside the baseline of a pipeline.
  func save(in area: any StagingArea) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try area.keep(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", as: Self.name)
  }

  /// The one that the last loaded run of a pipeline left; nil if none has.
  ///
  /// - Throws: `StagingError.failed` if it cannot be read.
  static func read(in area: any StagingArea) throws -> MappingSnapshot? {
    guard let text = try area.note(name) else { return nil }
    guard let found = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      throw StagingError.failed(
        "\(name) beside the baseline cannot be read: remove it, and the next run writes it anew")
    }
    return found
  }
}
