import CSV
import Records
import Testing

@Suite struct `The meaning of CSV text` {
  @Test(arguments: scanCases, Path.allCases)
  func `rows, cells, lines and places are those of the specification`(_ expected: ScanCase, _ path: Path) {
    let outcome = path.read(expected.text)
    #expect(outcome.rows == expected.rows)
    #expect(outcome.error == expected.error)
    if expected.error == nil { #expect(outcome.lines == expected.lines) }
  }

  @Test(arguments: scanCases, Path.allCases)
  func `the rows are the same wherever the text is cut`(_ expected: ScanCase, _ path: Path) {
    for cut in expected.text.indices {
      expectRows(of: expected, path.read(expected.text, cuts: [cut]), "cut at \(cut)")
    }
    expectRows(of: expected, path.read(expected.text, cuts: Array(expected.text.indices)), "byte by byte")
  }

  @Test(arguments: scanCases, Path.allCases)
  func `the rows are the same wherever a block of 64 bytes begins`(_ expected: ScanCase, _ path: Path) {
    for length in 1...70 {
      let before = Array(repeating: UInt8(ascii: "x"), count: length) + [UInt8(ascii: "\n")]
      let first = Row(line: 0, offset: 0, cells: [Array(before.dropLast())])
      let outcome = path.read(before + expected.text)
      let shifted = expected.rows.map {
        Row(line: $0.line + 1, offset: $0.offset + before.count, cells: $0.cells, isFaulty: $0.isFaulty)
      }
      #expect(outcome.rows == [first] + shifted, "behind \(length) bytes")
      #expect(outcome.error == expected.error?.moved(bytes: before.count, lines: 1))
    }
  }

  @Test(arguments: [",", ";", "\t", "|", "^", "`"], Path.allCases)
  func `the delimiter can be chosen`(_ delimiter: String, _ path: Path) throws {
    let byte = try #require(delimiter.utf8.first)
    let other = delimiter == "," ? ";" : ","
    let text = "a\(other)b\(delimiter)\"c\(delimiter)d\"\(delimiter)\(delimiter) e\n"
    let cells = ["a\(other)b", "c\(delimiter)d", nil, " e"].map { $0.map { Array($0.utf8) } }
    #expect(path.read(Array(text.utf8), delimiter: byte).rows == [Row(line: 0, offset: 0, cells: cells)])
  }

  @Test(arguments: Path.allCases)
  func `a cell longer than a reference can hold refuses the file, with its place`(_ path: Path) {
    let text = LongText("a\n1,", FieldRef.maxLength + 1, ",b\n")
    #expect(path.scan(text, atEnd: true).error == .cellTooLong(offset: 4, line: 1))
    let unfinished = LongText("a\n1,", FieldRef.maxLength + 1, "")
    let outcome = path.scan(unfinished, atEnd: false)
    #expect(outcome.error == .cellTooLong(offset: 4, line: 1))
    #expect(outcome.recordCount == 1)
  }

  @Test(arguments: Path.allCases)
  func `a record may be longer than a cell`(_ path: Path) {
    let outcome = path.scan(LongText("a,b,", FieldRef.maxLength, "\nc,d,e\n"), atEnd: true)
    #expect(outcome.error == nil)
    #expect(outcome.recordCount == 2)
    #expect(outcome.fieldLengths == [1, 1, FieldRef.maxLength, 1, 1, 1])
    #expect(outcome.progress == ScanProgress(consumed: 4 + FieldRef.maxLength + 7, lines: 2))
  }

  @Test func `the index grows with a record of very many cells`() {
    let text = Array(repeating: UInt8(ascii: ","), count: 100_000) + [UInt8(ascii: "\n")]
    #expect(Path.fast.read(text).rows.first?.cells.count == 100_001)
    #expect(Path.libcsv.read(text).rows.first?.cells.count == 100_001)
  }

  private func expectRows(of expected: ScanCase, _ outcome: Outcome, _ how: Comment) {
    #expect(outcome.rows == expected.rows, how)
    #expect(outcome.error == expected.error, how)
    if expected.error == nil { #expect(outcome.lines == expected.lines, how) }
    #expect(!outcome.hasTouchedUnconsumedBytes, how)
  }
}
