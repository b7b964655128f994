import CRM
import FileStaging
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

  private static func path(_ directory: String) -> String { "\(directory)/baseline/mappings.json" }

  /// Writes it beside the baseline of a pipeline.
  func save(in directory: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", to: Self.path(directory))
  }

  /// The one that the last loaded run left in a pipeline's folder; nil if none has.
  ///
  /// - Throws: `StagingError.failed` if it cannot be read.
  static func read(in directory: String) throws -> MappingSnapshot? {
    guard let data = FileManager.default.contents(atPath: path(directory)) else { return nil }
    guard let found = try? JSONDecoder().decode(Self.self, from: data) else {
      throw StagingError.failed("\(path(directory)) cannot be read: remove it, and the next run writes it anew")
    }
    return found
  }
}
