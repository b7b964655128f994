import Benchmark
import CByteMasks
import CSV
import Records

/// Bytes to cells: the masks of 64 bytes, and the whole tokeniser.
nonisolated(unsafe) let scanning = BenchmarkSuite(name: "scan 1,000 rows") { suite in
  let plain = Exports.text(quoted: false)
  suite.benchmark("masks only") {
    plain.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress else { return }
      for at in stride(from: 0, to: text.count - 63, by: 64) {
        let masks = byte_masks_of(base + at, UInt8(ascii: "\""), UInt8(ascii: ","))
        sink ^= Int(truncatingIfNeeded: byte_masks_inside(masks.quote) ^ masks.delimiter ^ masks.lf ^ masks.cr)
      }
    }
  }
  suite.benchmark("UTF-8 check") {
    plain.withUnsafeBufferPointer { sink ^= Int(byte_masks_is_utf8($0.baseAddress, $0.count)) }
  }
  for (name, isQuoted) in [("few quotes, as HubSpot writes", false), ("all quoted, as Salesforce writes", true)] {
    var text = Exports.text(quoted: isQuoted)
    var scanner = CSVScanner()
    var index = RecordIndex()
    suite.benchmark(name) {
      index.clear()
      try text.withUnsafeMutableBufferPointer { sink ^= try scanner.scan($0, atEnd: true, into: &index).consumed }
    }
  }
}
