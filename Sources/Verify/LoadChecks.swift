import CRM
import CSV
import FileStaging
import Foundation
import Records
import Staging

/// Whether the load files carry what `changes.csv` says, cell for cell counted, and the reports what the stages left.
struct LoadChecks {
  private let manifest: RunManifest
  private let store: any StagingStore
  private let directory: String
  private let damages: Damages

  init(_ manifest: RunManifest, _ store: any StagingStore, _ directory: String, _ damages: Damages) {
    self.manifest = manifest
    self.store = store
    self.directory = directory
    self.damages = damages
  }

  func run() {
    checkReports()
    checkCells()
  }

  // MARK: Reports

  private func checkReports() {
    let reports: [(name: String, tables: [String], fromExtract: Bool)] = [
      ("changes", ["changes", "creates"], false), ("conflicts", ["conflicts"], false),
      ("rejects", ["rejects"], true), ("unmatched", ["unmatched"], false),
    ]
    for report in reports {
      damages.attempt("\(report.name).csv") {
        var wanted = 0
        for object in manifest.objects {
          if report.fromExtract { wanted += try rows(TableName(.extract, object.object, "rejects", chunk: 0)) }
          for chunk in 0..<object.chunks {
            for table in report.tables {
              wanted += try rows(TableName(.conflictResolve, object.object, table, chunk: chunk))
            }
            // What the tables of a mirror refused.
            let refused = TableName(.load, object.object, report.name, chunk: chunk)
            if try store.exists(refused) { wanted += try rows(refused) }
          }
        }
        let found = try rows(ofFile: "\(report.name).csv")
        damages.expect(found, wanted, "rows of \(directory)/\(report.name).csv", "what the stages left")
      }
    }
  }

  private func rows(_ table: TableName) throws -> Int { try TableScan.rows(of: try store.reader(table)) }

  /// A report without rows is not written.
  private func rows(ofFile name: String) throws -> Int {
    let path = "\(directory)/\(name)"
    guard access(path, F_OK) == 0 else { return 0 }
    return try TableScan.rows(of: try FileReader(path: path))
  }

  // MARK: Load files

  private func checkCells() {
    damages.attempt("the load files in \(directory)") {
      let salesforce = try LoadAmount(of: .salesforce, in: directory)
      let hubspot = try LoadAmount(of: .hubspot, in: directory)
      let changes = try changedCells()
      let source = "\(directory)/changes.csv"
      damages.expect(salesforce.cells, changes.salesforce, "cells in \(directory)/salesforce", source)
      damages.expect(hubspot.cells, changes.hubspot, "values in \(directory)/hubspot", source)
      let loads = manifest.chunks.filter { $0.stage == .load }
      damages.expect(
        salesforce.records + hubspot.records, loads.reduce(0) { $0 + $1.rowsOut }, "records in \(directory)",
        "the manifest")
      damages.expect(
        changes.salesforce + changes.hubspot, loads.reduce(0) { $0 + $1.rowsIn }, "rows of \(source)", "the manifest")
    }
  }

  private func changedCells() throws -> (hubspot: Int, salesforce: Int) {
    let path = "\(directory)/changes.csv"
    guard access(path, F_OK) == 0 else { return (0, 0) }
    var counts = (hubspot: 0, salesforce: 0)
    try TableScan.rows(of: try FileReader(path: path), header: { _ in }) { _, cell in
      if cell(ChangeRow.Column.side.rawValue).same(as: "hubspot") {
        counts.hubspot += 1
      } else {
        counts.salesforce += 1
      }
    }
    return counts
  }
}
