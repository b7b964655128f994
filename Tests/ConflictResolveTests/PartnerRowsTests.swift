import CRM
import Records
import TestSupport
import Testing

@testable import ConflictResolve

/// The Salesforce side of a chunk is kept as it was read, and every row of it is found.
@Suite struct `Partners in memory` {
  /// A cell, and why it cannot be used.
  struct Cell: Equatable {
    var bytes: [UInt8]
    var issue = IssueCode.none
  }

  struct Row: Equatable {
    var place: [Int]
    var cells: [Cell]

    init(_ info: RowInfo, isPaired: Bool, _ cells: [Cell]) {
      place = [
        Int(info.row), info.line, Int(info.file), Int(info.object), Int(info.verdict), isPaired ? 1 : 0,
      ]
      self.cells = cells
    }

    init(_ record: some Record, isPaired: Bool, columns: Int) {
      self.init(
        record.info, isPaired: isPaired,
        (0..<columns).map { Cell(bytes: Array(record[$0].bytes), issue: record[$0].issue) })
    }
  }

  /// A batch of rows with these cells; their infos are random but for their numbers.
  static func batch(
    _ rows: [[Cell]], from first: Int32 = 0, columns: Int, _ random: inout SeededRandom
  ) -> RecordBatch {
    var batch = RecordBatch(columnCount: columns, rowCapacity: rows.count, arenaCapacity: 0)
    for (number, cells) in rows.enumerated() {
      var info = RowInfo(row: first + Int32(number))
      info.line = .random(in: 1...Int.max, using: &random)
      info.file = .random(in: 0...UInt16.max, using: &random)
      info.object = .random(in: 0...UInt8.max, using: &random)
      info.partner = Bool.random(using: &random) ? -1 : .random(in: 0...Int32.max, using: &random)
      info.verdict = (Verdict.allCases.randomElement(using: &random) ?? .free).rawValue
      let row = batch.appendRow(info)
      for (column, cell) in cells.enumerated() {
        let field = cell.bytes.withUnsafeBufferPointer { batch.store($0, issue: cell.issue) }
        batch[row, column] = field
      }
    }
    return batch
  }

  static func rows(of batch: borrowing RecordBatch) -> [Row] {
    (0..<batch.rowCount).map {
      Row(RecordView(batch, $0), isPaired: batch[info: $0].partner >= 0, columns: batch.columnCount)
    }
  }

  static func rows(of partners: PartnerRows, columns: Int) -> [Row] {
    var rows: [Row] = []
    for batch in 0..<partners.batchCount {
      partners.forEachRow(ofBatch: batch) { number, isPaired, record in
        #expect(number == record.info.row)
        rows.append(Row(record, isPaired: isPaired, columns: columns))
      }
    }
    return rows
  }

  static func randomCell(_ random: inout SeededRandom) -> Cell {
    let length = [0, 1, 7, 16, 31, 32, 33, 64, 1000].randomElement(using: &random) ?? 0
    let issue = Int.random(in: 0..<4, using: &random) == 0 ? IssueCode.allCases.randomElement(using: &random) : nil
    return Cell(
      bytes: (0..<length).map { _ in .random(in: 0...UInt8.max, using: &random) }, issue: issue ?? .none)
  }

  @Test func `random rows of any number of columns come back, in order`() throws {
    var random = SeededRandom.announced("partners in memory")
    for columns in [1, 2, 3, 16, 500] {
      let partners = PartnerRows()
      var expected: [Row] = []
      for number in 0..<4 {
        let cells = (0..<Int.random(in: 0...30, using: &random)).map { _ in
          (0..<columns).map { _ in Self.randomCell(&random) }
        }
        let batch = Self.batch(cells, from: Int32(expected.count), columns: columns, &random)
        expected += Self.rows(of: batch)
        try partners.keep(batch, number)
      }
      #expect(Self.rows(of: partners, columns: columns) == expected, "seed \(random.seed)")
      #expect(partners.rowCount == expected.count)
    }
  }

  @Test func `batches may come in any order`() throws {
    var random = SeededRandom.announced("partners in any order")
    let partners = PartnerRows()
    for number in [4, 0, 7, 2] {
      try partners.keep(
        Self.batch([[Cell(bytes: [UInt8(number)])]], from: Int32(number), columns: 1, &random), number)
    }
    #expect(Self.rows(of: partners, columns: 1).map(\.place[0]) == [0, 2, 4, 7])
  }

  @Test(arguments: IssueCode.allCases) func `an issue stays with its cell, even a blank one`(_ code: IssueCode) throws {
    var random = SeededRandom.announced("issues of partners")
    let cells = [Cell(bytes: [], issue: code), Cell(bytes: [65]), Cell(bytes: [66], issue: code)]
    let partners = PartnerRows()
    try partners.keep(Self.batch([cells], columns: 3, &random), 0)
    #expect(Self.rows(of: partners, columns: 3).map(\.cells) == [cells])
  }

  @Test func `a cell may have megabytes`() throws {
    var random = SeededRandom.announced("long cells of partners")
    let long = Cell(bytes: Array(repeating: 120, count: 5 << 20))
    let partners = PartnerRows()
    try partners.keep(Self.batch([[long, Cell(bytes: [1]), long], [long, long, long]], columns: 3, &random), 0)
    #expect(Self.rows(of: partners, columns: 3).map(\.cells) == [[long, Cell(bytes: [1]), long], [long, long, long]])
  }

  // MARK: Finding

  /// Rows of a side are spread over its chunks: a chunk has some of the numbers, near and far.
  @Test(arguments: [0, 1, 7, 8, 9, 1000, 5000]) func `every row is found, and no other`(_ count: Int) throws {
    var random = SeededRandom.announced("finding partners")
    var numbers: Set<Int32> = []
    while numbers.count < count {
      numbers.insert(Bool.random(using: &random) ? Int32(numbers.count) : .random(in: 0...Int32.max, using: &random))
    }
    let partners = PartnerRows()
    for (batch, number) in numbers.enumerated() {
      try partners.keep(Self.batch([[Cell(bytes: Array("\(number)".utf8))]], from: number, columns: 1, &random), batch)
    }
    let index = PartnerIndex(partners)
    for number in numbers {
      let found = index.find(number).map { $0[0].bytes.text }
      #expect(found == "\(number)", "seed \(random.seed)")
    }
    for number in (0..<2000).map({ _ in Int32.random(in: -5...Int32.max, using: &random) }) + [-1, 0, .max]
    where !numbers.contains(number) {
      let found = index.find(number) != nil
      #expect(!found, "\(number), seed \(random.seed)")
    }
  }
}
