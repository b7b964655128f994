import Foundation

/// A pipeline file `pipeline.yaml` in a sandbox, whose runs leave load files and reports in `out`.
public protocol TestPipeline {
  /// The folder of the pipeline.
  var sandbox: Sandbox { get }
  /// The pipeline file's path; `pipeline.yaml`, unless it is another.
  var file: String { get }
}

extension TestPipeline {
  /// `pipeline.yaml` in the sandbox.
  public var file: String { sandbox.file("pipeline.yaml") }

  /// Runs `resync run` on the pipeline.
  public func run(_ run: String, _ options: String...) throws -> Outcome {
    try Program.run("resync", ["run", file, "--run", run] + options)
  }

  /// Runs the pipeline, or one stage of it, which must end well.
  @discardableResult public func complete(
    _ run: String, _ options: String..., stage: String = "run"
  ) throws -> Outcome {
    let outcome = try Program.run("resync", [stage, file, "--run", run] + options)
    guard outcome.exitCode == 0 else { throw HelperError("exit \(outcome.exitCode): \(outcome.messages)") }
    return outcome
  }

  /// A report of a run; empty if it was not written.
  public func report(_ run: String, _ name: String) throws -> CSVDocument {
    let path = "out/\(run)/\(name).csv"
    return CSVDocument(sandbox.has(path) ? try sandbox.data(path) : Data())
  }

  /// Some columns of a report, a line for each row, sorted.
  public func lines(_ run: String, _ name: String, _ columns: String...) throws -> [String] {
    let report = try report(run, name)
    return report.rows.map { row in columns.map { report.text(row, $0) }.joined(separator: " ") }.sorted()
  }

  /// What a run changes: side, action, field, new value and reason, of each row of changes.csv, sorted.
  public func changes(_ run: String) throws -> [String] {
    try lines(run, "changes", "side", "action", "field", "new", "reason")
  }
}
