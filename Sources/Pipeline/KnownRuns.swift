import PipelineFile
import Staging

extension RunPlan {
  /// The manifest of a run of the pipeline; nil means the last one.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run, with those that there are.
  public func manifest(of run: String?, in area: any StagingArea) throws -> RunManifest {
    if let run { try RunName.check(run) }
    if let name = try run ?? area.runs().last, let found = try area.manifest(of: name) { return found }
    guard let run else {
      throw RunError(
        .wrong,
        "the pipeline \(definition.name) has no run yet: resync run \(shellWord(definition.file)) makes one")
    }
    throw RunError(.wrong, try Self.unknown(run, area))
  }

  /// What is said of a run that is not there.
  static func unknown(_ run: String, _ area: any StagingArea) throws -> String {
    let known = try area.runs()
    guard !known.isEmpty else { return "there is no run \(run); the pipeline has no run yet" }
    let more = known.count > shown ? "the last ones are" : "known runs:"
    return "there is no run \(run); \(more) \(known.suffix(shown).joined(separator: ", "))"
  }

  /// More names than that help nobody.
  private static let shown = 8
}
