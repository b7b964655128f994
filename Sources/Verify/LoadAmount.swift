import CRM
import FileStaging
import Foundation
import Records
import Staging

/// What the load files of a side carry.
struct LoadAmount {
  /// Records: rows of CSV, inputs of batches.
  private(set) var records = 0
  /// Cells that are not empty, without ids.
  private(set) var cells = 0

  /// Counts the files of a side in a load folder; a side that is not there has none. What was made beside them for other programs
  /// (`load.formats`) says the same once more.
  ///
  /// - Throws: `StagingError` or what a decoder says, if a file is none that a load writes.
  init(of side: Side, in directory: String) throws {
    let folder = "\(directory)/\(side.name)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() {
      switch side {
      case .hubspot where name.hasSuffix(".jsonl"): try addInputs(of: "\(folder)/\(name)")
      case .salesforce where name.hasSuffix(".csv"): try addRows(of: "\(folder)/\(name)")
      default: continue
      }
    }
  }

  /// Every cell but the id of an update that is not empty is a change.
  private mutating func addRows(of path: String) throws {
    var found = (records: 0, cells: 0)
    var first = 0
    let file = try FileReader(path: path)
    try TableScan.rows(of: file, header: { first = $0.first == "Id" ? 1 : 0 }) { count, cell in
      found.records += 1
      for place in first..<max(first, count) where cell(place).count > 0 { found.cells += 1 }
    }
    records += found.records
    cells += found.cells
  }

  private struct Batch: Decodable {
    struct Input: Decodable { var properties: [String: String] }
    var inputs: [Input]
  }

  private mutating func addInputs(of path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let decoder = JSONDecoder()
    for line in data.split(separator: UInt8(ascii: "\n")) {
      let batch = try decoder.decode(Batch.self, from: Data(line))
      records += batch.inputs.count
      cells += batch.inputs.reduce(0) { $0 + $1.properties.count }
    }
  }
}
