import CRM
import CSV
import FileStaging
import Foundation
import Records
import Staging

/// The CSV that HubSpot's import takes, out of a file of batch bodies: `hs_object_id` first, then the properties that any
/// record changes (semantics 6). An empty cell leaves a property as it is, so a clear cannot be said: those are listed in a
/// file of their own.
struct HubSpotImport {
  /// What HubSpot takes in one import (semantics 6, Limits).
  static let maxRows = 1_048_576
  static let maxBytes = 512_000_000

  private let properties: [String]
  private let file: String
  private let folder: LoadFolder
  private let isUpdate: Bool

  init(_ plan: ObjectPlan, _ file: String, in folder: LoadFolder) {
    self.file = file
    self.folder = folder
    isUpdate = (file as NSString).lastPathComponent.hasPrefix("\(plan.object)-update-")
    var seen: Set<String> = []
    properties = (plan.links.map(\.property) + plan.mappings.map(\.property)).filter { seen.insert($0).inserted }
  }

  /// The file that lists the clears of a batch file.
  static func clearsFile(of file: String) -> String { file.dropLast(".jsonl".count) + "-import-clears.csv" }

  private struct Batch: Decodable {
    struct Input: Decodable {
      var id: String?
      var properties: [String: String]
    }
    var inputs: [Input]
  }

  /// Writes `NAME-import.csv` beside `NAME.jsonl`. Returns how many clears it could not say.
  func write() throws -> Int {
    let used = try usedProperties()
    let clears = ListOfClears(Self.clearsFile(of: file), in: folder)
    var output = ImportParts(
      file.dropLast(".jsonl".count) + "-import", in: folder, header: (isUpdate ? ["hs_object_id"] : []) + used)
    try forEachInput { input in
      var cells = isUpdate ? [input.id ?? ""] : []
      cells += used.map { input.properties[$0] ?? "" }
      for property in properties where input.properties[property]?.isEmpty == true {
        try clears.add(input.id ?? "", property)
      }
      // A record that is only cleared has nothing to import.
      if cells.dropFirst(isUpdate ? 1 : 0).contains(where: { !$0.isEmpty }) { try output.append(cells) }
    }
    try output.finish()
    return try clears.finish()
  }

  private func usedProperties() throws -> [String] {
    var used: Set<String> = []
    try forEachInput { input in used.formUnion(input.properties.filter { !$0.value.isEmpty }.keys) }
    return properties.filter(used.contains)
  }

  private func forEachInput(_ body: (Batch.Input) throws -> Void) throws {
    let lines = try LineReader("\(folder.path)/\(file)")
    let decoder = JSONDecoder()
    while let line = try lines.next() {
      do {
        for input in try decoder.decode(Batch.self, from: Data(line.utf8)).inputs { try body(input) }
      } catch is DecodingError {
        throw StagingError.failed(
          "\(folder.path)/\(file) is not as resync wrote it: load the run again, under another name")
      }
    }
  }
}

/// A CSV in as many files as HubSpot's limits ask for: `NAME.csv`, `NAME-1.csv`, …
private struct ImportParts {
  private let name: String
  private let folder: LoadFolder
  private let header: [String]
  private var part = 0
  private var file: AtomicFile?
  private var rows = 0
  private var bytes = 0

  init(_ name: String, in folder: LoadFolder, header: [String]) {
    self.name = name
    self.folder = folder
    self.header = header
  }

  mutating func append(_ cells: [String]) throws {
    var line = ByteBuffer()
    line.appendRow(cells)
    if file != nil, rows + 1 >= HubSpotImport.maxRows || bytes + line.count > HubSpotImport.maxBytes { try finish() }
    if file == nil {
      var head = ByteBuffer()
      head.appendRow(header)
      let part = part == 0 ? "\(name).csv" : "\(name)-\(part).csv"
      file = try AtomicFile(path: "\(folder.path)/\(part)", noted: folder.noted(part))
      try file?.append(head.bytes)
      (rows, bytes) = (1, head.count)
    }
    try file?.append(line.bytes)
    rows += 1
    bytes += line.count
  }

  mutating func finish() throws {
    try file?.commit()
    file = nil
    part += 1
  }
}

/// What an import cannot say: a row for each property of a record that is to be cleared.
private final class ListOfClears {
  private let name: String
  private let folder: LoadFolder
  private var file: AtomicFile?
  private var count = 0

  init(_ name: String, in folder: LoadFolder) {
    self.name = name
    self.folder = folder
  }

  func add(_ id: String, _ property: String) throws {
    if file == nil {
      file = try AtomicFile(path: "\(folder.path)/\(name)", noted: folder.noted(name))
      try file?.append("hs_object_id,property\n")
    }
    var line = ByteBuffer()
    line.appendRow([id, property])
    try file?.append(line.bytes)
    count += 1
  }

  func finish() throws -> Int {
    try file?.commit()
    return count
  }
}

extension ByteBuffer {
  /// Appends a row of a CSV, line end included.
  fileprivate mutating func appendRow(_ cells: [String]) {
    for (place, cell) in cells.enumerated() {
      if place > 0 { append(UInt8(ascii: ",")) }
      appendCSV(cell)
    }
    append(UInt8(ascii: "\n"))
  }
}
