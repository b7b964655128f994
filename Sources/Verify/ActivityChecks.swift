import Activities
import CRM
import FileStaging
import Foundation
import Pipeline
import Staging

/// Whether the tables, load files, reports and ledger of a run of activities hold as many rows as its manifest counted.
struct ActivityChecks {
  private let manifest: RunManifest
  private let plan: ActivityRunPlan
  private let area: any StagingArea
  private let directory: String
  private let damages: Damages

  /// Checks of a run whose load files are in `directory`.
  init(
    _ manifest: RunManifest, _ plan: ActivityRunPlan, _ area: any StagingArea, _ directory: String, _ damages: Damages
  ) {
    self.manifest = manifest
    self.plan = plan
    self.area = area
    self.directory = directory
    self.damages = damages
  }

  func run() {
    for chunk in manifest.chunks where chunk.stage != .load { checkRows(chunk) }
    guard manifest.state == .loaded else { return }
    checkLoadFiles()
    checkRejects()
    for chunk in manifest.chunks where chunk.stage == .load { checkLedger(chunk) }
  }

  private var store: any StagingStore { area.store(of: manifest.run) }

  private func rows(_ table: TableName) throws -> Int { try TableScan.rows(of: try store.reader(table)) }

  // MARK: Stages

  private func checkRows(_ chunk: RunManifest.ChunkRun) {
    let place = "\(chunk.stage.rawValue) of chunk \(chunk.chunk)"
    damages.attempt(place) {
      let found = try plan.sources.filter(\.isActivity).reduce(0) { sum, source in
        try sum + rows(TableName(chunk.stage, source.name, source.side.name, chunk: chunk.chunk))
      }
      damages.expect(found, chunk.rowsOut, "\(place): rows in its tables", "the manifest")
    }
  }

  // MARK: Load

  private func checkLoadFiles() {
    damages.attempt("the load files in \(directory)") {
      let found =
        try LoadAmount(of: .hubspot, in: directory).records + LoadAmount(of: .salesforce, in: directory).records
      let loads = manifest.chunks.filter { $0.stage == .load }
      damages.expect(found, loads.reduce(0) { $0 + $1.rowsOut }, "records in \(directory)", "the manifest")
      damages.expect(found, plan.accounting(of: manifest).written, "records in \(directory)", "activities.json")
    }
  }

  private func checkRejects() {
    let path = "\(directory)/rejects.csv"
    damages.attempt(path) {
      let wanted = try plan.rejectTables(of: manifest).reduce(0) { try $0 + rows($1) }
      let found = access(path, F_OK) == 0 ? try TableScan.rows(of: try FileReader(path: path)) : 0
      damages.expect(found, wanted, "rows of \(path)", "what the stages left")
    }
  }

  /// The ledger has every record of the load files, unless some were refused, and taken out.
  private func checkLedger(_ chunk: RunManifest.ChunkRun) {
    let place = "the ledger of chunk \(chunk.chunk)"
    damages.attempt(place) {
      let reader = try area.ledger.reader(manifest.run, chunk: chunk.chunk, plan.isImport ? .digests : .rows)
      guard let reader else { return damages.check("\(place) is missing") }
      let found = try TableScan.rows(of: reader)
      if manifest.activities?.hasGivenBack == true { return damages.check(nil) }
      damages.expect(found, chunk.rowsOut, "\(place): rows", "the manifest")
    }
  }
}
