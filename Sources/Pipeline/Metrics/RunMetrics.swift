import CRM
import FileStaging
import Foundation
import Staging

/// What a run did, as gauges: rows, decisions and seconds, by object, side and stage.
struct RunMetrics {
  private typealias Sample = (labels: [(String, String)], value: Double)

  private let manifest: RunManifest
  private let exitCode: Int32
  private let now: Date

  init(_ manifest: RunManifest, exitCode: Int32, now: Date) {
    self.manifest = manifest
    self.exitCode = exitCode
    self.now = now
  }

  var text: String {
    var out = MetricsText()
    addRun(&out)
    addRows(&out)
    addDecisions(&out)
    addStages(&out)
    return out.text
  }

  private func labels(_ more: (String, String)...) -> [(String, String)] { [("pipeline", manifest.pipeline)] + more }

  private func addRun(_ out: inout MetricsText) {
    out.gauge(
      "run_info", "The run that these figures are of, and its state.",
      [(labels(("run", manifest.run), ("state", manifest.state.rawValue)), 1)])
    out.gauge(
      "run_exit_code", "How the command ended: 0 is done, 3 stopped by a brake.", [(labels(), Double(exitCode))])
    out.gauge(
      "run_end_timestamp_seconds", "When the command ended, in seconds since 1970.",
      [(labels(), now.timeIntervalSince1970.rounded())])
    out.gauge(
      "run_loaded", "1 if everything of the run was loaded.", [(labels(), manifest.state == .loaded ? 1 : 0)])
  }

  private func addRows(_ out: inout MetricsText) {
    func rows(_ count: (RunManifest.SideRun, SideCounts) -> Int) -> [Sample] {
      sides { object, side, rows, counts in
        (labels(("object", object), ("side", side)), Double(count(rows, counts)))
      }
    }
    out.gauge("rows_read", "Rows of the exports.", rows { rows, _ in rows.read })
    out.gauge("rows_rejected", "Rows that could not be read, or are duplicates.", rows { rows, _ in rows.rejected })
    out.gauge("rows_paired", "Records with a partner.", rows { _, counts in counts.paired })
    out.gauge("rows_unmatched", "Records without a partner.", rows { _, counts in counts.unmatched })
    out.gauge("rows_excluded", "Records that take no part.", rows { _, counts in counts.excluded })
  }

  private func addDecisions(_ out: inout MetricsText) {
    func cells(_ count: (SideCounts) -> Int) -> [Sample] {
      sides { object, side, _, counts in (labels(("object", object), ("side", side)), Double(count(counts))) }
    }
    let changes = manifest.objects.flatMap { object -> [Sample] in
      let counts = manifest.counts(of: object.object)
      return [("hubspot", counts.hubspot), ("salesforce", counts.salesforce)].flatMap { side, counts -> [Sample] in
        let reasons = counts.changes.values.reduce(into: [String: Int]()) { $0.merge($1, uniquingKeysWith: +) }
        return reasons.sorted { $0.key < $1.key }.map { reason, count in
          (labels(("object", object.object), ("side", side), ("reason", reason)), Double(count))
        }
      }
    }
    out.gauge("cells_changed", "Rows of changes.csv.", changes)
    out.gauge("conflicts", "Changes that replace a value that somebody edited.", cells(\.conflicts))
    out.gauge("records_created", "Records that are made.", cells(\.creates))
    out.gauge("creates_held", "Records that would be made, and are held back.", cells(\.held))
    out.gauge("cell_issues", "Cells that could not be used or written.", cells(\.rejectedCells))
    out.gauge(
      "writes_not_arrived", "Writes of the last run that the export does not show.",
      cells { $0.notArrived.values.reduce(0, +) })
  }

  private func addStages(_ out: inout MetricsText) {
    func stages(_ value: ([RunManifest.ChunkRun]) -> Double) -> [Sample] {
      manifest.objects.flatMap { object in
        Stage.allCases.map { stage in
          let done = manifest.chunks.filter { $0.object == object.object && $0.stage == stage }
          return (labels(("object", object.object), ("stage", stage.rawValue)), value(done))
        }
      }
    }
    out.gauge(
      "chunks", "Chunks of the object.", manifest.objects.map { (labels(("object", $0.object)), Double($0.chunks)) })
    out.gauge("chunks_done", "Chunks that the stage has finished.", stages { Double($0.count) })
    out.gauge("stage_rows", "Rows that went into the stage.", stages { Double($0.reduce(0) { $0 + $1.rowsIn }) })
    out.gauge("stage_seconds", "How long the stage worked.", stages { $0.reduce(0) { $0 + $1.seconds } })
  }

  private func sides(
    _ sample: (String, String, RunManifest.SideRun, SideCounts) -> Sample
  ) -> [Sample] {
    manifest.objects.flatMap { object in
      let counts = manifest.counts(of: object.object)
      return [
        sample(object.object, "hubspot", object.hubspot, counts.hubspot),
        sample(object.object, "salesforce", object.salesforce, counts.salesforce),
      ]
    }
  }
}

extension RunStatus {
  /// Writes the run's figures to a file in Prometheus' text format, aside and renamed, as a collector that may read at any
  /// moment needs it.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func writeMetrics(to path: String, exitCode: Int32) throws {
    // A collector runs as another user; the figures are counts, and no one's data.
    let file = try AtomicFile(path: path, mode: 0o644)
    try file.append(RunMetrics(manifest, exitCode: exitCode, now: Date()).text)
    try file.commit()
  }
}
