import CRM
import Records
import Staging

/// Hands the records of one chunk to a target, beside the load files.
final class TargetWriters {
  /// One kind of records, and which fields of `FieldPlaces` its cells are.
  private struct Writer {
    let rows: any TargetRows
    let places: [Int]
  }

  private let chunk: any TargetChunk
  private let table: TableName
  private var updates: [Side: [Writer?]] = [:]
  private var creates: [Side: [Writer?]] = [:]
  private var cells: [TargetCell] = []

  init(
    _ chunk: any TargetChunk, _ plan: ObjectPlan, number: Int, _ counts: ChunkCounts, hubspot: FieldPlaces,
    salesforce: FieldPlaces
  ) throws {
    self.chunk = chunk
    table = TableName(.conflictResolve, plan.object, "changes", chunk: number)
    // The manifest has the fields of HubSpot among its counts of changes.
    let changed = Set(counts.hubspot.changes.keys)
    updates[.hubspot] = [try writer(.hubspot, plan.object, isCreate: false, hubspot, changed)]
    creates[.hubspot] = [try writer(.hubspot, plan.object, isCreate: true, hubspot, changed)]
    updates[.salesforce] = try plan.salesforceObjects.map {
      try writer(.salesforce, $0, isCreate: false, salesforce, counts.salesforce.updatedFields.fields(of: $0))
    }
    creates[.salesforce] = try plan.salesforceObjects.map {
      try writer(.salesforce, $0, isCreate: true, salesforce, counts.salesforce.createdFields.fields(of: $0))
    }
  }

  private func writer(
    _ side: Side, _ object: String, isCreate: Bool, _ fields: FieldPlaces, _ used: Set<String>
  ) throws -> Writer? {
    let places = fields.names.indices.filter { used.contains(fields.names[$0]) }
    let kind = TargetRecords(
      side: side, object: object, isCreate: isCreate, fields: places.map { fields.names[$0] })
    guard !places.isEmpty, let rows = try chunk.rows(kind) else { return nil }
    return Writer(rows: rows, places: places)
  }

  /// Hands over a record of the object with that number.
  func append(
    _ side: Side, object: Int, isCreate: Bool, id: Bytes, _ record: borrowing PendingRecord
  ) throws {
    guard let writer = (isCreate ? creates : updates)[side]?[object] else { return }
    cells.removeAll(keepingCapacity: true)
    for place in writer.places { cells.append(record.targetCell(place)) }
    guard cells.count(where: \.isTouched) == record.touchedFields else {
      throw StagingError.damaged(table, "it changes a field that the run's counts do not have")
    }
    try writer.rows.append(id: id, cells)
  }

  /// Writes the chunk to the target; what that refused.
  func commit() throws -> [TargetRefusal] { try chunk.commit() }
}

extension PendingRecord {
  /// What happens to a field, for as long as the record stays as it is.
  fileprivate borrowing func targetCell(_ place: Int) -> TargetCell {
    switch cells[place] {
    case .untouched: .untouched
    case .clear: .clear
    case .value(let start, let count): .value(bytes(start, count))
    }
  }

  fileprivate var touchedFields: Int {
    cells.count { cell in
      if case .untouched = cell { return false }
      return true
    }
  }
}

extension TargetCell {
  fileprivate var isTouched: Bool {
    if case .untouched = self { return false }
    return true
  }
}
