import CRM
import CSV
import Foundation
import Parallel
import Records
import Staging
import Synchronization

/// A table of the last generation of the baseline, which may have been made for other mappings than today's.
final class BaselineTable: @unchecked Sendable {
  private let plan: ObjectPlan
  private let layout: BaselineLayout
  private let blocks: TableBlocks
  private let lock = NSLock()
  /// Where today's cells stand in the table (-1: they do not), as its header says, and how many columns it has.
  private var places: [Int] = []
  private var columnCount = 0

  init(_ reader: any TableReader, _ plan: ObjectPlan, _ layout: BaselineLayout) {
    self.plan = plan
    self.layout = layout
    blocks = TableBlocks(reader) { BaselineBlock.damage(plan, $0) }
  }

  /// Reads all blocks of the table, those of different threads at the same time, and hands on what `read` found in each in their
  /// order; gives the number of rows.
  ///
  /// - Throws: `StagingError.failed` if the table is damaged, and what `read` and `handOn` throw.
  func forEachBlock<Found: ~Copyable>(
    _ workers: Workers, read: @Sendable (borrowing BaselineBlock) throws -> Found,
    handOn: @Sendable (borrowing Found) throws -> Void
  ) throws -> Int {
    let rows = Atomic<Int>(0)
    let desks = (0..<workers.stations).map { _ in Desk<Found>(plan) }
    try workers.inOrder { station in
      let desk = desks[station]
      guard try next(into: &desk.block) else { return nil }
      rows.wrappingAdd(desk.block.rowCount, ordering: .relaxed)
      desk.found = try read(desk.block)
      return desk.block.place.number
    } handOn: { station in
      if let found = desks[station].found.take() { try handOn(found) }
    }
    return rows.load(ordering: .relaxed)
  }

  /// A block at a station, and what was found in it.
  private final class Desk<Found: ~Copyable>: @unchecked Sendable {
    var block: BaselineBlock
    var found: Found?

    init(_ plan: ObjectPlan) { block = BaselineBlock(plan) }
  }

  /// One thread at a time, so that whoever gets a block knows what the header says.
  private func next(into block: inout BaselineBlock) throws -> Bool {
    lock.lock()
    defer { lock.unlock() }
    guard let place = try blocks.next(into: &block.buffer, &block.index) else { return false }
    block.place = place
    if block.place.number == 0 {
      let names = block.names
      places = layout.cells.map { names.firstIndex(of: $0) ?? -1 }
      columnCount = names.count
    }
    block.places = places
    block.columnCount = columnCount
    return true
  }
}

/// Rows of the baseline, while a thread has them in memory.
struct BaselineBlock: ~Copyable {
  private let plan: ObjectPlan
  fileprivate var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
  fileprivate var index = RecordIndex()
  fileprivate var places: [Int] = []
  fileprivate var columnCount = 0
  fileprivate(set) var place = TableBlocks.Place(number: 0, firstRecord: 0, bytes: 0..<0, line: 1)

  fileprivate init(_ plan: ObjectPlan) { self.plan = plan }

  /// The first record of a table is its header.
  private var header: Int { place.number == 0 ? 1 : 0 }
  /// How many rows it holds.
  var rowCount: Int { max(0, index.recordCount - header) }
  /// The number of its first row in the table.
  var firstRow: Int { max(0, place.firstRecord - 1) }

  fileprivate var names: [String] {
    guard index.recordCount > 0 else { return [] }
    return (0..<Int(index[record: 0].fieldCount)).map { column(0, $0).bytes.text }
  }

  private func column(_ record: Int, _ place: Int) -> (bytes: Bytes, isAbsent: Bool) {
    let mark = index[record: record]
    guard place >= 0, place < Int(mark.fieldCount) else { return (.none, true) }
    let field = index[field: Int(mark.firstField) + place]
    return (buffer.part(Int(field.offset), field.count), field.isAbsent)
  }

  /// One of the leading columns of a row.
  func leading(_ row: Int, _ place: Int) -> Bytes { column(header + row, place).bytes }

  /// One of today's cells of a row; absent where it had none.
  func cell(_ row: Int, _ cell: Int) -> (bytes: Bytes, isAbsent: Bool) { column(header + row, places[cell]) }

  /// The pair or the create that a row stands for.
  ///
  /// - Throws: `StagingError.failed` if it cannot be read, or has another number of cells than the header: a pair of which
  /// cells are missing would seem to have no past.
  func pair(_ row: Int) throws -> BaselinePair {
    let mark = index[record: header + row]
    let (hubspot, salesforce) = (leading(row, 0), leading(row, 2))
    let id = hubspot.count == 0 ? 0 : UInt64(digits: hubspot)
    let key = salesforce.count == 0 ? nil : SalesforceKey(salesforce)
    guard mark.fault == .none, Int(mark.fieldCount) == columnCount, let missed = Int(decimal: leading(row, 3)),
      BaselineLayout.missedRange.contains(missed), let id,
      id != 0 || key != nil, salesforce.count == 0 || key != nil
    else { throw Self.damage(plan, "near line \(place.line + Int(mark.line))") }
    // An object that the pipeline does not list any more has no rows to pair with; its pairs age away.
    let name = leading(row, 1)
    let object = plan.salesforceObjects.firstIndex { $0.utf8.elementsEqual(name) } ?? Int(UInt8.max)
    return BaselinePair(hubspotID: id, object: UInt8(object), salesforceID: key, missed: missed)
  }

  fileprivate static func damage(_ plan: ObjectPlan, _ what: String) -> StagingError {
    .failed(
      "the baseline of \(plan.object) is damaged (\(what)): restore the folder baseline/, or remove it to begin anew")
  }
}
