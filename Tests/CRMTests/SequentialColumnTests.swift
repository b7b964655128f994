import CRM
import Testing

/// A spill that keeps its bytes in memory, or fails.
private final class MemorySpill: ColumnSpill, @unchecked Sendable {
  struct Full: Error {}
  private(set) var bytes: [UInt8] = []
  private let room: Int

  init(room: Int = .max) { self.room = room }

  func append(_ more: UnsafeRawBufferPointer) throws -> Int {
    guard bytes.count + more.count <= room else { throw Full() }
    bytes += more
    return bytes.count - more.count
  }

  func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    target.copyBytes(from: bytes[offset..<(offset + target.count)])
  }
}

/// A column that is read in order, with most of it out of memory.
@Suite struct `A sequential column` {
  static let counts = [0, 1, 4095, 4096, 4097, 8192, 20_000]

  private func column(_ count: Int, _ spill: MemorySpill?) throws -> SequentialColumn<UInt64> {
    let column = SequentialColumn<UInt64>(spill: spill)
    for row in 0..<count { try column.append(UInt64(row) * 3) }
    return column
  }

  @Test(arguments: counts, [true, false]) func `gives back what it was given`(_ count: Int, _ spills: Bool) throws {
    let column = try column(count, spills ? MemorySpill() : nil)
    #expect(column.count == count)
    var rows: [UInt64] = []
    try column.forEach { row, element in
      #expect(row == rows.count)
      rows.append(element)
    }
    #expect(rows == (0..<UInt64(count)).map { $0 * 3 })
    for row in [0, 1, 4095, 4096, 8191, count - 1] where row >= 0 && row < count {
      #expect(try column.element(at: row) == UInt64(row) * 3)
    }
  }

  @Test(arguments: counts) func `its runs are all of it, in any order`(_ count: Int) throws {
    let column = try column(count, MemorySpill())
    var seen = [UInt64](repeating: .max, count: count)
    var run: [UInt64] = []
    for number in (0..<column.runCount).reversed() {
      try column.read(run: number, into: &run)
      let rows = column.rows(ofRun: number)
      #expect(rows.count == run.count)
      for (row, element) in zip(rows, run) { seen[row] = element }
    }
    #expect(seen == (0..<UInt64(count)).map { $0 * 3 })
  }

  @Test func `one that is cleared and filled again brings each block to another`() throws {
    let whole = SequentialColumn<UInt64>(spill: MemorySpill())
    let block = SequentialColumn<UInt64>()
    var next: UInt64 = 0
    for count in [5_000, 0, 1, 4_096, 12_288, 3] {
      block.clear()
      for _ in 0..<count {
        try block.append(next)
        next += 1
      }
      try whole.append(block)
    }
    var expected: UInt64 = 0
    try whole.forEach { row, element in
      #expect(UInt64(row) == element && element == expected)
      expected += 1
    }
    #expect(expected == next)
  }

  @Test(arguments: counts, counts) func `another can be appended`(_ first: Int, _ second: Int) throws {
    let column = try column(first, MemorySpill())
    try column.append(self.column(second, MemorySpill()))
    var rows: [UInt64] = []
    try column.forEach { rows.append($1) }
    #expect(rows == ((0..<first) + Array(0..<second)).map { UInt64($0) * 3 })
  }

  @Test func `columns that share a spill do not meet`() throws {
    let spill = MemorySpill()
    let columns = (0..<3).map { _ in SequentialColumn<UInt64>(spill: spill) }
    for row in 0..<20_000 {
      for (number, column) in columns.enumerated() { try column.append(UInt64(row * 3 + number)) }
    }
    for (number, column) in columns.enumerated() {
      try column.forEach { row, element in
        guard element != UInt64(row * 3 + number) else { return }
        Issue.record("row \(row) of column \(number) is \(element)")
      }
      #expect(try column.element(at: 9_000) == UInt64(27_000 + number))
    }
  }

  @Test func `only the rows behind the last full run stay in memory`() throws {
    let spill = MemorySpill()
    let column = try column(10_000, spill)
    #expect(spill.bytes.count == 8192 * 8 && column.count == 10_000)
  }

  @Test func `a spill that is full is an error, not a loss`() {
    #expect(throws: MemorySpill.Full.self) { _ = try column(20_000, MemorySpill(room: 50_000)) }
  }

  @Test func `pairing sees no difference`() throws {
    var random = SeededGenerator(seed: newSeed())
    var example = PairingExample(keys: [.newest, .ambiguous])
    for number in 1...9_000 {
      let link = random.pick(0...2) == 0 ? HubSpotExportRow.Link.to(random.pick(1...9_000), object: 0) : .none
      let keys = [random.pick(["", "a\(number / 3)"]), "b\(random.pick(1...9_000))"]
      example.hubspot.append(
        HubSpotExportRow(id: random.pick(1...8_900), link: link, keys: keys, time: random.pick([nil, 1, 2, 3])))
      example.salesforce.append(
        SalesforceExportRow(
          id: random.pick(1...9_000), hubspotID: random.pick([0, 0, 0, number]),
          excluded: random.pick([.free, .free, .free, .deletedInSalesforce]),
          keys: [random.pick(["", "a\(number / 3)"]), "b\(random.pick(1...9_000))"], time: random.pick([nil, 1, 2, 3])))
    }
    let (inMemory, spilled) = (try example.result, try example.result(spill: MemorySpill()))
    #expect(inMemory.ofHubSpot == spilled.ofHubSpot && inMemory.ofSalesforce == spilled.ofSalesforce)
    let verdicts = Set(inMemory.hubspot + inMemory.salesforce)
    #expect(verdicts.isSuperset(of: [.pairedByLink, .pairedByIDField, .pairedByKey, .duplicateID, .duplicateLink]))
  }
}
