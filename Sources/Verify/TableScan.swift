import CSV
import Records
import Staging

/// Reads a CSV table row by row, header aside: for counting, not for speed.
enum TableScan {
  /// A look at one cell of a row by its place.
  typealias Cell = (Int) -> Bytes

  /// The number of rows.
  static func rows(of reader: any TableReader) throws -> Int {
    try rows(of: reader, header: { _ in }, body: { _, _ in })
  }

  /// Calls `header` with the names of the columns, then `body` with the number of cells of each row, and a way to look at
  /// one, which works until `body` returns. Gives the number of rows.
  ///
  /// - Throws: `CSVError` if the table is broken, and what the reader throws.
  @discardableResult static func rows(
    of reader: any TableReader, header: (_ names: [String]) -> Void, body: (_ count: Int, _ cell: Cell) -> Void
  ) throws -> Int {
    var blocks = BlockScanner()
    var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
    var index = RecordIndex()
    var rows = -1
    while try blocks.next(into: &buffer, &index, read: reader.read) {
      for record in 0..<index.recordCount {
        let mark = index[record: record]
        let count = Int(mark.fieldCount)
        func cell(_ place: Int) -> Bytes {
          guard place >= 0 && place < count else { return .none }
          let field = index[field: Int(mark.firstField) + place]
          return buffer.part(Int(field.offset), field.count)
        }
        if rows < 0 {
          header((0..<count).map { cell($0).text })
        } else {
          body(count, cell)
        }
        rows += 1
      }
    }
    return max(0, rows)
  }
}
