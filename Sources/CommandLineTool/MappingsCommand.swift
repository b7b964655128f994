import ArgumentParser
import CRM
import Foundation
import Mappings
import Pipeline
import PipelineFile

/// `resync mappings`: the life of a mapping.
struct MappingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mappings",
    abstract: "Checks, lists and edits the mappings of a pipeline; offline, from metadata files.",
    discussion: """
      Edits change the mapping file in place: its order, its comments (lines that begin with #) and the rows that they do \
      not name stay as they are. An edit that would make an issue is refused, and nothing is written.

      Examples:
        resync mappings check pipelines/companies.yaml
        resync mappings add pipelines/companies.yaml founded_year Founded__c --rule two_way
        resync mappings set-rule pipelines/companies.yaml phone dont_sync
      """,
    subcommands: [
      CheckMappings.self, ListMappings.self, ExportMappings.self, ImportMappings.self, AddMapping.self,
      SetMappingRule.self, DeleteMapping.self, RefreshMappings.self, SuggestMappings.self, DiffMappings.self,
    ])
}

/// What the subcommands take that edit.
struct MappingTarget: ParsableArguments {
  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String
  @Option(help: "The object of the pipeline; needed where several are on: companies")
  var object: String?

  var editor: MappingEditor { MappingEditor(pipeline: pipeline, object: object) }
}

/// Reads a sync rule: ours or HubSpot's name of it.
func syncRule(_ text: String, _ option: String) throws -> SyncRule {
  if let rule = SyncRule(text: text) { return rule }
  let words = SyncRule.allCases.map(\.rawValue).joined(separator: ", ")
  throw RunError(.wrong, "\(option) \(text): the rules are \(words)")
}

struct CheckMappings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says of each mapping whether it is ok, has a warning or an issue; exit 2 if one has an issue.")
  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(help: "Only this object of the pipeline.") var object: String?
  @Flag(help: "Do not read the exports: nothing is counted.") var metadataOnly = false
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let checks = try checks(pipeline, object, counts: !metadataOnly)
    print(json ? try checks.json() : checks.map(\.report).joined(separator: "\n\n"))
    let count = checks.reduce(0) { $0 + $1.count(.issue) + $1.fileIssues.count }
    guard count > 0 else { return }
    throw RunError(
      .wrong, "\(count) \(count == 1 ? "issue" : "issues"): a mapping with an issue moves no data")
  }
}

struct ListMappings: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the mappings.")
  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(help: "Only this object of the pipeline.") var object: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let checks = try checks(pipeline, object, counts: false)
    print(json ? try checks.json() : checks.map(\.table).joined(separator: "\n\n"))
  }
}

/// Checks the objects of a pipeline, or the one that is named.
private func checks(_ pipeline: String, _ object: String?, counts: Bool) throws -> [MappingCheck] {
  let found = try inspectPipeline(pipeline)
  if let object, !found.objects.contains(where: { $0.definition.name == object }) {
    let names = found.objects.map(\.definition.name).joined(separator: ", ")
    throw RunError(.wrong, "--object \(object): the pipeline has \(names)")
  }
  return try found.objects.filter { object == nil || $0.definition.name == object }.map {
    try MappingCheck($0, of: found, counts: counts && $0.definition.enabled)
  }
}

struct ExportMappings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Prints the mappings of an object as CSV.")
  @OptionGroup var target: MappingTarget

  func run() throws {
    let found = try inspectPipeline(target.pipeline)
    let name = try target.object ?? ObjectChoice(found.definition).one(nil).name
    guard let object = found.objects.first(where: { $0.definition.name == name }) else {
      throw RunError(.wrong, "--object \(name): the pipeline has no such object")
    }
    print(exportedMappings(object.document), terminator: "")
  }
}

struct ImportMappings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Reads mappings from a CSV of ours, the CSV that HubSpot exports, or a Data Loader .sdl.")
  @OptionGroup var target: MappingTarget
  @Argument(help: "The file to read.") var file: String
  @Option(help: "The rule of new mappings from an .sdl, which has none.") var rule = "prefer_salesforce"
  @Flag(help: "Also delete custom mappings that the file lacks, and switch off default ones.") var replace = false

  func run() throws {
    let rule = try syncRule(rule, "--rule")
    let (done, notes) = try target.editor.change { document, found in
      let imported = try ImportedMappings(contentsOf: file, rule: rule, for: found)
      return (try imported.apply(to: &document, replaces: replace), imported.notes)
    }
    for note in notes { StandardError.write(note + "\n") }
    print(done.isEmpty ? "nothing to change" : done.joined(separator: "\n"))
  }
}

struct AddMapping: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds a custom mapping.")
  @OptionGroup var target: MappingTarget
  @Argument(help: "The HubSpot property, by its internal name.") var property: String
  @Argument(help: "The Salesforce field, by its API name.") var field: String
  @Option(help: "prefer_salesforce, always_salesforce, two_way or dont_sync.") var rule = "prefer_salesforce"
  @Option(help: "The only Salesforce object that it serves; default: all of the pair.") var salesforceObject: String?
  @Option(help: "exact, ignore_case, phone or domain.") var compare: String?
  @Option(help: "Translations of picklist values: HUBSPOT=SALESFORCE;…") var valueMap: String?
  @Flag(help: "Cut text that is too long for Salesforce.") var truncate = false

  func run() throws {
    let comparison = try compare.map { text in
      guard let found = Comparison(rawValue: text) else {
        let words = Comparison.allCases.map(\.rawValue).joined(separator: ", ")
        throw RunError(.wrong, "--compare \(text): take \(words)")
      }
      return found
    }
    let translations: ValueMap
    do throws(ValueMap.Fault) {
      translations = try ValueMap(parsing: valueMap ?? "")
    } catch {
      throw RunError(.wrong, "--value-map: \(error.message)")
    }
    let row = MappingRow(
      property: property, field: field, rule: try syncRule(rule, "--rule"), salesforceObject: salesforceObject,
      comparison: comparison, valueMap: translations, truncate: truncate)
    print(try target.editor.change { try MappingEdit.add(row).apply(to: &$0, $1) })
  }
}

struct SetMappingRule: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-rule", abstract: "Gives a mapping another sync rule.")
  @OptionGroup var target: MappingTarget
  @Argument(help: "The HubSpot property of the mapping.") var property: String
  @Argument(help: "prefer_salesforce, always_salesforce, two_way or dont_sync.") var rule: String
  @Option(help: "The Salesforce field, where the property has several mappings.") var field: String?
  @Option(help: "The Salesforce object, where the property has several mappings.") var salesforceObject: String?

  func run() throws {
    let edit = MappingEdit.setRule(
      property: property, field: field, object: salesforceObject, rule: try syncRule(rule, "rule"))
    print(try target.editor.change { try edit.apply(to: &$0, $1) })
  }
}

struct DeleteMapping: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Deletes a custom mapping.")
  @OptionGroup var target: MappingTarget
  @Argument(help: "The HubSpot property of the mapping.") var property: String
  @Option(help: "The Salesforce field, where the property has several mappings.") var field: String?
  @Option(help: "The Salesforce object, where the property has several mappings.") var salesforceObject: String?

  func run() throws {
    let edit = MappingEdit.delete(property: property, field: field, object: salesforceObject)
    print(try target.editor.change { try edit.apply(to: &$0, $1) })
  }
}
