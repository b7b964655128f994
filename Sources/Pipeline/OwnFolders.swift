import Foundation
import PipelineFile
import Staging

/// The folders that a run makes anew: what a person has put there would be lost.
struct OwnFolders {
  private let load: String
  private let staging: String?

  /// Those of a run of this plan.
  init(_ plan: RunPlan, run: String) {
    load = Self.real("\(plan.loadDirectory)/\(run)")
    switch plan.definition.staging {
    case .csv(let folder): staging = Self.real("\(folder)/\(plan.definition.name)")
    case .postgres: staging = nil
    }
  }

  /// Refuses exports that lie in them, and a load folder that lies in the staging folder, or the other way round.
  ///
  /// - Throws: `RunError` with exit code 2; nothing was touched by then.
  func refuse(_ inputs: [String]) throws {
    if let staging, Self.holds(load, staging) || Self.holds(staging, load) {
      throw RunError(
        .wrong,
        "the load files would lie in \(load), what the run stages in \(staging), and one would remove the other: "
          + "give load.files and staging.csv folders of their own")
    }
    let written = [load, staging.map { $0 + "/runs" }].compactMap { $0 }
    for input in inputs {
      guard let folder = written.first(where: { Self.holds($0, Self.real(input)) }) else { continue }
      throw RunError(
        .wrong, "the export \(input) lies in \(folder), which the run makes anew, and would be lost: move it elsewhere")
    }
  }

  private static func holds(_ folder: String, _ path: String) -> Bool {
    path == folder || path.hasPrefix(folder == "/" ? folder : folder + "/")
  }

  /// Without links, as far as the path is there.
  private static func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
}
