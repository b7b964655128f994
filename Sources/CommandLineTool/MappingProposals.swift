import ArgumentParser
import CRM
import FileStaging
import Foundation
import Mappings
import Pipeline
import PipelineFile

/// The objects that are on, or the one that is named.
private func objects(_ pipeline: String, _ object: String?) throws -> (InspectedPipeline, [InspectedObject]) {
  let found = try inspectPipeline(pipeline)
  if let object {
    let chosen = try ObjectChoice(found.definition).one(object)
    return (found, found.objects.filter { $0.definition.name == chosen.name })
  }
  return (found, found.objects.filter(\.definition.enabled))
}

struct RefreshMappings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh",
    abstract: "Finds Salesforce picklist values that HubSpot lacks, and adds them to the properties JSON.",
    discussion: """
      It also writes the body of HubSpot's request that adds them, a file for each property:
        PATCH /crm/v3/properties/OBJECT/PROPERTY
      """)
  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(help: "Only this object of the pipeline.") var object: String?
  @Option(help: "Only this property.") var property: String?
  @Option(help: "The folder for the request bodies; default: property-options in the load folder.") var requests:
    String?
  @Flag(help: "Do not read the exports for values that only records have.") var metadataOnly = false
  @Flag(help: "Show the difference, and write nothing.") var dryRun = false

  func run() throws {
    let (found, objects) = try objects(pipeline, object)
    var isDone = true
    for object in objects {
      let refreshes = try PicklistRefresh.find(object, of: found, property: property, counts: !metadataOnly)
      for refresh in refreshes {
        isDone = false
        print("\(object.definition.name): \(refresh.diff)")
      }
      if !dryRun { try write(refreshes.filter { !$0.additions.isEmpty }, object, found.definition) }
    }
    if isDone { print("nothing to add: every Salesforce value has an option in HubSpot") }
  }

  private func write(
    _ refreshes: [PicklistRefresh], _ object: InspectedObject, _ pipeline: PipelineDefinition
  ) throws {
    guard !refreshes.isEmpty, let metadata = object.hubspotSource?.metadata else { return }
    let folder = requests ?? defaultFolder(pipeline)
    var file = try PropertiesFile(metadata)
    for refresh in refreshes { try file.add(refresh.additions.map(\.option), to: refresh.mapping.property) }
    // The bodies come first: once the properties JSON has the options, nothing is left to propose.
    for refresh in refreshes {
      let property = refresh.mapping.property
      let path = "\(folder)/\(object.definition.name).\(property).json"
      try AtomicFile.write(try file.requestBody(of: property), to: path)
      print("request body: PATCH /crm/v3/properties/\(object.definition.name)/\(property) \(path)")
    }
    try file.write()
    print("added to \(metadata)")
  }

  private func defaultFolder(_ pipeline: PipelineDefinition) -> String {
    "\(pipeline.loadFolder)/property-options"
  }
}

struct SuggestMappings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Proposes mappings from names, labels and types of both sides, best first; writes nothing.")
  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(help: "Only this object of the pipeline.") var object: String?
  @Option(help: "The least confidence, in percent.") var least = 60

  func run() throws {
    guard (0...100).contains(least) else { throw RunError(.wrong, "--least \(least): take 0 to 100") }
    let (found, objects) = try objects(pipeline, object)
    for object in objects {
      let suggestions = try MappingSuggester(object, pipeline: found.definition.file).suggestions(atLeast: least)
      print("\(object.definition.name) (\(suggestions.count.counted("proposal")))")
      for suggestion in suggestions {
        let field = suggestion.salesforceObject.map { "\($0).\(suggestion.field)" } ?? suggestion.field
        print("  \(suggestion.confidence)%  \(suggestion.property) ↔ \(field): \(suggestion.reason)")
      }
    }
  }
}

struct DiffMappings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows which mappings and picklists changed since the last loaded run, and counts what that back-fills.")
  @Argument(help: "The pipeline file.") var pipeline: String
  @Flag(help: "Do not run the stages on the exports: nothing is counted.") var metadataOnly = false

  func run() throws {
    print(try MappingDifference(try RunPlan.load(pipeline), counts: !metadataOnly).report)
  }
}
