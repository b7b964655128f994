import CRM
import Parallel
import Records
import Staging
import StagingTestSupport
import TestSupport
import Testing

@testable import ConflictResolve

/// What a chunk remembers of earlier runs, looked up by pair.
@Suite struct `The baseline of a chunk` {
  static let plan = SmallPlan.companies([
    MappingRow(property: "name", field: "Name", rule: .twoWay),
    MappingRow(property: "city", field: "City", rule: .twoWay),
  ])
  static let table = TableName(.extract, "companies", "baseline", chunk: 0)
  static let values = ["", "\"\"", "plain", "\"a,b\"", "\"say \"\"so\"\"\"", "\"two\nlines\"", "é"]

  static func id(_ number: Int) -> String {
    "001" + String(repeating: "0", count: 12 - "\(number)".count) + "\(number)AAA"
  }

  /// The cells of a row as they are written.
  static func cells(_ number: Int) -> [String] {
    (0..<6).map { values[(number / ($0 + 1) + $0) % values.count] }
      .map { $0 == "plain" ? String(repeating: "p", count: number % 200) + "." : $0 }
  }

  static func chunk(_ rows: [String], threads: Int) throws -> BaselineChunk {
    let store = MemoryStore(pieceSize: 65_537)
    let header = BaselineLayout(plan).columns.joined(separator: ",")
    store[table] = Array(([header] + rows).map { $0 + "\n" }.joined().utf8)
    return try BaselineChunk(plan, chunk: 0, from: store, workers: Workers(count: threads))
  }

  /// What a cell says, as it was written.
  static func plain(_ cell: String) -> String {
    cell.hasPrefix("\"") ? String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"") : cell
  }

  static func key(_ id: String) throws -> SalesforceKey {
    try #require(Array(id.utf8).withUnsafeBufferPointer { SalesforceKey($0) })
  }

  @Test(arguments: [1, 4]) func `gives back every cell of a pair, blank or absent or of several lines`(
    threads: Int
  ) throws {
    // More than two megabytes: rows lie over the borders of blocks and of pieces of memory.
    let rows = 0..<20_000
    let chunk = try Self.chunk(
      rows.map { "\($0 + 1),Account,\(Self.id($0)),\($0 % 3),hs,\(Self.cells($0).joined(separator: ","))" },
      threads: threads)
    #expect(chunk.entries.count == rows.count)
    var remembered = RememberedRow()
    for number in rows {
      let entry = try #require(chunk.find(UInt64(number + 1), try Self.key(Self.id(number))))
      #expect(entry == number && chunk.entries[entry].missed == number % 3)
      try remembered.take(entry, of: chunk)
      let found = (0..<6).map { (remembered.cell($0).bytes.text, remembered.cell($0).isAbsent) }
      let written = Self.cells(number).map { (Self.plain($0), $0.isEmpty) }
      #expect(found.elementsEqual(written) { $0 == $1 }, "row \(number)")
    }
    #expect(rows.allSatisfy { chunk.isFound($0) })
    #expect(chunk.find(1, try Self.key(Self.id(1))) == nil)
  }

  @Test func `finds a create by the one id that it has, and no pair by one id`() throws {
    let chunk = try Self.chunk(
      ["7,Account,,0,h,,,,,,", ",Account,\(Self.id(8)),0,s,,,,,,", "9,Account,\(Self.id(9)),0,hs,,,,,,"], threads: 1)
    chunk.findCreate(hubspot: Self.bytes("9"), salesforce: Self.bytes(Self.id(9)))
    #expect((0..<3).map { chunk.isFound($0) } == [false, false, false])
    chunk.findCreate(hubspot: Self.bytes("7"))
    #expect((0..<3).map { chunk.isFound($0) } == [true, false, false])
    chunk.findCreate(salesforce: Self.bytes(Self.id(8)))
    #expect((0..<3).map { chunk.isFound($0) } == [true, true, false])
    #expect(chunk.find(9, try Self.key(Self.id(9))) == 2 && chunk.isFound(2))
  }

  @Test(arguments: [
    "1,Account,\(id(1)),0,hs,,,,,", "1,Account,\(id(1)),0,hs,,,,,,,", "one,Account,\(id(1)),0,hs,,,,,,",
    "1,Account,\(id(1)),-1,hs,,,,,,", "1,Account,\(id(1)),,hs,,,,,,", "1,Account,\(id(1)),0,hs,\"a\"b,,,,,",
    "1,Account,\(id(1)),0,hs,\"open,,,,,",
  ])
  func `that is damaged is refused`(row: String) throws {
    #expect(throws: StagingError.self) { try Self.chunk([row], threads: 2) }
  }

  /// A text that lives as long as the tests.
  static func bytes(_ text: String) -> Bytes {
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: text.utf8.count)
    copy.initialize(from: Array(text.utf8), count: text.utf8.count)
    return Bytes(start: copy, count: text.utf8.count)
  }
}
