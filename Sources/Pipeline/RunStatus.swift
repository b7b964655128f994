import Foundation
import PipelineFile
import Staging

/// Where a run stands: a table of stages × chunks (spec, interface, `resync status`).
public struct RunStatus: CustomStringConvertible {
  private let manifest: RunManifest

  /// The status of a run; nil means the last one.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run.
  public init(_ plan: RunPlan, run: String?) throws {
    if let run { try RunName.check(run) }
    let area = try plan.stagingArea()
    guard let name = try run ?? area.runs().last, let found = try area.manifest(of: name) else {
      throw RunError(
        .wrong, run.map { "there is no run \($0)" } ?? "the pipeline \(plan.definition.name) has no run yet")
    }
    manifest = found
  }

  /// The table as text: by object the rows of each stage and chunk, and then what is left to do.
  public var description: String {
    var lines = ["run \(manifest.run) of \(manifest.pipeline): \(manifest.state.rawValue)"]
    for object in manifest.objects {
      lines.append("")
      lines.append(
        "\(object.object): \(object.hubspot.read) HubSpot rows (\(object.hubspot.rejected) rejected), "
          + "\(object.salesforce.read) Salesforce rows (\(object.salesforce.rejected) rejected)")
      lines.append("chunk  " + Stage.allCases.map { Self.pad($0.rawValue, 18) }.joined())
      for chunk in 0..<object.chunks {
        let cells = Stage.allCases.map { stage in
          let done = manifest.chunks.first { $0.object == object.object && $0.chunk == chunk && $0.stage == stage }
          return Self.pad(done.map { "\($0.rowsIn) rows" } ?? "–", 18)
        }
        lines.append(Self.pad(String(chunk), 7) + cells.joined())
      }
    }
    let left = left
    lines.append("")
    lines.append(left.isEmpty ? "nothing is left to do" : "left to do: " + left.joined(separator: ", "))
    return lines.joined(separator: "\n")
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

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  /// The manifest as JSON.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(manifest), as: UTF8.self)
  }
}
