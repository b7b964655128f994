extension RecordBatch {
  /// Copies bytes into the arena as the value of a cell.
  @inlinable public mutating func put(_ row: Int, _ column: Int, _ bytes: Bytes, issue: IssueCode = .none) {
    let field = store(bytes, issue: issue)
    self[row, column] = field
  }

  /// Copies text into the arena as the value of a cell.
  @inlinable public mutating func put(_ row: Int, _ column: Int, text: String) {
    var copy = text
    copy.withUTF8 { put(row, column, $0) }
  }

  /// Copies a constant word into the arena as the value of a cell.
  @inlinable public mutating func put(_ row: Int, _ column: Int, word: StaticString) {
    put(row, column, Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }
}
