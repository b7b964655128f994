import CRM
import FileStaging
import Pipeline
import PipelineFile
import Staging

/// A run as one page of HTML that needs nothing else: no network, no script (`resync report --html`).
///
/// It holds counts, and samples of values as `resync plan` shows them; what it takes in memory does not grow with the run.
public struct RunPage {
  /// The text of the page.
  public let html: String
  /// Where it is kept unless a person names another file: beside the load files of a loaded run, else beside its tables.
  public let defaultPath: String

  /// The page of a run; nil means the last one. `samples` is how many rows are shown of each kind; 0 shows no values.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run; `StagingError` if a table cannot be read;
  ///   `PipelineError` if the metadata cannot.
  public init(_ plan: RunPlan, run name: String?, samples: Int) throws {
    let run = try FinishedRun(plan, run: name)
    var content = PageContent(run.manifest, files: "both sides")
    let report = try ChangeReport(plan, run: run.manifest.run)
    let picklists = try MissingOptions(pipeline: plan.definition.file)
    var objects: [(PageSection, ChangeReport.ObjectReport)] = []
    for object in report.objects {
      guard let plan = plan.objects.first(where: { $0.object == object.object }) else { continue }
      let builder = ObjectPage(
        run: run, plan: plan, report: object, samples: samples, missing: picklists[object.object])
      objects.append((try builder.section(&content.numbers), object))
    }
    content.add(objects, run.manifest)
    content.addIdleMappings(plan.idleMappings)
    content.addRecordTrends(try run.earlier(Self.earlierRuns) + [run.manifest])
    try self.init(content, run)
  }

  /// The page of a run of activities; nil means the last one. `samples` is as above.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run; `StagingError` if a table cannot be read.
  public init(_ plan: ActivityRunPlan, run name: String?, samples: Int) throws {
    let run = try FinishedRun(plan.base, run: name)
    var content = PageContent(run.manifest, files: plan.isImport ? "HubSpot" : "Salesforce")
    try content.add(ActivityPage(plan, run, samples: samples), plan)
    content.addActivityTrends(try run.earlier(Self.earlierRuns) + [run.manifest], plan)
    try self.init(content, run)
  }

  /// How many runs before this one the page compares it with.
  private static let earlierRuns = 11

  private init(_ content: PageContent, _ run: FinishedRun) throws {
    var content = content
    content.addInputs(run.manifest.inputs)
    html = try PageTemplates.render(content)
    defaultPath = run.reportFolder + "/report.html"
  }

  /// Writes the page, for its owner only: it may hold values of customers.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func write(to path: String) throws { try AtomicFile.write(html, to: path) }
}
