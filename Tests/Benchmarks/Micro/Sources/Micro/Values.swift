import Benchmark
import CRM
import Records

/// Cells to canonical values, and their comparison.
nonisolated(unsafe) let values = BenchmarkSuite(name: "1,000 values") { suite in
  func add(_ name: String, _ kind: Kind, scale: Int? = nil, _ value: (Int) -> String) {
    let cells = Exports.cells(value)
    let format = ValueFormat(kind: kind, side: .salesforce, scale: scale, maxIntegerDigits: 16)
    var canonicalizer = Canonicalizer()
    suite.benchmark(name) { sink ^= canonicalize(cells, format, &canonicalizer) }
  }
  add("text, plain", .text) { "Nordic Fjord Systems \($0)" }
  add("text, to trim", .text) { " Nordic Fjord Systems \($0) " }
  add("text, composed", .text) { "Média Énergie São Paulo \($0)" }
  add("text, to compose", .text) { "Me\u{301}dia \($0)" }
  add("long text", .longtext) { "Line one of \($0)\r\nline two of the text" }
  add("number, as it is", .number, scale: 2) { "\($0 * 7919)" }
  add("number, to round", .number, scale: 2) { "\($0 * 7919).1250" }
  add("date", .date) { "20\(10 + $0 % 16)-0\(1 + $0 % 9)-1\($0 % 10)" }
  add("datetime", .datetime) { "2026-03-0\(1 + $0 % 9)T10:11:12.\(100 + $0 % 900)+0000" }
  add("boolean", .boolean) { $0 % 2 == 0 ? "true" : "FALSE" }
  add("Salesforce id", .id) { "0015g0000\($0 + 100000)AAA" }

  for comparison in Comparison.allCases {
    let left = Exports.cells { "https://www.company\($0).example.com/" }
    let right = Exports.cells { "https://WWW.Company\($0).example.com" }
    var comparer = Comparer()
    suite.benchmark("compare: \(comparison.rawValue)") { sink ^= compare(left, right, comparison, &comparer) }
  }
}

// Functions of their own, so that what is measured touches no variable that a closure captured.

private func canonicalize(
  _ cells: borrowing RecordBatch, _ format: ValueFormat, _ canonicalizer: inout Canonicalizer
) -> Int {
  var total = 0
  for row in 0..<cells.rowCount { total &+= canonicalizer.canonicalize(cells.bytes(row, 0), format).count }
  return total
}

private func compare(
  _ left: borrowing RecordBatch, _ right: borrowing RecordBatch, _ comparison: Comparison, _ comparer: inout Comparer
) -> Int {
  var total = 0
  for row in 0..<left.rowCount { total &+= comparer.equal(left.bytes(row, 0), right.bytes(row, 0), comparison) ? 1 : 0 }
  return total
}
