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
      It finds out which file is which side's export of what, its encoding, delimiter and order of dates; owners, users,
      field histories, HubSpot's properties JSON and Salesforce's describe JSON are found too. It writes
      DIRECTORY/pipeline.yaml and DIRECTORY/mappings/OBJECT.csv, and overwrites nothing.

      Examples:
        resync init exports
        resync init exports --dry-run
      """)

  @Argument(help: "The folder with the exports of both sides.", completion: .directory) var directory: String
  @Option(help: "The pipeline's name; default: the folder's.") var name: String?
  @Flag(help: "Print the pipeline, and write nothing.") var dryRun = false

  func run() throws {
    do {
      let proposal = try PipelineProposal(folder: directory, name: name)
      if dryRun {
        for file in proposal.files { print("# \(file.path)\n\(file.text)") }
        return
      }
      try proposal.write()
      print("found in \(directory):")
      print(proposal.findings.joined(separator: "\n"))
      print("\nwrote \(proposal.files.map(\.path).joined(separator: ", "))\n\nnext:")
      let pipeline = shellWord(proposal.pipeline)
      print("  resync mappings check \(pipeline)  # which mappings fit, and which values do not")
      print("  resync run \(pipeline) --dry-run  # what would change; nothing is loaded")
    } catch let error as SetupError {
      throw RunError(.wrong, error.description)
    }
  }
}
