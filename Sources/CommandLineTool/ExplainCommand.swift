import ArgumentParser
import Inspect
import Pipeline

/// `resync explain`: every step of a record's or an activity's way, and why it went so.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Shows every step of a record's way through a run, and why it won or lost.",
    discussion: """
      Examples:
        resync explain pipelines/companies.yaml --run 2026-03-02 --record 18200000106 --field zip
        resync explain pipelines/import-salesforce-tasks.yaml --run history --record 00T5g00000Sa003EAB
        resync explain pipelines/sync-hubspot-activities.yaml --run 2026-03-02 --record calls:821
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  @Option(help: "The HubSpot or Salesforce id of a record; of an activity also its external id.") var record: String
  @Option(help: "Only this column or property.") var field: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    switch try OpenedPipeline(pipeline) {
    case .records(let plan):
      let explanation = try RecordExplanation(plan, run: runName, record: record, field: field)
      print(json ? try explanation.json() : explanation.text)
    case .activities(let plan):
      let explanation = try ActivityExplanation(plan, run: runName, record: record, field: field)
      print(json ? try explanation.json() : explanation.text)
    }
  }
}
