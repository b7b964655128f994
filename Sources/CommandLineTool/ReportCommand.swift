import ArgumentParser
import Pipeline

/// `resync report`: of a sync of activities, the tasks that it has loaded (requirement A9).
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Shows the Salesforce tasks that a sync of activities has loaded.",
    discussion: """
      Without --run over all runs, the last row of each task. Matching ignores case.

      Examples:
        resync report pipelines/sync-hubspot-activities.yaml --activities --subject-starts-with Opened --by lead
        resync report pipelines/sync-hubspot-activities.yaml --activities --run 2026-03-02 --csv
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(name: .customLong("run"), help: "The run's name; default: all runs.") var runName: String?
  @Flag(help: "Report on activities.") var activities = false
  @Option(help: "Only tasks of this type.") var type: String?
  @Option(help: "Only tasks with this status.") var status: String?
  @Option(help: "Only tasks whose subject contains this text.") var subjectContains: String?
  @Option(help: "Only tasks whose subject starts with this text.") var subjectStartsWith: String?
  @Option(help: "Only tasks of contacts, or of leads: contact or lead.") var by: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print CSV.") var csv = false

  func run() throws {
    guard activities, case .activities(let plan) = try OpenedPipeline(pipeline) else {
      throw RunError(.wrong, "the report is one of activities: name a pipeline of activities, and add --activities")
    }
    guard !(json && csv) else { throw RunError(.wrong, "take one of --json and --csv") }
    let report = try TaskReport(plan, run: runName, try filter())
    print(json ? try report.json() : csv ? report.csv : report.text)
  }

  private func filter() throws -> TaskFilter {
    guard subjectContains == nil || subjectStartsWith == nil else {
      throw RunError(.wrong, "take one of --subject-contains and --subject-starts-with")
    }
    var filter = TaskFilter()
    (filter.type, filter.status) = (type, status)
    (filter.subjectContains, filter.subjectStartsWith) = (subjectContains, subjectStartsWith)
    guard let by else { return filter }
    guard let group = TaskGroup(rawValue: by) else { throw RunError(.wrong, "--by \(by): take contact or lead") }
    filter.group = group
    return filter
  }
}
