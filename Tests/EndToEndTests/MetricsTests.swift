import Foundation
import TestSupport
import Testing

/// `--metrics FILE` writes the figures of a run in Prometheus' text format (issue 8).
@Suite(.overBothStores) struct MetricsTests {
  /// The samples of a file, by name and labels. Throws for a line that the format does not have.
  private func samples(_ text: String) throws -> [String: Double] {
    var samples: [String: Double] = [:]
    var typed: Set<String> = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("#") {
        let words = line.split(separator: " ")
        if words[1] == "TYPE" { #expect(typed.insert(String(words[2])).inserted, "a family once: \(line)") }
        continue
      }
      let match = try #require(
        line.wholeMatch(of: /([a-z_]+)(\{[a-z_]+="[^"\n]*"(?:,[a-z_]+="[^"\n]*")*\})? (-?[0-9.e+-]+)/), "\(line)")
      #expect(typed.contains(String(match.1)), "a type comes before its samples: \(line)")
      let key = String(match.1) + (match.2.map(String.init) ?? "")
      #expect(samples.updateValue(try #require(Double(match.3)), forKey: key) == nil, "a sample once: \(line)")
    }
    return samples
  }

  @Test func `the figures are those of accounting.json`() throws {
    let nights = try SampleNights(chunkSize: 100)
    try nights.complete(1, as: "n1", ["--metrics", nights.sandbox.file("metrics/resync.prom")])
    let found = try samples(try nights.sandbox.text("metrics/resync.prom"))
    let json = try JSONSerialization.jsonObject(with: try nights.sandbox.data("out/n1/accounting.json"))
    let tree = try #require(json as? [String: [String: [String: Any]]])
    for side in ["hubspot", "salesforce"] {
      let rows = try #require(tree["companies"]?[side])
      for name in ["read", "paired", "unmatched", "rejected", "excluded"] {
        let key = "resync_rows_\(name){pipeline=\"companies\",object=\"companies\",side=\"\(side)\"}"
        #expect(found[key] == (rows[name] as? Double), "\(key)")
      }
      let changes = try #require(rows["changes"] as? [String: [String: Double]])
      let total = changes.values.reduce(0) { $0 + $1.values.reduce(0, +) }
      let changed = found.filter { $0.key.hasPrefix("resync_cells_changed") && $0.key.contains("side=\"\(side)\"") }
      #expect(changed.values.reduce(0, +) == total)
    }
    #expect(found["resync_run_loaded{pipeline=\"companies\"}"] == 1)
    #expect(found["resync_run_exit_code{pipeline=\"companies\"}"] == 0)
    #expect(found["resync_run_info{pipeline=\"companies\",run=\"n1\",state=\"loaded\"}"] == 1)
    #expect(found["resync_chunks_done{pipeline=\"companies\",object=\"companies\",stage=\"load\"}"] == 4)
  }

  @Test func `a run that a brake stops has its figures too`() throws {
    let nights = try SampleNights()
    try nights.sandbox.change(SampleNights.pipelines[0], "max_creates: 500", to: "max_creates: 1")
    let outcome = try nights.run(1, as: "n1", ["--metrics", nights.sandbox.file("m.prom")])
    #expect(outcome.exitCode == 3)
    let found = try samples(try nights.sandbox.text("m.prom"))
    #expect(found["resync_run_exit_code{pipeline=\"companies\"}"] == 3)
    #expect(found["resync_run_loaded{pipeline=\"companies\"}"] == 0)
  }

  @Test func `a stage alone writes them as well`() throws {
    let nights = try SampleNights()
    let file = nights.sandbox.file("m.prom")
    let outcome = try Program.run("resync-extract", [nights.pipeline(1), "--run", "n1", "--metrics", file])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let found = try samples(try nights.sandbox.text("m.prom"))
    #expect(found["resync_chunks_done{pipeline=\"companies\",object=\"companies\",stage=\"extract\"}"] == 1)
    #expect(found["resync_chunks_done{pipeline=\"companies\",object=\"companies\",stage=\"load\"}"] == 0)
  }
}
