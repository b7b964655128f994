import CRM
import CSV
import FileStaging
import Foundation
import Records
import Staging

/// Brings the entries of history files to the chunks where their records are paired: how long a history is does not matter,
/// only the entries of one chunk are ever in memory.
struct HistoryRouter {
  private let plan: ObjectPlan
  private let pairing: PairingResult
  private let layout: ChunkLayout
  /// The mapped fields of each side.
  private let fields: [ByteTable]
  private let names: [[String]]

  init(_ plan: ObjectPlan, _ pairing: PairingResult, _ layout: ChunkLayout) {
    self.plan = plan
    self.pairing = pairing
    self.layout = layout
    names = [plan.mappings.map(\.property), plan.mappings.map(\.field)]
    fields = names.map { names in
      var table = ByteTable()
      for (place, name) in names.enumerated() { table.insert(name, place) }
      return table
    }
  }

  /// Writes the history of all files, and the rows that are none to `rejects`. Gives the files as they were read.
  ///
  /// - Throws: `SourceError` if a file is refused whole.
  func run(
    _ files: [PreparedFile], _ store: any StagingStore, _ rejects: any TableWriter
  ) throws -> [RunManifest.Input] {
    guard !files.isEmpty else { return [] }
    let writers = try (0..<layout.count).map {
      try store.writer(HistoryTable.name(plan.object, chunk: $0), columns: HistoryTable.columns)
    }
    var inputs: [RunManifest.Input] = []
    do {
      for file in files { inputs.append(try route(file, writers, rejects)) }
    } catch {
      for writer in writers { writer.abandon() }
      throw error
    }
    for writer in writers { try writer.commit() }
    return inputs
  }

  private func route(
    _ file: PreparedFile, _ writers: [any TableWriter], _ rejects: any TableWriter
  ) throws -> RunManifest.Input {
    var out = ByteBuffer(capacity: 256)
    func reject(_ code: IssueCode, _ id: Bytes, _ field: String, _ value: Bytes, _ line: Int) throws {
      out.clear()
      let isReadable = id.isUTF8 && value.isUTF8
      RejectRow.append(
        object: plan.object, side: file.source.side, recordID: isReadable ? id : .none, file: file.displayName,
        line: line, field: field, value: isReadable ? value : .none, code: code, into: &out)
      try rejects.append(out.bytes)
    }
    let side = file.source.side
    let read = try HistoryReader(file: file).read { entry, line in
      // Salesforce calls the field OwnerId Owner in its histories (semantics 8).
      let isOwner = side == .salesforce && entry.field.same(as: "Owner")
      let table = fields[side == .hubspot ? 0 : 1]
      guard let field = isOwner ? table.find("OwnerId") : table.find(entry.field), let row = row(of: entry.id, side),
        isPaired(row, side)
      else { return }
      guard let time = parseInstant(entry.time, sourceZone: file.source.zone, dateOrder: file.source.dateOrder) else {
        return try reject(.invalidDatetime, entry.id, names[side == .hubspot ? 0 : 1][field], entry.time, line)
      }
      out.clear()
      HistoryTable.append(
        side, row: row, field: names[side == .hubspot ? 0 : 1][field], seconds: isEcho(entry.source, side) ? nil : time,
        to: &out)
      try writers[side == .hubspot ? layout.hubspot(row) : layout.salesforce(row)].append(out.bytes)
    } fault: { fault in
      try reject(fault.code, .none, "", .none, fault.line)
    }
    var info = stat()
    stat(file.source.path, &info)
    var input = RunManifest.Input(
      source: file.source.source, path: file.displayName, bytes: Int(info.st_size),
      modified: Int(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(info.st_mtim.tv_nsec))
    input.digest = read.digest
    input.rows = read.rows
    return input
  }

  private func row(of id: Bytes, _ side: Side) -> Int? {
    switch side {
    case .hubspot: UInt64(digits: id).flatMap { pairing.records.hubspotRow($0) }
    case .salesforce: SalesforceKey(id).flatMap { pairing.records.salesforceRow($0) }
    }
  }

  private func isPaired(_ row: Int, _ side: Side) -> Bool {
    (side == .hubspot ? pairing.hubspot[row] : pairing.salesforce[row]).isPaired
  }

  /// Entries that the sync itself wrote are no edits (semantics 4, "Newer").
  private func isEcho(_ source: Bytes, _ side: Side) -> Bool {
    switch side {
    case .hubspot: return source.same(as: "SALESFORCE") || plan.echoSources.contains { source.same(as: Array($0.utf8)) }
    case .salesforce:
      guard let user = plan.integrationUserKey, let key = SalesforceKey(source) else { return false }
      return key == user
    }
  }
}

extension Bytes {
  fileprivate func same(as other: [UInt8]) -> Bool { other.withUnsafeBufferPointer { same(as: $0) } }
}
