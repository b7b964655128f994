import Records

/// Text and cells like those of an export of companies.
enum Exports {
  /// How many rows or values one turn of a benchmark takes.
  static let count = 1000

  /// A row with each shape of cell: plain, empty, quoted with a comma, over two lines.
  private static func row(_ number: Int, quoted: Bool) -> String {
    let cells = [
      "\(10_000_000_000 + number)", "Nordic Fjord Systems \(number)", "company\(number).example.com",
      "+1 (555) 0\(number)",
      "New York, NY", number % 3 == 0 ? "" : "5021", "We build things,\nquickly and well.", "2026-03-02T10:11:12.123Z",
      "false",
    ]
    return cells.map { quoted || $0.contains(",") || $0.contains("\n") ? "\"\($0)\"" : $0 }.joined(separator: ",")
      + "\n"
  }

  /// `count` rows of CSV; nothing in it is escaped, so that scanning leaves it as it is.
  static func text(quoted: Bool) -> [UInt8] {
    Array((0..<count).map { row($0, quoted: quoted) }.joined().utf8)
  }

  /// A batch of one column with `count` values, one for each number.
  static func cells(_ value: (Int) -> String) -> RecordBatch {
    var batch = RecordBatch(columnCount: 1, rowCapacity: count, arenaCapacity: 1 << 16)
    for number in 0..<count {
      let row = batch.appendRow(RowInfo(row: Int32(number)))
      let bytes = Array(value(number).utf8)
      let field = bytes.withUnsafeBufferPointer { batch.store($0) }
      batch[row, 0] = field
    }
    return batch
  }
}

/// Whatever a benchmark computes goes here, so that the optimizer must compute it.
nonisolated(unsafe) var sink = 0
