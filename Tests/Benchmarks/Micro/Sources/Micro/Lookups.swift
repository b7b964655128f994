import Benchmark
import CRM
import Records

/// Ids to rows: the packing of an id, and tables in and out of the processor's caches.
nonisolated(unsafe) let lookups = BenchmarkSuite(name: "1,000 ids") { suite in
  let cells = Exports.cells { "0015g0000\($0 + 100000)AAA" }
  suite.benchmark("pack") {
    var total = 0
    for row in 0..<cells.rowCount { total &+= Int(SalesforceKey(cells.bytes(row, 0))?.lo ?? 0) }
    sink ^= total
  }
  for size in [1000, 1_000_000] {
    let keys = (0..<size).map { SalesforceKey(hi: UInt64($0) &* 0x9E37_79B9_7F4A_7C15, lo: UInt32($0)) }
    var table = RowTable(capacity: size)
    for row in keys.indices { _ = table.insert(row, keys[row].hash) { keys[$0] == keys[row] } }
    var start = 0
    suite.benchmark("find among \(size)") {
      // A stride that no cache foresees.
      for turn in 0..<Exports.count {
        let key = keys[(start &+ turn &* 7919) % size]
        sink ^= table.find(key.hash) { keys[$0] == key } ?? -1
      }
      start = (start &+ 104_729) % size
    }
  }
}
