import CRM
import CSV
import Parallel
import Records
import Staging
import Synchronization

/// Brings the rows of the baseline to the chunks where their pairs are.
struct BaselinePartition: Sendable {
  let plan: ObjectPlan
  let baseline: any BaselineStore
  let layout: BaselineLayout
  private let workers: Workers

  init(_ plan: ObjectPlan, _ baseline: any BaselineStore, _ workers: Workers) {
    self.plan = plan
    self.baseline = baseline
    self.workers = workers
    layout = BaselineLayout(plan)
  }

  /// The pairs and creates that the baseline knows.
  ///
  /// - Throws: `StagingError.failed` if it is damaged.
  func pairs() throws -> [BaselinePair] {
    // Whoever reads a table for itself waits for nobody.
    nonisolated(unsafe) let tables = try baseline.tables(of: plan.object)
    let areEnough = tables.count >= workers.count
    let read = Slots<[BaselinePair]>(tables.count)
    try Workers(count: areEnough ? workers.count : 1).forEach(tables.count) { _, number in
      read[number] = try pairs(of: tables[number], Workers(count: areEnough ? 1 : workers.count))
    }
    var all: [BaselinePair] = []
    all.reserveCapacity(tables.indices.reduce(0) { $0 + (read[$1]?.count ?? 0) })
    for number in tables.indices {
      all += read[number] ?? []
      read[number] = nil
    }
    return all
  }

  private func pairs(of table: any TableReader, _ workers: Workers) throws -> [BaselinePair] {
    let all = Mutex<[BaselinePair]>([])
    _ = try BaselineTable(table, plan, layout).forEachBlock(workers) { block in
      var read: [BaselinePair] = []
      read.reserveCapacity(block.rowCount)
      for row in 0..<block.rowCount { read.append(try block.pair(row)) }
      return read
    } handOn: { read in
      all.withLock { $0 += read }
    }
    return all.withLock { $0 }
  }

  /// Where a row goes.
  struct Place {
    let chunk: Int
    /// Which of its records are there: `h`, `s`, `hs` or nothing.
    let there: StaticString
    /// The row with the ids that its records go by today.
    let pair: BaselinePair
  }

  /// Writes each row to the chunk that `place` names, in today's columns and with today's ids. It is given the number of the
  /// row among `pairs`; a row without a place is dropped.
  ///
  /// - Throws: `StagingError.failed` if it is damaged, or the store refuses.
  func route(_ writers: [any TableWriter], place: @Sendable (Int) -> Place?) throws {
    let inherited = inheritedCells
    // Rows are handed on in their order, by one thread at a time.
    nonisolated(unsafe) let writers = writers
    var firstRow = 0
    for table in try baseline.tables(of: plan.object) {
      let before = firstRow
      let rows = try BaselineTable(table, plan, layout).forEachBlock(workers) { block in
        let chunks = ChunkBuffers(writers.count)
        for row in 0..<block.rowCount {
          let number = before + block.firstRow + row
          guard let target = place(number) else { continue }
          chunks.append(to: target.chunk) { append(row, of: block, target, inherited, to: &$0) }
        }
        return chunks
      } handOn: { (chunks: borrowing ChunkBuffers) in
        try chunks.flush(to: writers)
      }
      firstRow += rows
    }
  }

  private func append(
    _ row: Int, of block: borrowing BaselineBlock, _ target: Place, _ inherited: [Int?], to out: inout ByteBuffer
  ) {
    appendLeading(row, of: block, target, to: &out)
    for cell in layout.cells.indices {
      let source = target.pair.isConverted ? inherited[cell] : cell
      let value = source.map { block.cell(row, $0) } ?? (bytes: Bytes.none, isAbsent: true)
      if value.isAbsent { out.append(UInt8(ascii: ",")) } else { out.appendCSV(behindComma: value.bytes, "") }
    }
    out.append(UInt8(ascii: "\n"))
  }

  private func appendLeading(
    _ row: Int, of block: borrowing BaselineBlock, _ target: Place, to out: inout ByteBuffer
  ) {
    let now = target.pair
    let id = block.leading(row, 0)
    if now.hubspotID == UInt64(digits: id) ?? 0 { out.append(id) } else { out.append(String(now.hubspotID)) }
    out.append(UInt8(ascii: ","))
    if now.isConverted, Int(now.object) < plan.salesforceObjects.count {
      out.appendCSV(plan.salesforceObjects[Int(now.object)])
    } else {
      out.appendCSV(block.leading(row, 1))
    }
    out.append(UInt8(ascii: ","))
    now.salesforceID?.write18(into: &out)
    out.append(UInt8(ascii: ","))
    out.append(block.leading(row, 3))
    out.append(UInt8(ascii: ","))
    out.append(target.there)
  }

  /// For each cell of a contact, the cell of the lead whose baseline it inherits when the lead is converted: that of the
  /// mapping of the lead with the same property, field and formula; none where there is no such mapping.
  private var inheritedCells: [Int?] {
    guard let contact = plan.salesforceObjects.firstIndex(of: "Contact"),
      let lead = plan.salesforceObjects.firstIndex(of: "Lead")
    else { return layout.cells.indices.map { _ in nil } }
    return plan.mappings.flatMap { mapping -> [Int?] in
      let name = BaselineLayout.name(of: mapping, plan)
      let source = plan.mappings.firstIndex { $0.serves[lead] && BaselineLayout.name(of: $0, plan) == name }
      guard mapping.serves[contact], let source else { return [nil, nil, nil] }
      return [source * 3, source * 3 + 1, source * 3 + 2]
    }
  }
}
