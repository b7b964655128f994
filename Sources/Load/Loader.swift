import CRM
import CSV
import Records
import Staging

/// Where load files go: a folder that the pipeline names.
public protocol LoadFiles: Sendable {
  /// Begins a file; it appears under its name when it is committed.
  func create(_ name: String) throws -> any TableWriter
}

/// The fifth stage: writes what each side must change, from the changes that conflict-resolve left of a chunk.
public struct Loader {
  private let plan: ObjectPlan
  private let store: any StagingStore
  private let files: any LoadFiles
  private let target: (any LoadTarget)?

  /// A load stage for one object. `target` takes what the load files hold as well.
  public init(
    _ plan: ObjectPlan, store: any StagingStore, files: any LoadFiles, target: (any LoadTarget)? = nil
  ) {
    self.plan = plan
    self.store = store
    self.files = files
    self.target = target
  }

  /// How many records of each side a chunk writes.
  public struct Result: Sendable {
    /// Rows of `changes.csv` that the load files carry.
    public var changes = 0
    /// Records in the load files of both sides.
    public var records = 0
  }

  /// Writes the load files of a chunk; `counts` says which fields they have.
  ///
  /// - Throws: `StagingError` if the changes are missing or damaged.
  public func run(chunk: Int, counts: ChunkCounts) throws -> Result {
    var targets = try Targets(plan, files, chunk: chunk, counts, target: target)
    var result = Result()
    for part in ["changes", "creates"] {
      try read(TableName(.conflictResolve, plan.object, part, chunk: chunk), &targets, &result)
    }
    let refused = try targets.finish()
    if target != nil { try stage(refused, chunk) }
    result.records = targets.rows
    return result
  }

  /// Leaves what the target refused as a staged table, which `rejects.csv` is made of. It comes after the target's own
  /// commit, which keeps it: whoever is killed in between stages it the next time.
  private func stage(_ refused: [TargetRefusal], _ chunk: Int) throws {
    let table = try store.writer(
      TableName(.load, plan.object, "rejects", chunk: chunk), columns: RejectRow.columns)
    var rows = ByteBuffer()
    for refusal in refused { refusal.append(to: &rows, object: plan.object) }
    try table.append(rows.bytes)
    try table.commit()
  }

  private func read(_ table: TableName, _ targets: inout Targets, _ result: inout Result) throws {
    let reader = try store.reader(table)
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var isFirst = true
    while try blocks.next(into: &buffer, &index, read: reader.read) {
      for record in (isFirst ? 1 : 0)..<max(isFirst ? 1 : 0, index.recordCount) {
        let mark = index[record: record]
        guard Int(mark.fieldCount) == ChangeRow.columns.count else {
          throw StagingError.damaged(table, "line \(blocks.line + Int(mark.line)) has another number of cells")
        }
        let row = ChangeCells(first: Int(mark.firstField), index: index, buffer: buffer)
        guard try targets.add(row) else {
          throw StagingError.damaged(
            table, "line \(blocks.line + Int(mark.line)) names an object or a field that no mapping has")
        }
        result.changes += 1
      }
      isFirst = false
    }
    try targets.endRecord()
  }
}

/// The cells of one row of changes.csv, while its block is in memory.
struct ChangeCells {
  private let cells: (Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes)

  init(first: Int, index: borrowing RecordIndex, buffer: borrowing ByteBuffer) {
    func cell(_ column: ChangeRow.Column) -> Bytes {
      let field = index[field: first + column.rawValue]
      return buffer.part(Int(field.offset), field.count)
    }
    cells = (
      cell(.hubspotID), cell(.salesforceObject), cell(.salesforceID), cell(.side), cell(.action), cell(.field),
      cell(.new)
    )
  }

  var hubspotID: Bytes { cells.0 }
  var salesforceObject: Bytes { cells.1 }
  var salesforceID: Bytes { cells.2 }
  var isHubSpot: Bool { cells.3.same(as: "hubspot") }
  var isCreate: Bool { cells.4.same(as: "create") }
  var isClear: Bool { cells.4.same(as: "clear") }
  var field: Bytes { cells.5 }
  var new: Bytes { cells.6 }
}
