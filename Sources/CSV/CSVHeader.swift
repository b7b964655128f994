import Records

/// The column names of a file: its first record (spec, semantics 7).
public struct CSVHeader: Sendable {
  /// The names in the order of the file, exactly as they stand there.
  public let names: [String]
  /// How many bytes come before the first row: the header, its line end, and empty lines before it.
  public let byteCount: Int
  /// How many line ends are in those bytes.
  public let lineCount: Int
  private var columns = ByteTable()

  /// Reads the header at the start of a file, behind its byte order mark, and leaves the bytes as they are.
  ///
  /// nil means that the header is longer than `start`: call again with more bytes. `atEnd` says that the file
  /// ends with them. Copies `start`, so hand over the first piece of a file, not all of it.
  ///
  /// Throws `noHeader` (no record, or one without a name), `malformedHeader`, `headerNotUTF8`,
  /// `repeatedColumn`, and what `CSVScanner.scan` throws.
  public static func read(
    _ start: Bytes, delimiter: UInt8 = 44, atEnd: Bool
  ) throws(CSVError) -> CSVHeader? {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: start.count)
    defer { copy.deallocate() }
    _ = copy.initialize(from: start)
    guard let window = ScanWindow(copy, atEnd: atEnd) else {
      if atEnd { throw .noHeader }
      return nil
    }
    var place = ScanPlace()
    window.skipEmptyLines(&place)
    var index = RecordIndex(recordCapacity: 1, fieldCapacity: 256)
    var judge = RecordJudge(delimiter: delimiter)
    guard place.offset < window.end, try judge.judge(window, at: &place, into: &index) else {
      if window.atEnd { throw .noHeader }
      return nil
    }
    return try CSVHeader(index, in: Bytes(copy), behind: place)
  }

  /// The names in the first record of an index.
  private init(_ index: borrowing RecordIndex, in bytes: Bytes, behind place: ScanPlace) throws(CSVError) {
    let record = index[record: 0]
    guard record.fault == .none else { throw .malformedHeader }
    var names: [String] = []
    for (column, field) in index.fields(of: record).enumerated() {
      let name = bytes.part(Int(field.offset), field.count)
      guard let text = String(validating: name, as: UTF8.self) else { throw .headerNotUTF8(column: column) }
      guard columns.insert(Array(name), column) else { throw .repeatedColumn(text) }
      names.append(text)
    }
    guard names.contains(where: { !$0.isEmpty }) else { throw .noHeader }
    self.names = names
    byteCount = place.offset
    lineCount = place.line
  }

  /// The number of the column with exactly this name (from 0), or nil.
  public func column(_ name: String) -> Int? { columns.find(name) }
}
