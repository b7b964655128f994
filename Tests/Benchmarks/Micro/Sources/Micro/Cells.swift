import Benchmark
import CByteMasks
import Records

/// The cells of a row side by side, as each processor does it, and the numbers before them. Their lengths are those of exports:
/// they cannot be foreseen.
nonisolated(unsafe) let cells = BenchmarkSuite(name: "16,000 cells") { suite in
  let row = MixedCells()
  for (name, processor) in [
    ("any processor", csv_processor_baseline), ("AVX2", csv_processor_avx2), ("AVX-512", csv_processor_avx512),
  ]
  where csv_processor_has(processor) != 0 {
    suite.benchmark("copy plain ones, \(name)") { sink ^= row.copy(processor) }
    suite.benchmark("recognise texts in order, \(name)") { sink ^= row.recognise(processor) }
  }
  let numbers = (0..<16_000).map { ($0 &* 48_271) % (1 << (4 + $0 % 26)) }
  suite.benchmark("numbers in decimal") {
    var out = ByteBuffer(capacity: 1 << 18)
    for number in numbers { out.append(decimal: number) }
    sink ^= out.count
  }
}

/// 1,000 rows of 16 cells, and where they are copied to.
private final class MixedCells {
  private var arena = ByteBuffer()
  private var fields: [csv_cell] = []
  private let output = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 16)
  private static let columns = 16

  init() {
    var state: UInt64 = 20_261_126
    for _ in 0..<1000 * Self.columns {
      // Knuth's generator: lengths that follow a pattern would be foreseen.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let count = Int(state >> 33) % 40
      fields.append(csv_cell(offset: UInt32(arena.count), packed: UInt32(count)))
      arena.append(String(repeating: "x", count: count))
    }
  }

  deinit { output.deallocate() }

  func copy(_ processor: csv_processor) -> Int {
    forEachRow { next, cells in
      var to: UnsafeMutablePointer<UInt8>? = output
      next &+= csv_copy_plain_cells_as(processor, &to, cells, Self.columns, arena.base)
    }
  }

  func recognise(_ processor: csv_processor) -> Int {
    forEachRow { sum, cells in
      sum ^= Int(truncatingIfNeeded: cell_texts_in_order_as(processor, cells, Self.columns, arena.base))
    }
  }

  private func forEachRow(_ body: (inout Int, UnsafePointer<csv_cell>) -> Void) -> Int {
    var result = 0
    fields.withUnsafeBufferPointer { all in
      for first in stride(from: 0, to: all.count, by: Self.columns) {
        all.baseAddress.map { body(&result, $0 + first) }
      }
    }
    return result
  }
}
