import CRM
import CSV
import Records
import Staging

/// The row of the baseline that a thread is at, with its cells.
struct RememberedRow: ~Copyable {
  private var text = ByteBuffer()
  private var index = RecordIndex(recordCapacity: 1, fieldCapacity: 1)
  private var scanner = CSVScanner()
  /// Whether there is one: the pair was there before.
  private(set) var isKnown = false

  /// The pair is new.
  mutating func forget() { isKnown = false }

  /// Takes the cells of an entry.
  ///
  /// - Throws: `StagingError.damaged`, if the text is not what it was when the chunk was read.
  mutating func take(_ entry: Int, of baseline: BaselineChunk) throws {
    isKnown = false
    text.clear()
    baseline.copy(entry, to: &text)
    index.clear()
    let place = UnsafeMutableBufferPointer(start: text.base, count: text.count)
    guard (try? scanner.scan(place, atEnd: true, into: &index)) != nil, index.recordCount == 1,
      index.fieldCount == baseline.columnCount
    else { throw baseline.damage }
    isKnown = true
  }

  /// The name of the Salesforce object.
  var objectName: Bytes { leading(1) }

  private func leading(_ place: Int) -> Bytes {
    let field = index[field: place]
    return text.part(Int(field.offset), field.count)
  }

  /// A cell: absent means that there is no baseline.
  func cell(_ column: Int) -> (bytes: Bytes, isAbsent: Bool) {
    let field = index[field: BaselineLayout.leading.count + column]
    return (text.part(Int(field.offset), field.count), field.isAbsent)
  }
}
