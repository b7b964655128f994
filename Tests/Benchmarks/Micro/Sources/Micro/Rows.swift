import Benchmark
import CSV
import Records

/// Rows to CSV, as staged tables are written.
nonisolated(unsafe) let rows = BenchmarkSuite(name: "write 1,000 rows") { suite in
  for (name, value) in [
    ("plain cells", "Nordic Fjord Systems"), ("cells with commas", "New York, NY"), ("short cells", "NO"),
  ] {
    let columns = 16
    var arena = ByteBuffer()
    var fields: [FieldRef] = []
    let bytes = Array(value.utf8)
    for _ in 0..<columns {
      let offset = arena.count
      bytes.withUnsafeBufferPointer { arena.append($0) }
      fields.append(FieldRef(offset: offset, count: bytes.count))
    }
    let cells = arena
    var output = ByteBuffer(capacity: 1 << 20)
    suite.benchmark(name) {
      output.clear()
      for _ in 0..<Exports.count {
        fields.withUnsafeBufferPointer { output.appendCSVCells($0, of: cells.base) }
        output.append(UInt8(ascii: "\n"))
      }
      sink ^= output.count
    }
  }
}
