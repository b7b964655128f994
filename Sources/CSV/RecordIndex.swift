import Records

/// Where a record stands in a buffer, and which fields of the index are its own.
public struct RecordMark: Equatable, Sendable {
  /// The byte of the buffer at which the record begins.
  public var offset: Int32
  /// The number of its first field in the index.
  public var firstField: Int32
  /// How many fields it has. Of a faulty record, only those before the faulty cell.
  public var fieldCount: Int32
  /// How many line ends of the buffer come before it, those in quoted cells too.
  public var line: Int32
  /// `.none`, or `.malformedQuote` (spec, semantics 7).
  public var fault: IssueCode

  /// A record without a fault.
  init(offset: Int, firstField: Int, fieldCount: Int, line: Int, fault: IssueCode = .none) {
    // A buffer is scanned up to 2 GiB, and has no more fields or lines than bytes.
    self.offset = Int32(truncatingIfNeeded: offset)
    self.firstField = Int32(truncatingIfNeeded: firstField)
    self.fieldCount = Int32(truncatingIfNeeded: fieldCount)
    self.line = Int32(truncatingIfNeeded: line)
    self.fault = fault
  }
}

/// How far a scan came.
public struct ScanProgress: Equatable, Sendable {
  /// How many bytes of the buffer are done with: whole records, and lines without a character.
  public var consumed: Int
  /// How many line ends are in those bytes.
  public var lines: Int

  /// So many bytes, and the line ends in them.
  public init(consumed: Int, lines: Int) {
    self.consumed = consumed
    self.lines = lines
  }
}

/// The records of a buffer: flat lists of marks and of field references that lie in the order of the file.
///
/// Made once, cleared, and filled again: it keeps its memory.
public struct RecordIndex: ~Copyable, @unchecked Sendable {
  /// How many records it holds.
  public private(set) var recordCount = 0
  /// How many fields it holds.
  public private(set) var fieldCount = 0
  private var records: UnsafeMutablePointer<RecordMark>
  private var fields: UnsafeMutablePointer<FieldRef>
  private var recordCapacity: Int
  private var fieldCapacity: Int

  /// An empty index that holds so many records and fields before it grows.
  public init(recordCapacity: Int = 1024, fieldCapacity: Int = 16384) {
    self.recordCapacity = max(recordCapacity, 128)
    self.fieldCapacity = max(fieldCapacity, 128)
    records = .allocate(capacity: self.recordCapacity)
    fields = .allocate(capacity: self.fieldCapacity)
  }

  deinit {
    records.deallocate()
    fields.deallocate()
  }

  /// Forgets what it holds; the memory stays.
  public mutating func clear() {
    recordCount = 0
    fieldCount = 0
  }

  /// The mark of a record. The number must be less than `recordCount`: checked in debug builds only.
  public subscript(record number: Int) -> RecordMark {
    assert(number >= 0 && number < recordCount, "no such record")
    return records[number]
  }

  /// The reference of a field; its offset counts from the start of the scanned buffer. `isAbsent` = empty and
  /// unquoted. The number must be less than `fieldCount`: checked in debug builds only.
  public subscript(field number: Int) -> FieldRef {
    assert(number >= 0 && number < fieldCount, "no such field")
    return fields[number]
  }

  /// The references of a record's fields, until the index next changes.
  public func fields(of record: RecordMark) -> UnsafeBufferPointer<FieldRef> {
    let first = Int(record.firstField)
    let count = Int(record.fieldCount)
    assert(first >= 0 && count >= 0 && first &+ count <= fieldCount, "the record is of another index")
    return UnsafeBufferPointer(start: fields + first, count: count)
  }

  // MARK: For the scanners

  /// Makes room for so many more fields and records.
  mutating func reserve(fields: Int, records: Int) {
    if fieldCount &+ fields > fieldCapacity { growFields(by: fields) }
    if recordCount &+ records > recordCapacity { growRecords(by: records) }
  }

  /// Where the next field goes, after `reserve`.
  var nextField: UnsafeMutablePointer<FieldRef> { fields + fieldCount }

  /// Counts fields as held that were written at `nextField`, after `reserve`.
  mutating func commitFields(_ written: Int) {
    assert(fieldCount &+ written <= fieldCapacity, "only reserved fields can be committed")
    fieldCount &+= written
  }

  /// Adds a field, after `reserve`.
  mutating func append(_ field: FieldRef) {
    assert(fieldCount < fieldCapacity, "a field without room")
    fields[fieldCount] = field
    fieldCount &+= 1
  }

  /// Adds a record, after `reserve`.
  mutating func append(_ record: RecordMark) {
    assert(recordCount < recordCapacity, "a record without room")
    records[recordCount] = record
    recordCount &+= 1
  }

  /// Forgets the fields from `count` on: those of a record that turned out not to be complete.
  mutating func truncateFields(to count: Int) {
    assert(count <= fieldCount, "fields can only be cut")
    fieldCount = count
  }

  /// Changes a field in place.
  mutating func replace(field number: Int, by field: FieldRef) {
    assert(number < fieldCount, "no such field")
    fields[number] = field
  }

  private mutating func growFields(by more: Int) {
    fieldCapacity = max(fieldCount + more, fieldCapacity * 2)
    fields = Self.enlarged(fields, holding: fieldCount, to: fieldCapacity)
  }

  private mutating func growRecords(by more: Int) {
    recordCapacity = max(recordCount + more, recordCapacity * 2)
    records = Self.enlarged(records, holding: recordCount, to: recordCapacity)
  }

  private static func enlarged<Element>(
    _ old: UnsafeMutablePointer<Element>, holding count: Int, to capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    larger.moveInitialize(from: old, count: count)
    old.deallocate()
    return larger
  }
}
