import Activities
import CRM
import CSV
import Records
import Staging

/// Writes the load file of a chunk of the sync, and its rows of the ledger (activities-pipelines 6, "Load file", and 7).
public struct SyncLoader {
  private let plan: ActivityPlan
  private let store: any StagingStore
  private let files: any LoadFiles
  private let ledger: any ActivityLedger

  /// A load stage of the sync.
  public init(_ plan: ActivityPlan, store: any StagingStore, files: any LoadFiles, ledger: any ActivityLedger) {
    self.plan = plan
    self.store = store
    self.files = files
    self.ledger = ledger
  }

  /// Loads a chunk, and says how many rows were written. The ledger's rows are committed last.
  ///
  /// - Throws: `StagingError` if what conflict-resolve left is missing or damaged, or a file cannot be written.
  public func run(chunk: Int, run: String) throws -> Int {
    let table = ActivityTable(SyncFateColumn.names)
    let target = UpsertFile(plan, files, chunk: chunk)
    let rows = try ledger.writer(run, chunk: chunk, .rows, columns: LedgerPart.syncColumns)
    var entry = ByteBuffer(capacity: 1 << 16)
    for source in plan.activitySources {
      let name = TableName(.conflictResolve, source.name, source.side.name, chunk: chunk)
      try table.forEachBatch(of: name, columnCount: SyncFateColumn.names.count, from: store) { batch in
        entry.clear()
        for row in 0..<batch.rowCount where batch.bytes(row, SyncFateColumn.fate).same(as: "upsert") {
          try append(batch, row, to: target, run: run, chunk: chunk, &entry)
        }
        try rows.append(entry.bytes)
      }
    }
    try target.finish()
    try ledger.commit([rows])
    return target.rows
  }

  private func append(
    _ batch: borrowing RecordBatch, _ row: Int, to target: UpsertFile, run: String, chunk: Int,
    _ entry: inout ByteBuffer
  ) throws {
    var ids = Lines(batch.bytes(row, SyncFateColumn.externalIDs))
    var digests = Lines(batch.bytes(row, SyncFateColumn.digests))
    var whos = Lines(batch.bytes(row, SyncFateColumn.who))
    var whats = Lines(batch.bytes(row, SyncFateColumn.what))
    var owners = Lines(batch.bytes(row, SyncFateColumn.owners))
    while let id = ids.next() {
      let who = whos.next() ?? .none
      try target.append([
        id, batch.bytes(row, SyncFateColumn.subject), who, whats.next() ?? .none, owners.next() ?? .none,
        batch.bytes(row, SyncFateColumn.day), batch.bytes(row, SyncFateColumn.status),
        batch.bytes(row, SyncFateColumn.priority), batch.bytes(row, SyncFateColumn.type),
        batch.bytes(row, SyncFateColumn.description),
      ])
      let front = [id, digests.next() ?? .none]
      let back = [
        batch.bytes(row, SyncFateColumn.kind), batch.bytes(row, SyncFateColumn.type),
        batch.bytes(row, SyncFateColumn.status), batch.bytes(row, SyncFateColumn.subject), who,
      ]
      for cell in front {
        entry.appendCSV(cell)
        entry.append(",")
      }
      entry.appendCSV(run)
      entry.append(",\(chunk)")
      for cell in back {
        entry.append(",")
        entry.appendCSV(cell)
      }
      entry.append("\n")
    }
  }
}

/// `Task-upsert-CHUNK.csv`: what Salesforce's Bulk API 2.0 takes, a new file before one would be too large for it.
private final class UpsertFile {
  private static let columns = [
    "Subject", "WhoId", "WhatId", "OwnerId", "ActivityDate", "Status", "Priority", "Type", "Description",
  ]

  private let files: any LoadFiles
  private let name: String
  private let header: [UInt8]
  private var file: (any TableWriter)?
  private var size = 0
  private var part = 0
  private var line = ByteBuffer(capacity: 4096)
  private(set) var rows = 0

  init(_ plan: ActivityPlan, _ files: any LoadFiles, chunk: Int) {
    self.files = files
    name = "salesforce/Task-upsert-\(chunk.padded())"
    header = Array(([plan.externalIDField] + Self.columns).joined(separator: ",").utf8) + [10]
  }

  func append(_ cells: [Bytes]) throws {
    line.clear()
    for (number, cell) in cells.enumerated() {
      if number > 0 { line.append(",") }
      line.appendCSV(cell)
    }
    line.append("\n")
    if file != nil && size + line.count > SalesforceFile.maxBytes { try finish() }
    if file == nil {
      let new = try files.create(part == 0 ? "\(name).csv" : "\(name)-\(part).csv")
      try header.withUnsafeBufferPointer { try new.append($0) }
      file = new
      size = header.count
    }
    try file?.append(line.bytes)
    size += line.count
    rows += 1
  }

  func finish() throws {
    guard file != nil else { return }
    try file?.commit()
    file = nil
    part += 1
  }
}
