import CRM
import Extract
import Normalize
import PipelineFile
import Staging

/// A pipeline, ready to run: what its file, its mappings and its metadata say, as the stages need it.
public struct RunPlan: Sendable {
  /// What the pipeline file itself says.
  public let definition: PipelineDefinition
  /// The objects that are switched on, in the order of the pipeline file, which is that of reports.
  public let objects: [ObjectPlan]
  let sources: [String: [SourceFile]]
  /// The field histories of each object, of both sides.
  let histories: [String: [SourceFile]]
  let formats: [String: SourceFormats]
  /// What a person should know before the run.
  public let warnings: [String]
  /// By object, the mappings that have an issue and move no data (requirements M9).
  public let idleMappings: [String: [MappingIssue]]
  let pipelineDigest: String
  let mappingsDigest: String
  let metadataDigest: String
  /// The folder of load files and reports, which `load.files` names.
  public let loadDirectory: String
  /// Every file whose change makes another run of it.
  let inputFiles: [String]
  /// The tables and queries of people, which are no source of an object.
  var peopleTables: [DatabaseRows] = []

  /// The objects in the order in which they are loaded: what others refer to comes first (spec, domain facts 1.6, safe
  /// load order; HubSpot's and Salesforce's people are never written).
  var objectsInLoadOrder: [ObjectPlan] { inLoadOrder(objects, \.object) }

  /// All export files and field histories, of all objects.
  public var exports: [ExportReading] {
    objects.flatMap { object in
      (sources[object.object] ?? []).map { ExportReading($0, of: object) }
        + (histories[object.object] ?? []).map { ExportReading(history: $0) }
    }
  }

  /// A digest of names, sizes and modification times of all inputs.
  func inputsDigest() throws -> String {
    let found = [sources, histories].flatMap { $0.values.joined().compactMap(\.database) }
    let tables = try (found + peopleTables).map {
      "\($0.displayName)\0\(try $0.fingerprint())"
    }
    return try Digests.ofState(inputFiles, and: tables.sorted())
  }
}

/// Companies, contacts with leads, deals: an account must be there before its contacts, and both before their deals.
func inLoadOrder<Item>(_ items: [Item], _ name: (Item) -> String) -> [Item] {
  let order = ["companies", "contacts", "deals"]
  return items.enumerated().sorted {
    let (a, b) = (order.firstIndex(of: name($0.element)), order.firstIndex(of: name($1.element)))
    return (a ?? order.count, $0.offset) < (b ?? order.count, $1.offset)
  }.map(\.element)
}

extension SourceFormats {
  /// UTC everywhere, and no slashes in dates.
  static let utc = SourceFormats(hubspot: .init(), salesforce: [.init()])
}
