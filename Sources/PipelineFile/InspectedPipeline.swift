import CRM
import Foundation

/// An object of a pipeline with its mapping file and metadata, right or wrong: what the life of a mapping needs.
public struct InspectedObject: Sendable {
  /// What the pipeline file says.
  public var definition: ObjectDefinition
  /// The export of HubSpot; nil where the pipeline names none (of an object that is switched off).
  public var hubspotSource: SourceDefinition?
  /// The exports of Salesforce, by object number.
  public var salesforceSources: [SourceDefinition?]
  /// What HubSpot says of its properties; nil without metadata.
  public var hubspotSchema: HubSpotSchema?
  /// The Salesforce objects by number, with their metadata.
  public var salesforceObjects: [SalesforceObject]
  /// The mapping file.
  public var document: MappingDocument
  /// The mappings that can be used, and what is to be said of them: the same check that a run makes.
  public var resolution: MappingResolution
}

extension InspectedObject {
  /// Under which names the columns of a source stand in its files, where they are not the internal ones.
  public func columnNames(of source: SourceDefinition) -> [String: String] {
    PipelineFile.columnNames(of: source, hubspot: hubspotSchema, salesforce: salesforceObjects)
  }
}

/// The names of `columns`, else, where the source says `labels`, the labels of the metadata.
func columnNames(
  of source: SourceDefinition, hubspot: HubSpotSchema?, salesforce: [SalesforceObject]
) -> [String: String] {
  guard source.labels else { return source.columns }
  var pairs: [(String, String)] = []
  switch source.side {
  case .hubspot: pairs = (hubspot?.properties ?? []).map { ($0.name, $0.label) }
  case .salesforce:
    let schema = salesforce.first { $0.name == source.object }?.schema
    pairs = (schema?.fields ?? []).map { ($0.name, $0.label) }
  }
  return Dictionary(pairs) { first, _ in first }.merging(source.columns) { _, named in named }
}

/// A pipeline whose mappings may have issues.
public struct InspectedPipeline: Sendable {
  /// The pipeline file.
  public var definition: PipelineDefinition
  /// The objects in the order of the pipeline; those that are switched off as far as their files are there.
  public var objects: [InspectedObject]

  /// What the pipeline file asks of an object that is on and its metadata cannot give (links, keys, owners), or nil.
  public func complaint(about object: InspectedObject) -> PipelineError? {
    guard object.definition.enabled else { return nil }
    do throws(PipelineError) {
      _ = try ObjectLoader(pipeline: definition, object: object.definition).checks(object).check()
      return nil
    } catch {
      return error
    }
  }
}

/// Reads a pipeline with its mappings and metadata, without refusing mappings that have issues (requirements M9).
///
/// Throws a `PipelineError`, exit 2, if a file cannot be read or is not what it should be.
public func inspectPipeline(
  _ file: String, environment: [String: String] = ProcessInfo.processInfo.environment
) throws(PipelineError) -> InspectedPipeline {
  let definition = try readPipeline(file, environment: environment)
  var objects: [InspectedObject] = []
  for object in definition.objects {
    do throws(PipelineError) {
      objects.append(try ObjectLoader(pipeline: definition, object: object).inspect())
    } catch  where !object.enabled {
      // Nothing of an object that is switched off is processed, so nothing of it has to be there.
      continue
    }
  }
  return InspectedPipeline(definition: definition, objects: objects)
}
