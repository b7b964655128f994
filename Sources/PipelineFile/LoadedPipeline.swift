import CRM
import Foundation

/// A pipeline with its mappings and metadata.
public struct LoadedPipeline: Sendable {
  /// The pipeline file.
  public var definition: PipelineDefinition
  /// The objects that take part, in the order of the pipeline.
  public var objects: [LoadedObject]
  /// All files that made it: the pipeline file, then mappings and metadata, once each, absolute but for the
  /// first.
  public var files: [String]
}

/// An object of a pipeline with its mappings and metadata.
public struct LoadedObject: Sendable {
  /// What the pipeline file says.
  public var definition: ObjectDefinition
  /// The export of HubSpot.
  public var hubspotSource: SourceDefinition
  /// The exports of Salesforce, by object number.
  public var salesforceSources: [SourceDefinition]
  /// What HubSpot says of its properties; nil without metadata.
  public var hubspotSchema: HubSpotSchema?
  /// The Salesforce objects by number, with their metadata.
  public var salesforceObjects: [SalesforceObject]
  /// The mapping file as it is written.
  public var rows: [MappingRow]
  /// The mappings, in the order of the file, those that are never synced too.
  public var mappings: [FieldMapping]
  /// What is to be said of the mappings: warnings, and the issues of those that move no data (requirements M9).
  public var issues: [MappingIssue]
  /// The match keys, in order.
  public var keys: [MatchKey]
  /// The link properties, in the order in which they are looked at.
  public var links: [LinkProperty]
  /// The number of the Salesforce object that is created.
  public var createAs: Int
}

extension LoadedObject {
  /// Under which names the columns of a source stand in its files, by the internal names, where they are not
  /// the same: those of `columns`, else, where the source says `labels`, the labels of the metadata.
  public func columnNames(of source: SourceDefinition) -> [String: String] {
    PipelineFile.columnNames(of: source, hubspot: hubspotSchema, salesforce: salesforceObjects)
  }
}

/// A match key (spec, semantics 3.5).
public struct MatchKey: Equatable, Sendable {
  /// The HubSpot property.
  public var hubspot: String
  /// The Salesforce field.
  public var salesforce: String
  /// How values compare.
  public var comparison: Comparison
  /// What several candidates mean.
  public var onDuplicate: OnDuplicate
}

/// The property that holds the ids of one Salesforce object (spec, semantics 3.3).
public struct LinkProperty: Equatable, Sendable {
  /// The HubSpot property.
  public var property: String
  /// The number of the Salesforce object.
  public var object: Int
  /// Whether HubSpot lets it be written.
  public var isWritable: Bool
}

/// Reads a pipeline with its mappings and metadata, and checks that they fit (spec, interface; semantics 1, 2
/// and 4).
///
/// It does not look at the exports: `SourceDefinition.resolveFiles` finds them, `readOwners` and `readUsers`
/// read people. Throws a `PipelineError`, exit 2, with all that is wrong in the first file that has something
/// wrong.
public func loadPipeline(
  _ file: String, environment: [String: String] = ProcessInfo.processInfo.environment
) throws(PipelineError) -> LoadedPipeline {
  let definition = try readPipeline(file, environment: environment)
  var loaded = LoadedPipeline(definition: definition, objects: [], files: [file])
  for object in definition.objects where object.enabled {
    let loader = ObjectLoader(pipeline: definition, object: object)
    let result = try loader.load()
    loaded.objects.append(result)
    let metadata = ([result.hubspotSource] + result.salesforceSources).compactMap(\.metadata)
    for used in [object.mappings] + metadata where !loaded.files.contains(used) { loaded.files.append(used) }
  }
  return loaded
}
