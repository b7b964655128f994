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
    var content = PageContent(run.manifest)
    let report = try ChangeReport(plan, run: run.manifest.run)
    let picklists = try MissingOptions(pipeline: plan.definition.file)
    for object in report.objects {
      guard let plan = plan.objects.first(where: { $0.object == object.object }) else { continue }
      let builder = ObjectPage(
        run: run, plan: plan, report: object, samples: samples, missing: picklists[object.object])
      content.add(try builder.section(&content.numbers), object)
    }
    content.addIdleMappings(plan.idleMappings)
    content.addTrends(try run.earlier(11) + [run.manifest])
    content.addInputs(run.manifest.inputs)
    html = try PageTemplates.render(content)
    defaultPath = run.reportFolder + "/report.html"
  }

  /// Writes the page, for its owner only: it may hold values of customers.
  ///
  /// - Throws: `StagingError.failed` with what the system said.
  public func write(to path: String) throws { try AtomicFile.write(html, to: path) }
}
