import ArgumentParser
import Foundation
import Pipeline
import Setup

/// `resync init`: a pipeline out of a folder of exports.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a pipeline and its mappings, from the headers and metadata of a folder of exports.",
    discussion: """
      It finds out which file is which side's export of what, its encoding, delimiter and order of dates; owners, users, \
      field histories, HubSpot's properties JSON and Salesforce's describe JSON are found too. It writes \
      DIRECTORY/pipeline.yaml and DIRECTORY/mappings/OBJECT.csv, and overwrites nothing.

      With --postgres it looks at the tables of a database too, as Fivetran, Stitch, Airbyte and Heroku Connect make them. The \
      folder then need hold no more than metadata, and is made if it is not there. The pipeline takes the url from the \
      environment; it is written nowhere.

      Examples:
        resync init exports
        resync init exports --dry-run
        resync init warehouse --postgres RESYNC_SOURCE_URL --schema fivetran
      """)

  @Argument(help: "The folder with the exports of both sides.", completion: .directory) var directory: String
  @Option(help: "The pipeline's name; default: the folder's.") var name: String?
  @Option(help: ArgumentHelp("Look at the tables of this database.", valueName: "url or variable")) var postgres:
    String?
  @Option(help: "Only the tables of this schema.") var schema: String?
  @Flag(help: "Print the pipeline, and write nothing.") var dryRun = false

  func run() throws {
    guard schema == nil || postgres != nil else { throw RunError(.wrong, "--schema goes with --postgres") }
    do {
      let warehouse = try postgres.map { try Warehouse($0, schema: schema) }
      let proposal = try PipelineProposal(folder: directory, name: name, warehouse: warehouse)
      if dryRun {
        for file in proposal.files { print("# \(file.path)\n\(file.text)") }
        return
      }
      try proposal.write()
      print("found in \(directory):")
      print(proposal.findings.joined(separator: "\n"))
      print("\nwrote \(proposal.files.map(\.path).joined(separator: ", "))\n\nnext:")
      let pipeline = shellWord(proposal.pipeline)
      if let warehouse, !warehouse.isFromVariable {
        print("  export \(warehouse.variable)=…  # the url of the database; the pipeline takes it from there")
      }
      print("  resync mappings check \(pipeline)  # which mappings fit, and which values do not")
      print("  resync run \(pipeline) --dry-run  # what would change; nothing is loaded")
    } catch let error as SetupError {
      throw RunError(.wrong, error.description)
    }
  }
}
