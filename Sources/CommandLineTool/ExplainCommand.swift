import ArgumentParser
import Pipeline

/// `resync explain`: every step of an activity's way, and why it went so.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Shows every step of an activity's way through a run, and why it went so.",
    discussion: """
      Examples:
        resync explain pipelines/import-salesforce-tasks.yaml --run history --record 00T5g00000FFFFFEA5
        resync explain pipelines/sync-hubspot-activities.yaml --run 2026-03-02 --record calls:821
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(name: .customLong("run"), help: "The run's name.") var runName: String
  @Option(help: "The Salesforce id, the HubSpot id, or the external id of an activity.") var record: String
  @Option(help: "Only this column or property.") var field: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard case .activities(let plan) = try OpenedPipeline(pipeline) else {
      throw RunError(.wrong, "explain shows activities: name a pipeline of activities")
    }
    let explanation = try ActivityExplanation(plan, run: runName, record: record, field: field)
    print(json ? try explanation.json() : explanation.text)
  }
}
