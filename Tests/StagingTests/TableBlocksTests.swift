import CSV
import Parallel
import Records
import Staging
import StagingTestSupport
import Synchronization
import TestSupport
import Testing

/// Threads share the blocks of a table.
@Suite struct `Blocks of a table` {
  static let table = TableName(.extract, "companies", "hubspot", chunk: 0)

  /// A table of several blocks, with cells that have line breaks and doubled quotes, and its rows.
  static func written() -> (bytes: [UInt8], rows: [String]) {
    let rows = (0..<40_000).map {
      "\($0),\"line \($0)\nand \"\"more\"\" of it\",\(String(repeating: "x", count: $0 % 90))"
    }
    return (Array("a,b,c\n".utf8) + Array(rows.joined(separator: "\n").utf8) + [10], rows)
  }

  @Test(arguments: [1, 4]) func `come whole, each once, and know what comes before them`(threads: Int) throws {
    let (bytes, rows) = Self.written()
    let store = MemoryStore(pieceSize: 70_001)
    store[Self.table] = bytes
    let blocks = TableBlocks(try store.reader(Self.table)) { .damaged(Self.table, $0) }
    let found = Mutex<[(place: TableBlocks.Place, records: Int, first: String)]>([])
    let seen = Mutex<[UInt8]>([])
    try Workers(count: threads).forEach(threads) { _, _ in
      var buffer = ByteBuffer()
      var index = RecordIndex()
      while let place = try blocks.next(
        into: &buffer, &index, seen: { bytes in seen.withLock { $0 += bytes } })
      {
        let field = index[field: Int(index[record: 0].firstField)]
        let first = buffer.part(Int(field.offset), field.count).text
        found.withLock { $0.append((place, index.recordCount, first)) }
      }
    }
    var (records, byte) = (0, 0)
    let inOrder = found.withLock { $0.sorted { $0.place.number < $1.place.number } }
    #expect(inOrder.count >= 3)
    for (number, block) in inOrder.enumerated() {
      #expect(block.place.number == number)
      #expect(block.place.firstRecord == records)
      #expect(block.place.bytes.lowerBound == byte)
      #expect(block.place.line == 1 + bytes[..<byte].count { $0 == 10 })
      #expect(block.first == (number == 0 ? "a" : "\(records - 1)"))
      records += block.records
      byte = block.place.bytes.upperBound
    }
    #expect(records == rows.count + 1 && byte == bytes.count)
    #expect(seen.withLock { $0 } == bytes)
    #expect(!blocks.isEmpty)
  }

  @Test func `of a table without a byte there are none`() throws {
    let store = MemoryStore()
    store[Self.table] = []
    let blocks = TableBlocks(try store.reader(Self.table)) { .damaged(Self.table, $0) }
    var buffer = ByteBuffer()
    var index = RecordIndex()
    #expect(try blocks.next(into: &buffer, &index) == nil)
    #expect(blocks.isEmpty)
  }

  @Test func `behind a fault there are none`() throws {
    let store = MemoryStore()
    store[Self.table] = Array("a,b\n\"never closed".utf8)
    let blocks = TableBlocks(try store.reader(Self.table)) { .damaged(Self.table, $0) }
    var buffer = ByteBuffer()
    var index = RecordIndex()
    #expect(throws: StagingError.self) { while try blocks.next(into: &buffer, &index) != nil {} }
    #expect(try blocks.next(into: &buffer, &index) == nil)
    #expect(!blocks.isEmpty)
  }
}
