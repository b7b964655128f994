import CRM
import Parallel
import Records
import Staging
import StagingTestSupport
import TestSupport
import Testing

/// What `StagedRows` writes, it reads back.
@Suite struct `Staged rows` {
  static let layout = TableLayout(cells: ["hs_object_id", "name", "domain"])

  static let awkward: [[UInt8]] =
    [
      "", " ", "plain", "a,b", "\"", "\"\"", "say \"hello\"", "\"quoted\"", "line\nbreak", "line\r\nbreak",
      "line\rbreak",
      "\n", "\r", "\r\n", "ends in a break\n", " blanks at the ends ", "\ttabs\t", "#N/A", "\0", "a\0b", "é", "日本語",
      "👩‍👩‍👧",
      "\u{FEFF}mark", ",", ",,", ";", "'", "=1+1", "\\", "\\\"", "\u{2028}", "a:b", "name:too_long",
      String(repeating: "x\"\n", count: 20_000),
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0x22, 0xFF, 0x22], [0xED, 0xA0, 0x80]]

  @Test func `every cell comes back as it was, wherever it stands`() throws {
    for number in Self.awkward.indices {
      let store = MemoryStore()
      let cell = StagedCell(bytes: Self.awkward[number])
      let other = StagedCell("other")
      let rows = [[cell, other, other], [other, cell, other], [other, other, cell], [cell, cell, cell]]
      try write(rows, Self.layout, to: store)
      let list = try read(Self.layout, whole(Self.layout), from: store)
      #expect(list.cells == rows, "cell \(number)")
    }
  }

  @Test(arguments: [1, 2, 7, 4096]) func `pieces of any size give the same rows`(_ pieceSize: Int) throws {
    let store = MemoryStore(pieceSize: pieceSize)
    let rows = Self.awkward.filter { $0.count < 100 }.map { [StagedCell("1"), StagedCell(bytes: $0), StagedCell("")] }
    try write(rows, Self.layout, to: store)
    #expect(try read(Self.layout, whole(Self.layout), from: store).cells == rows)
  }

  @Test func `random cells, issues and places come back`() throws {
    var random = SeededRandom.announced("staged rows")
    let texts = Self.awkward.filter { $0.count < 100 }
    for _ in 0..<200 {
      var rows: [[StagedCell]] = []
      var places: [StagedPlace] = []
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        rows.append(
          (0..<3).map { _ in
            let issue = Bool.random(using: &random) ? IssueCode.none : IssueCode.allCases.randomElement(using: &random)
            return StagedCell(bytes: texts.randomElement(using: &random) ?? [], issue ?? .none)
          })
        var place = StagedPlace(row: .random(in: 0...Int32.max, using: &random))
        place.line = .random(in: 1...Int.max, using: &random)
        place.file = .random(in: 0...UInt16.max, using: &random)
        place.object = .random(in: 0...UInt8.max, using: &random)
        place.partner = .random(in: -1...Int32.max, using: &random)
        place.verdict = Verdict.allCases.randomElement(using: &random) ?? .free
        places.append(place)
      }
      let store = MemoryStore(pieceSize: .random(in: 1...500, using: &random))
      try write(rows, Self.layout, places: places, to: store)
      let list = try read(Self.layout, whole(Self.layout), from: store)
      guard list.cells == rows, list.places == places else {
        #expect(list.cells == rows, "seed \(random.seed)")
        #expect(list.places == places, "seed \(random.seed)")
        return
      }
    }
  }

  // MARK: Issues

  @Test(arguments: IssueCode.allCases) func `an issue stays with its cell`(_ code: IssueCode) throws {
    let store = MemoryStore()
    let rows = [
      [StagedCell("1"), StagedCell("bad, \"value\"", code), StagedCell("fine")],
      [StagedCell("", code), StagedCell("fine"), StagedCell("\n", code)],
    ]
    try write(rows, Self.layout, to: store)
    #expect(try read(Self.layout, whole(Self.layout), from: store).cells == rows)
  }

  // Without metadata, names are not checked against anything.
  @Test(arguments: ["my field", "a,b", "say \"hello\"", "a:b", "name:too_long", "a=b", "a=b>c", "é", "two\nlines", " "])
  func `an issue finds its column, whatever its name`(_ name: String) throws {
    let store = MemoryStore()
    let layout = TableLayout(cells: [name, "name", "a"])
    let rows = [[StagedCell("1", .tooLong), StagedCell("2"), StagedCell("3", .invalidNumber)]]
    try write(rows, layout, to: store)
    #expect(try read(layout, whole(layout), from: store).cells == rows)
  }

  // MARK: Places

  @Test(arguments: Verdict.allCases) func `a verdict comes back`(_ verdict: Verdict) throws {
    let store = MemoryStore()
    var place = StagedPlace(row: 3)
    place.verdict = verdict
    try write([[StagedCell("1"), StagedCell(""), StagedCell("")]], Self.layout, places: [place], to: store)
    #expect(try read(Self.layout, whole(Self.layout), from: store).places == [place])
  }

  @Test func `the byte of a row is written only for extract`() throws {
    var place = StagedPlace(row: 12)
    place.byte = 34
    place.partner = 0
    place.verdict = .pairedByLink
    for withByte in [true, false] {
      var out = ByteBuffer()
      StagedRows.encode(place.info, withByte: withByte, into: &out)
      #expect(out.bytes.text == "12,0,2,\(withByte ? "34" : ""),0,link,0,")
    }
  }

  // MARK: Projections

  @Test func `a projection takes the columns that it names, and leaves room for more`() throws {
    let store = MemoryStore()
    try write([[StagedCell("1"), StagedCell("two"), StagedCell("three")]], Self.layout, to: store)
    let list = try read(Self.layout, .init([2, 0, 2], columnCount: 5), from: store)
    #expect(
      list.cells == [[StagedCell("three"), StagedCell("1"), StagedCell("three"), StagedCell(""), StagedCell("")]])
    #expect(list.isAbsent == [[false, false, false, true, true]])
  }

  @Test func `an issue goes where the projection brings its cell`() throws {
    let store = MemoryStore()
    let rows = [[StagedCell("1"), StagedCell("two", .tooLong), StagedCell("three", .invalidNumber)]]
    try write(rows, Self.layout, to: store)
    let list = try read(Self.layout, .init([2, 0, 2], columnCount: 4), from: store)
    let three = StagedCell("three", .invalidNumber)
    #expect(list.cells == [[three, StagedCell("1"), three, StagedCell("")]])
  }

  @Test func `an issue of a column that is not taken goes nowhere`() throws {
    let store = MemoryStore()
    try write([[StagedCell("1"), StagedCell("2"), StagedCell("3", .tooLong)]], Self.layout, to: store)
    let list = try read(Self.layout, .init([0], columnCount: 1), from: store)
    #expect(list.cells == [[StagedCell("1")]])
  }

  // MARK: Sizes

  @Test func `a table without rows has none`() throws {
    let store = MemoryStore()
    try write([], Self.layout, to: store)
    #expect(try read(Self.layout, whole(Self.layout), from: store).cells.isEmpty)
  }

  @Test func `a large table comes in several batches, and loses no row between them`() throws {
    let store = MemoryStore(pieceSize: 70_000)
    let text = String(repeating: "0123456789\"\n,", count: 30)
    let rows = (0..<6_000).map { [StagedCell("\($0)"), StagedCell(text), StagedCell("\($0 * 7)")] }
    try write(rows, Self.layout, to: store)
    let list = try read(Self.layout, whole(Self.layout), from: store)
    #expect(list.batchCount > 1)
    #expect(list.cells == rows)
    #expect(list.places.map(\.row) == (0..<6_000).map { Int32($0) })
  }

  @Test(arguments: 2...5) func `threads that take batches by turns get every row, and the order is kept`(
    threads: Int
  ) throws {
    let store = MemoryStore(pieceSize: 100_000)
    let rows = (0..<20_000).map {
      [StagedCell("\($0)"), StagedCell(String(repeating: "é\"", count: 50)), StagedCell("")]
    }
    try write(rows, Self.layout, to: store)
    let projection = whole(Self.layout)
    let reader = try BatchReader(table, Self.layout, projection, from: store)
    let read = ReadTable()
    try Workers(count: threads).forEach(threads) { _, _ in
      var block = StagedBlock(columnCount: projection.columnCount)
      while let number = try reader.next(into: &block) { read.add(block.batch, number) }
    }
    #expect(read.cells == rows)
  }

  @Test func `behind a damaged block nobody gets anything`() throws {
    let store = MemoryStore()
    store[table] = Array((Self.header + "0,0,2,,0,,,,1,2,\"3\n").utf8)
    let reader = try BatchReader(table, Self.layout, StagingTests.whole(Self.layout), from: store)
    var block = StagedBlock(columnCount: 3)
    #expect(throws: StagingError.self) { while try reader.next(into: &block) != nil {} }
    #expect(try reader.next(into: &block) == nil)
  }

  @Test func `a cell may be longer than a block`() throws {
    let store = MemoryStore()
    let long = StagedCell(bytes: Array(repeating: 34, count: BlockScanner.blockSize + 5))
    let rows = [[StagedCell("1"), StagedCell(""), StagedCell("")], [StagedCell("2"), long, StagedCell("end")]]
    try write(rows, Self.layout, to: store)
    #expect(try read(Self.layout, whole(Self.layout), from: store).cells == rows)
  }

  // MARK: Damage

  static let header = "_row,_file,_line,_byte,_object,_verdict,_partner,_issues,hs_object_id,name,domain\n"
  static let damages: [(String, String)] = [
    ("nothing", ""), ("an empty line", "\n"), ("other columns", "a,b,c\n1,2,3\n"),
    ("a header in another order", header.replacing("name,domain", with: "domain,name")),
    ("a cell too few", header + "0,0,2,,0,,,,1,2\n"), ("a cell too many", header + "0,0,2,,0,,,,1,2,3,4\n"),
    ("no row number", header + ",0,2,,0,,,,1,2,3\n"), ("a word for a row number", header + "x,0,2,,0,,,,1,2,3\n"),
    ("a row number too large", header + "2147483648,0,2,,0,,,,1,2,3\n"),
    ("a file number too large", header + "0,65536,2,,0,,,,1,2,3\n"),
    ("an object number too large", header + "0,0,2,,256,,,,1,2,3\n"),
    ("an unknown verdict", header + "0,0,2,,0,maybe,,,1,2,3\n"), ("a stray quote", header + "0,0,2,,0,,,,1,2\"x,3\n"),
    ("an unclosed quote", header + "0,0,2,,0,,,,1,2,\"3\n"),
    ("an unknown issue", header + "0,0,2,,0,,,name:no_issue,1,2,3\n"),
    ("an issue of an unknown column", header + "0,0,2,,0,,,size:too_long,1,2,3\n"),
    ("a partner that is no number", header + "0,0,2,,0,link,x,,1,2,3\n"),
  ]

  @Test(arguments: damages) func `a damaged table is refused, not read as another`(_ name: String, _ text: String) {
    let store = MemoryStore()
    store[table] = Array(text.utf8)
    do {
      let list = try read(Self.layout, whole(Self.layout), from: store)
      Issue.record("read as \(list.cells)")
    } catch StagingError.damaged(let which, _) {
      #expect(which == table)
    } catch {
      Issue.record("another error: \(error)")
    }
  }

  @Test func `a table that is not there is missing, and the message names it`() {
    do {
      _ = try read(Self.layout, whole(Self.layout), from: MemoryStore())
      Issue.record("it was read")
    } catch StagingError.missing(let which) {
      #expect(which == table)
      #expect("\(StagingError.missing(which))".contains("normalize"))
    } catch {
      Issue.record("another error: \(error)")
    }
  }
}
