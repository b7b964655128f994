import CSV
import Records
import Staging

/// Whether the staged tables have as many rows as the manifest counted.
struct StageChecks {
  private let manifest: RunManifest
  private let store: any StagingStore
  private let damages: Damages

  init(_ manifest: RunManifest, _ store: any StagingStore, _ damages: Damages) {
    self.manifest = manifest
    self.store = store
    self.damages = damages
  }

  func run() {
    for chunk in manifest.chunks where chunk.stage != .load {
      if chunk.stage == .conflictResolve { checkDecisions(chunk) } else { checkRows(chunk) }
    }
  }

  /// Extract, normalize and map: the rows of both sides.
  private func checkRows(_ chunk: RunManifest.ChunkRun) {
    let place = "\(chunk.stage.rawValue) of \(chunk.object), chunk \(chunk.chunk)"
    damages.attempt(place) {
      let rows = try ["hubspot", "salesforce"].reduce(0) { try $0 + count(chunk, $1) }
      damages.expect(rows, chunk.rowsOut, "\(place): rows in its tables", "the manifest")
    }
  }

  /// Conflict-resolve: the rows of its tables are what it has counted.
  private func checkDecisions(_ chunk: RunManifest.ChunkRun) {
    guard let counts = chunk.counts else { return }
    let place = "\(chunk.stage.rawValue) of \(chunk.object), chunk \(chunk.chunk)"
    let (hubspot, salesforce) = (counts.hubspot, counts.salesforce)
    func changes(_ side: SideCounts) -> Int { side.changes.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
    let tables: [(part: [String], rows: Int)] = [
      (["changes", "creates"], changes(hubspot) + changes(salesforce)),
      (["conflicts"], hubspot.conflicts + salesforce.conflicts),
      (["rejects"], hubspot.rejectedCells + salesforce.rejectedCells),
      (["unmatched"], hubspot.unmatched + hubspot.excluded + salesforce.unmatched + salesforce.excluded),
    ]
    for (parts, wanted) in tables {
      let what = "\(place): rows of \(parts.joined(separator: " and "))"
      damages.attempt(what) {
        damages.expect(try parts.reduce(0) { try $0 + count(chunk, $1) }, wanted, what, "the manifest")
      }
    }
  }

  private func count(_ chunk: RunManifest.ChunkRun, _ part: String) throws -> Int {
    try TableScan.rows(of: try store.reader(TableName(chunk.stage, chunk.object, part, chunk: chunk.chunk)))
  }
}
