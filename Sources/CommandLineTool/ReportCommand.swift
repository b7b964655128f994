import ArgumentParser
import Inspect
import Pipeline

/// `resync report`: what a run changes; of a sync of activities, the tasks that it has loaded (requirement A9).
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Shows what a run changes; of a sync of activities, the tasks that it has loaded.",
    discussion: """
      Of records: by object, side, field, rule and reason, with the issues; without --run of the last run. With --html as one \
      page that needs nothing else, with pictures, samples and the last runs, of activities too; beside the load files, or in \
      FILE. With --activities: without --run over all runs, the last row of each task; matching ignores case.

      Examples:
        resync report pipelines/companies.yaml --run 2026-03-02
        resync report pipelines/companies.yaml --html
        resync report pipelines/companies.yaml --html --sample 0
        resync report pipelines/import-salesforce-tasks.yaml --html
        resync report pipelines/sync-hubspot-activities.yaml --activities --subject-starts-with Opened --by lead
        resync report pipelines/sync-hubspot-activities.yaml --activities --run 2026-03-02 --csv
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(
    name: .customLong("run"), help: "The run's name; default: the last run, or of --activities all runs.")
  var runName: String?
  @Flag(help: "Report on activities.") var activities = false
  @Option(help: "Only tasks of this type.") var type: String?
  @Option(help: "Only tasks with this status.") var status: String?
  @Option(help: "Only tasks whose subject contains this text.") var subjectContains: String?
  @Option(help: "Only tasks whose subject starts with this text.") var subjectStartsWith: String?
  @Option(help: "Only tasks of contacts, or of leads: contact or lead.") var by: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print CSV.") var csv = false
  @Option(
    defaultAsFlag: PageFile.besideLoadFiles,
    help: ArgumentHelp("Write a page for a browser, and print its path.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: PageFile?
  @Option(help: "How many samples the page of --html shows of each kind, 0 leaves all values out; default: 3.")
  var sample: Int?
  private var samples: Int { sample ?? 3 }

  /// The parser takes `--html=FILE` for `--html` where `PageFile` refuses FILE, and would write the page elsewhere.
  func validate() throws {
    let named = CommandLine.arguments.first { $0.hasPrefix("--html=") && !$0.hasSuffix(".html") }
    if let named { throw ValidationError("\(named): the name of the page must end in .html") }
    if let sample, html == nil { throw ValidationError("--sample \(sample) is for the page of --html: add it") }
  }

  func run() throws {
    switch try OpenedPipeline(pipeline) {
    case .records(let plan): try reportRecords(plan)
    case .activities(let plan): try reportActivities(plan)
    }
  }

  private var hasFilter: Bool { [type, status, subjectContains, subjectStartsWith, by].contains { $0 != nil } }

  private func reportRecords(_ plan: RunPlan) throws {
    guard !activities, !csv, !hasFilter else {
      throw RunError(
        .wrong, "--activities, its filters and --csv go with a pipeline of activities; this one is of records")
    }
    if let html { return try write(html) { try RunPage(plan, run: runName, samples: samples) } }
    let report = try ChangeReport(plan, run: runName)
    print(json ? try report.json() : report.text.wrapped(to: Terminal.widthOfStdout))
  }

  private func reportActivities(_ plan: ActivityRunPlan) throws {
    if let html {
      guard !hasFilter, !csv else {
        throw RunError(.wrong, "--html shows a whole run: leave out --csv and the filters, or --html")
      }
      return try write(html) { try RunPage(plan, run: runName, samples: samples) }
    }
    guard activities else {
      throw RunError(
        .wrong,
        plan.isImport
          ? "of an import of activities, add --html for a page"
          : "of a sync of activities, add --activities for its tasks, or --html for a page")
    }
    guard !(json && csv) else { throw RunError(.wrong, "take one of --json and --csv") }
    let report = try TaskReport(plan, run: runName, try filter())
    print(json ? try report.json() : csv ? report.csv : report.text)
  }

  private func write(_ file: PageFile, _ make: () throws -> RunPage) throws {
    guard !json else { throw RunError(.wrong, "take one of --json and --html") }
    if let sample, sample < 0 { throw RunError(.wrong, "--sample \(sample): take 0 or more") }
    let page = try make()
    let path: String
    switch file {
    case .besideLoadFiles: path = page.defaultPath
    case .file(let name): path = name
    }
    try page.write(to: path)
    print("wrote \(path)")
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

/// Where the page goes.
enum PageFile: ExpressibleByArgument, CustomStringConvertible {
  case besideLoadFiles
  case file(String)

  /// A name that ends otherwise is refused: `--html pipeline.yaml report.html` must not overwrite the pipeline.
  init?(argument: String) {
    guard argument.hasSuffix(".html") else { return nil }
    self = .file(argument)
  }

  var description: String {
    switch self {
    case .besideLoadFiles: "report.html beside the load files"
    case .file(let name): name
    }
  }
}
