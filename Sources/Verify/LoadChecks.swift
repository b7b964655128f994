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
            if store.exists(refused) { wanted += try rows(refused) }
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

  /// Records and cells that load files carry.
  private struct Amount {
    var records = 0
    var cells = 0
  }

  private func checkCells() {
    damages.attempt("the load files in \(directory)") {
      let salesforce = try amount(in: "salesforce", salesforceFile)
      let hubspot = try amount(in: "hubspot", hubspotFile)
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

  private func amount(in side: String, _ read: (String) throws -> Amount) throws -> Amount {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(side)")) ?? []
    return try names.sorted().reduce(into: Amount()) { sum, name in
      let file = try read("\(directory)/\(side)/\(name)")
      sum.records += file.records
      sum.cells += file.cells
    }
  }

  /// Every cell but the id of an update that is not empty is a change.
  private func salesforceFile(_ path: String) throws -> Amount {
    var amount = Amount()
    var first = 0
    let file = try FileReader(path: path)
    try TableScan.rows(of: file, header: { first = $0.first == "Id" ? 1 : 0 }) { count, cell in
      amount.records += 1
      for place in first..<max(first, count) where cell(place).count > 0 { amount.cells += 1 }
    }
    return amount
  }

  private struct Batch: Decodable {
    struct Input: Decodable { var properties: [String: String] }
    var inputs: [Input]
  }

  private func hubspotFile(_ path: String) throws -> Amount {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let decoder = JSONDecoder()
    return try data.split(separator: UInt8(ascii: "\n")).reduce(into: Amount()) { sum, line in
      let batch = try decoder.decode(Batch.self, from: Data(line))
      sum.records += batch.inputs.count
      sum.cells += batch.inputs.reduce(0) { $0 + $1.properties.count }
    }
  }
}
