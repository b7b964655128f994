import CRM
import Parallel
import Records
import Staging
import StagingTestSupport
import TestSupport
import Testing

@testable import Extract

/// The baseline of the last run is brought to the chunks of this one.
@Suite struct `The baseline on its way to its chunks` {
  static let yesterday = SmallPlan.companies([
    MappingRow(property: "city", field: "City", rule: .twoWay),
    MappingRow(property: "name", field: "Name", rule: .twoWay),
  ])
  /// Name is still mapped, city is not any more, phone is new.
  static let today = SmallPlan.companies([
    MappingRow(property: "name", field: "Name", rule: .twoWay),
    MappingRow(property: "phone", field: "Phone", rule: .twoWay),
  ])

  /// A baseline of several tables, the second one of several blocks.
  private struct Tables: BaselineStore {
    let sizes: [Int]
    /// Stands in place of row 1.
    var damaged: String?

    /// The three cells of name in a row: of every kind.
    static func name(_ row: Int) -> String {
      switch row % 4 {
      case 0: "\"\",=,"
      case 1: "name \(row)\(String(repeating: "-", count: row % 150)),:Name,"
      case 2: ",,\"h w two_way newer 0 1 1 1:a,c\""
      default: "\"a \"\"name\"\"\nof \(row)\",=,"
      }
    }

    static func id(_ row: Int) -> String { "001" + String(repeating: "0", count: 12 - "\(row)".count) + "\(row)AAA" }

    func tables(of object: String) throws -> [any TableReader] {
      let store = MemoryStore(pieceSize: 50_021)
      var row = 0
      return try sizes.enumerated().map { number, size in
        let header = BaselineLayout(yesterday).columns.joined(separator: ",")
        var rows = (row..<row + size).map { "\($0 + 1),Account,\(Self.id($0)),\($0 % 5),,Oslo,=,,\(Self.name($0))" }
        if let damaged, row <= 1, row + size > 1 { rows[1 - row] = damaged }
        row += size
        let table = TableName(.extract, object, "old", chunk: number)
        store[table] = Array(([header] + rows).map { $0 + "\n" }.joined().utf8)
        return try store.reader(table)
      }
    }

    func generation(of object: String) throws -> String? { "before" }
    func generations() throws -> Set<String> { ["before"] }
    func adopt(_ object: String, run: String, chunks: Int, from store: any StagingStore) throws {}
    func replace(_ object: String, run: String, chunk: Int, from store: any StagingStore) throws {}
    func finish(_ object: String, run: String, rows: BaselineRows) throws {}
    func lastRows(of object: String) throws -> BaselineRows? { nil }
  }

  /// The staged tables of three chunks: every eleventh row is dropped, the others go to the chunk of their number.
  private static func routed(_ sizes: [Int], workers: Int) throws -> [String] {
    let partition = BaselinePartition(today, Tables(sizes: sizes), Workers(count: workers))
    let pairs = try partition.pairs()
    let store = MemoryStore()
    let names = (0..<3).map { TableName(.extract, "companies", "baseline", chunk: $0) }
    let writers = try names.map { try store.writer($0, columns: partition.layout.columns) }
    try partition.route(writers) { number in
      number % 11 == 0 ? nil : .init(chunk: number % 3, there: number % 2 == 0 ? "hs" : "h", pair: pairs[number])
    }
    for writer in writers { try writer.commit() }
    return names.map { String(decoding: store[$0] ?? [], as: UTF8.self) }
  }

  @Test(arguments: [1, 2, 5], [[9000], [0, 9000, 40], [700, 1, 8000, 900, 0, 30]])
  func `comes in its order, with today's cells, whatever the number of threads`(workers: Int, sizes: [Int]) throws {
    let header = BaselineLayout(Self.today).columns.joined(separator: ",") + "\n"
    var expected = [header, header, header]
    for row in 0..<sizes.reduce(0, +) where row % 11 != 0 {
      expected[row % 3] +=
        "\(row + 1),Account,\(Tables.id(row)),\(row % 5),\(row % 2 == 0 ? "hs" : "h"),\(Tables.name(row)),,,\n"
    }
    #expect(try Self.routed(sizes, workers: workers) == expected)
  }

  @Test(arguments: [
    "2,Account,\(Tables.id(1)),0,,Oslo,=,,\"a\"b,=,", "2,Account,\(Tables.id(1)),0,,Oslo,=,,a",
    "2,Account,\(Tables.id(1)),0,,Oslo,=,,a,=,,", ",Account,,0,,Oslo,=,,a,=,", "2,Account,001,0,,Oslo,=,,a,=,",
    "two,Account,\(Tables.id(1)),0,,Oslo,=,,a,=,", "2,Account,\(Tables.id(1)),,,Oslo,=,,a,=,",
  ])
  func `is refused where a row is damaged, by its line`(row: String) throws {
    let partition = BaselinePartition(Self.today, Tables(sizes: [10], damaged: row), Workers(count: 2))
    let refusal = #expect(throws: StagingError.self) { try partition.pairs() }
    // Row 0 has one line.
    #expect(refusal.map { "\($0)".contains("line 3") } == true)
  }

  @Test(arguments: [1, 3]) func `is known pair by pair, in its order`(workers: Int) throws {
    let sizes = [5000, 3, 4000]
    let pairs = try BaselinePartition(Self.today, Tables(sizes: sizes), Workers(count: workers)).pairs()
    #expect(pairs.map(\.hubspotID) == (1...9003).map { UInt64($0) })
    #expect(pairs.map(\.missed) == (0..<9003).map { $0 % 5 })
  }
}
