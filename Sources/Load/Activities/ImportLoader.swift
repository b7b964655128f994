import Activities
import CRM
import CSV
import Records
import Staging

/// Writes the load files of a chunk of the import, and its rows of the ledger (activities-pipelines 4, "Load files", and 7).
public struct ImportLoader {
  private let plan: ActivityPlan
  private let store: any StagingStore
  private let files: any LoadFiles
  private let ledger: any ActivityLedger

  /// A load stage of the import.
  public init(_ plan: ActivityPlan, store: any StagingStore, files: any LoadFiles, ledger: any ActivityLedger) {
    self.plan = plan
    self.store = store
    self.files = files
    self.ledger = ledger
  }

  /// Loads a chunk, and says how many inputs were written. The ledger's rows are committed last: until then the chunk
  /// is not loaded, and can be loaded again.
  ///
  /// - Throws: `StagingError` if what conflict-resolve left is missing or damaged, or a file cannot be written.
  public func run(chunk: Int, run: String) throws -> Int {
    let table = ActivityTable(ImportFateColumn.names)
    let targets = ActivityKind.allCases.map { KindFiles(plan, $0, files, chunk: chunk) }
    let rows = try ledger.writer(run, chunk: chunk, .rows, columns: LedgerPart.rows.importColumns)
    let digests = try ledger.writer(run, chunk: chunk, .digests, columns: LedgerPart.digests.importColumns)
    var entry = ImportLedgerEntry(plan, run: run, chunk: chunk)
    for source in plan.activitySources {
      let name = TableName(.conflictResolve, source.name, source.side.name, chunk: chunk)
      try table.forEachBatch(of: name, columnCount: ImportFateColumn.names.count, from: store) { batch in
        entry.clear()
        for row in 0..<batch.rowCount {
          let fate = batch.bytes(row, ImportFateColumn.fate)
          let isUpdate = fate.same(as: "update")
          guard isUpdate || fate.same(as: "create") else { continue }
          guard let kind = ActivityKind(name: batch.bytes(row, ImportFateColumn.kind)) else {
            throw StagingError.damaged(name, "row \(row) is of no kind")
          }
          try targets[kind.rawValue].append(batch, row, isUpdate: isUpdate)
          entry.add(batch, row, isUpdate: isUpdate)
        }
        try rows.append(entry.rows.bytes)
        try digests.append(entry.digests.bytes)
      }
    }
    for target in targets { try target.finish() }
    try ledger.commit([digests, rows])
    return targets.reduce(0) { $0 + $1.count }
  }
}

/// The two load files of a kind in a chunk.
private final class KindFiles {
  private let creates: BatchFile
  private let updates: BatchFile
  private let writer: InputWriter
  private var input = ByteBuffer(capacity: 4096)

  init(_ plan: ActivityPlan, _ kind: ActivityKind, _ files: any LoadFiles, chunk: Int) {
    creates = BatchFile(files, name: "hubspot/\(kind.name)-create-\(chunk.padded())")
    updates = BatchFile(files, name: "hubspot/\(kind.name)-update-\(chunk.padded())")
    writer = InputWriter(plan, kind)
  }

  var count: Int { creates.inputs + updates.inputs }

  func append(_ batch: borrowing RecordBatch, _ row: Int, isUpdate: Bool) throws {
    input.clear()
    if isUpdate {
      writer.appendUpdate(batch, row, into: &input)
      try updates.append(input.bytes)
    } else {
      writer.appendCreate(batch, row, into: &input)
      try creates.append(input.bytes)
    }
  }

  func finish() throws {
    try creates.finish()
    try updates.finish()
  }
}

/// Writes inputs for HubSpot's batch API: at most 100 of them a line.
final class BatchFile {
  private let files: any LoadFiles
  private let name: String
  private var file: (any TableWriter)?
  private var line = ByteBuffer(capacity: 1 << 16)
  private var inLine = 0
  private(set) var inputs = 0

  init(_ files: any LoadFiles, name: String) {
    self.files = files
    self.name = name
  }

  /// Appends an input, a JSON object.
  func append(_ input: Bytes) throws {
    line.append(inLine == 0 ? "{\"inputs\":[" : ",")
    line.append(input)
    inLine += 1
    inputs += 1
    if inLine == HubSpotFile.maxInputs { try flush() }
  }

  private func flush() throws {
    guard inLine > 0 else { return }
    line.append("]}\n")
    if file == nil { file = try files.create("\(name).jsonl") }
    try file?.append(line.bytes)
    line.clear()
    inLine = 0
  }

  /// Completes the file; nothing is written where there are no inputs.
  func finish() throws {
    try flush()
    try file?.commit()
    file = nil
  }
}

/// Makes the input of an activity, as HubSpot's batch API takes it.
struct InputWriter {
  private let kind: ActivityKind
  private let idKey: [UInt8]
  private let keys: [[UInt8]]
  private let columns: [Int]
  private let types: [[UInt8]]

  init(_ plan: ActivityPlan, _ kind: ActivityKind) {
    self.kind = kind
    idKey = Self.json(plan.activityIDProperty)
    keys = kind.properties.map { Self.json("\($0.name)") }
    columns = kind.properties.map { ImportFateColumn.value($0.value) }
    types = LinkedRecord.allCases.map { Array("\(kind.associationType(to: $0))".utf8) }
  }

  private static func json(_ text: String) -> [UInt8] {
    var copy = text
    var out = ByteBuffer()
    copy.withUTF8 { out.appendJSON($0) }
    return Array(out.bytes)
  }

  func appendCreate(_ batch: borrowing RecordBatch, _ row: Int, into out: inout ByteBuffer) {
    let id = batch.bytes(row, ImportFateColumn.id)
    out.append("{\"objectWriteTraceId\":")
    out.appendJSON(id)
    out.append(",\"properties\":{")
    idKey.withUnsafeBufferPointer { out.append($0) }
    out.append(":")
    out.appendJSON(id)
    for place in keys.indices {
      let value = batch.bytes(row, columns[place])
      guard value.count > 0 else { continue }
      append(",", place, value, into: &out)
    }
    out.append("},\"associations\":[")
    var isFirst = true
    let lists = [ImportFateColumn.contacts, ImportFateColumn.companies, ImportFateColumn.deals]
    for (record, column) in lists.enumerated() {
      for id in batch.bytes(row, column).split(separator: UInt8(ascii: ";")) {
        out.append(isFirst ? "{\"to\":{\"id\":\"" : ",{\"to\":{\"id\":\"")
        isFirst = false
        out.append(Bytes(rebasing: id))
        out.append("\"},\"types\":[{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":")
        types[record].withUnsafeBufferPointer { out.append($0) }
        out.append("}]}")
      }
    }
    out.append("]}")
  }

  /// All properties of the kind: a blank one clears it, but the time, without which HubSpot shows no activity.
  func appendUpdate(_ batch: borrowing RecordBatch, _ row: Int, into out: inout ByteBuffer) {
    let id = batch.bytes(row, ImportFateColumn.id)
    out.append("{\"idProperty\":")
    idKey.withUnsafeBufferPointer { out.append($0) }
    out.append(",\"id\":")
    out.appendJSON(id)
    out.append(",\"objectWriteTraceId\":")
    out.appendJSON(id)
    out.append(",\"properties\":{")
    var isFirst = true
    for place in keys.indices {
      let value = batch.bytes(row, columns[place])
      if value.count == 0, kind.properties[place].value == .timestamp { continue }
      append(isFirst ? "" : ",", place, value, into: &out)
      isFirst = false
    }
    out.append("}}")
  }

  private func append(_ separator: StaticString, _ place: Int, _ value: Bytes, into out: inout ByteBuffer) {
    out.append(separator)
    keys[place].withUnsafeBufferPointer { out.append($0) }
    out.append(":")
    out.appendJSON(value)
  }
}

/// The rows that a chunk of the import enters into the ledger.
private struct ImportLedgerEntry: ~Copyable {
  var rows = ByteBuffer(capacity: 1 << 16)
  var digests = ByteBuffer(capacity: 1 << 16)
  private let middle: [UInt8]

  init(_ plan: ActivityPlan, run: String, chunk: Int) {
    var text = ByteBuffer()
    text.append(",")
    text.appendCSV(run)
    text.append(",\(chunk),")
    text.append(plan.clock)
    text.append(",")
    middle = Array(text.bytes)
  }

  mutating func clear() {
    rows.clear()
    digests.clear()
  }

  mutating func add(_ batch: borrowing RecordBatch, _ row: Int, isUpdate: Bool) {
    let id = batch.bytes(row, ImportFateColumn.id)
    let kind = batch.bytes(row, ImportFateColumn.kind)
    digests.append(id)
    digests.append(",")
    digests.append(kind)
    digests.append(",")
    digests.append(batch.bytes(row, ImportFateColumn.digest))
    digests.append("\n")
    // An activity that is written again is one that the ledger, or an export, holds already.
    guard !isUpdate else { return }
    add(id, kind, loadedAs: id)
    let shadow = batch.bytes(row, ImportFateColumn.shadow)
    if shadow.count > 0 { add(shadow, kind, loadedAs: id) }
  }

  private mutating func add(_ id: Bytes, _ kind: Bytes, loadedAs: Bytes) {
    rows.append(id)
    rows.append(",")
    rows.append(kind)
    middle.withUnsafeBufferPointer { rows.append($0) }
    rows.append(loadedAs)
    rows.append("\n")
  }
}
