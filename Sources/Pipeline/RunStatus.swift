import Foundation
import PipelineFile
import Staging

/// Where a run stands: a table of stages × chunks (spec, interface, `resync status`).
public struct RunStatus: CustomStringConvertible {
  let manifest: RunManifest
  private let pipeline: String

  /// The status of a run; nil means the last one.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run.
  public init(_ plan: RunPlan, run: String?) throws {
    if let run { try RunName.check(run) }
    manifest = try plan.manifest(of: run, in: plan.stagingArea())
    pipeline = plan.definition.file
  }

  /// The table as text: by object the rows of each stage and chunk, and then what is left to do.
  public var description: String { text(width: nil) }

  /// The same for a terminal of so many columns.
  public func text(width: Int?) -> String {
    var lines = ["run \(manifest.run) of \(manifest.pipeline): \(manifest.state.rawValue), begun \(manifest.startedAt)"]
    for object in manifest.objects {
      lines.append("")
      lines.append(
        "\(object.object): \(object.hubspot.read.grouped) HubSpot rows (\(object.hubspot.rejected.grouped) rejected), "
          + "\(object.salesforce.read.grouped) Salesforce rows (\(object.salesforce.rejected.grouped) rejected)")
      lines += StatusTable(manifest, object).lines(width: width)
    }
    let left = left
    lines.append("")
    guard !left.isEmpty else { return (lines + ["nothing is left to do"]).joined(separator: "\n").wrapped(to: width) }
    lines.append("left to do: " + left.joined(separator: ", "))
    lines.append("next: resync run \(shellWord(pipeline)) --run \(manifest.run)")
    return lines.joined(separator: "\n").wrapped(to: width)
  }

  private var left: [String] {
    guard !manifest.objects.isEmpty else { return Stage.allCases.map(\.rawValue) }
    return Stage.allCases.compactMap { stage in
      let open = manifest.objects.reduce(0) { sum, object in
        sum + (0..<object.chunks).count(where: { !manifest.isDone(stage, object.object, $0) })
      }
      return open == 0 ? nil : "\(stage.rawValue) (\(open) chunk\(open == 1 ? "" : "s"))"
    }
  }

  /// The manifest as JSON.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(manifest), as: UTF8.self)
  }
}
