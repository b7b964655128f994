import CSV
import Records

/// Counts the cells of a file that are no UTF-8, and guesses what they are.
///
/// A few such cells are issues of their own; a file full of them is in another encoding than it is declared to be.
struct EncodingCensus {
  private var invalidCells = 0
  private var firstLine = 0
  private var fitsWindows1252 = true

  /// Counts the cells of a record that is on this line. Only needed where a block is not clean as a whole.
  mutating func count(_ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer, line: Int) {
    for cell in 0..<Int(mark.fieldCount) {
      let field = index[field: Int(mark.firstField) + cell]
      let bytes = buffer.part(Int(field.offset), field.count)
      guard !bytes.isUTF8 else { continue }
      invalidCells += 1
      if firstLine == 0 { firstLine = line }
      // The five bytes that windows-1252 leaves empty.
      if bytes.contains(where: { [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains($0) }) { fitsWindows1252 = false }
    }
  }

  /// Adds what was counted of the part that follows.
  mutating func add(_ next: EncodingCensus) {
    invalidCells += next.invalidCells
    if firstLine == 0 { firstLine = next.firstLine }
    fitsWindows1252 = fitsWindows1252 && next.fitsWindows1252
  }

  /// Refuses a file that has more such cells than are allowed.
  ///
  /// - Throws: `SourceError` with the first line of one, and what the encoding may be.
  func check(_ file: String, allowed: Int) throws {
    guard invalidCells > allowed else { return }
    let guess = fitsWindows1252 ? "; it may be windows-1252: declare `encoding: windows-1252`" : ""
    let count = invalidCells == 1 ? "1 cell is no UTF-8" : "\(invalidCells) cells are no UTF-8, the first on this line"
    throw SourceError(file, line: firstLine, "\(count), more than max_rejects allows\(guess)")
  }
}
