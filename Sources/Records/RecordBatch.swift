/// What is known of a row besides its cells: where it stands, and what pairing made of it.
public struct RowInfo: Sendable {
  /// The line of its file on which the row begins; the header is on line 1.
  public var line: Int
  /// The byte of its file at which the row begins.
  public var byte: Int
  /// Its number among the rows of its side, counted over all files of the object, from 0.
  public var row: Int32
  /// The number of the row on the other side that it is paired with, or -1.
  public var partner: Int32
  /// The number of its file in the run's list of inputs of this side.
  public var file: UInt16
  /// The number of its Salesforce object in the pipeline's list; 0 for HubSpot.
  public var object: UInt8
  /// What pairing made of it: the raw value of a `CRM.Verdict`.
  public var verdict: UInt8

  /// The row `row` of a side, from a place in a file, not yet paired.
  public init(row: Int32, line: Int = 0, byte: Int = 0, file: UInt16 = 0, object: UInt8 = 0) {
    self.row = row
    self.line = line
    self.byte = byte
    self.file = file
    self.object = object
    self.partner = -1
    self.verdict = 0
  }
}

/// A bounded run of records in known columns: the only currency between the rooms of the program.
///
/// One arena holds the bytes of all cells; a cell is an 8-byte reference into it. The references of a row lie together:
/// rows are read, encoded and looked up by their partners as a whole, and so cost two or three cache lines, not one a
/// column (measured: the look-up of partners took half as long). A stage that changes a value appends
/// the new bytes and repoints the reference; nothing else moves. The batch is made once and used again.
public struct RecordBatch: ~Copyable {
  /// How many columns it has.
  public let columnCount: Int
  /// How many rows it can hold.
  public private(set) var rowCapacity: Int
  /// How many rows it holds.
  public private(set) var rowCount = 0
  /// The bytes of all cells.
  public var arena: ByteBuffer
  @usableFromInline private(set) var fields: UnsafeMutablePointer<FieldRef>
  @usableFromInline private(set) var infos: UnsafeMutablePointer<RowInfo>

  /// An empty batch. `arenaCapacity` is in bytes, and grows if the cells need it.
  public init(columnCount: Int, rowCapacity: Int, arenaCapacity: Int) {
    self.columnCount = columnCount
    self.rowCapacity = rowCapacity
    arena = ByteBuffer(capacity: arenaCapacity)
    fields = .allocate(capacity: max(columnCount * rowCapacity, 1))
    infos = .allocate(capacity: max(rowCapacity, 1))
  }

  /// A batch over bytes that were read already: its cells are references into them.
  public init(columnCount: Int, rowCapacity: Int, arena: consuming ByteBuffer) {
    self.columnCount = columnCount
    self.rowCapacity = rowCapacity
    self.arena = arena
    fields = .allocate(capacity: max(columnCount * rowCapacity, 1))
    infos = .allocate(capacity: max(rowCapacity, 1))
  }

  deinit {
    fields.deallocate()
    infos.deallocate()
  }

  /// Forgets its rows; the memory stays.
  public mutating func clear() {
    rowCount = 0
    arena.clear()
  }

  /// Forgets its rows, and has room for `rows` new ones; what its arena holds stays, for them to refer to.
  public mutating func begin(rows: Int) {
    rowCount = 0
    guard rows > rowCapacity else { return }
    rowCapacity = rows
    fields.deallocate()
    infos.deallocate()
    fields = .allocate(capacity: max(columnCount * rows, 1))
    infos = .allocate(capacity: rows)
  }

  /// Adds a row whose cells are all absent, and gives its number in the batch.
  public mutating func appendRow(_ info: RowInfo) -> Int {
    precondition(rowCount < rowCapacity, "a batch holds no more rows than it was made for")
    let row = rowCount
    infos[row] = info
    (fields + row &* columnCount).update(repeating: .absent, count: columnCount)
    rowCount += 1
    return row
  }

  /// The reference of a cell.
  @inlinable public subscript(row: Int, column: Int) -> FieldRef {
    get {
      precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount)
      return fields[row &* columnCount &+ column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount)
      fields[row &* columnCount &+ column] = newValue
    }
  }

  /// The references of `count` of a row's cells, those from `first` on.
  @inlinable public func fields(ofRow row: Int, from first: Int = 0, count: Int) -> UnsafeBufferPointer<FieldRef> {
    precondition(row >= 0 && row < rowCount && first >= 0 && count >= 0 && first <= columnCount &- count)
    return UnsafeBufferPointer(start: fields + (row &* columnCount &+ first), count: count)
  }

  /// Whether one of a row's first `count` cells cannot be used.
  @inlinable public func hasIssue(row: Int, count: Int) -> Bool {
    var any = false
    for field in fields(ofRow: row, count: count) { any = any || field.hasIssue }
    return any
  }

  /// What is known of a row besides its cells.
  @inlinable public subscript(info row: Int) -> RowInfo {
    get {
      precondition(row >= 0 && row < rowCount)
      return infos[row]
    }
    nonmutating set {
      precondition(row >= 0 && row < rowCount)
      infos[row] = newValue
    }
  }

  /// Where what is known of a row lies, until the batch next changes: for who need not wait until it comes from memory.
  @inlinable public func place(ofInfo row: Int) -> UnsafePointer<RowInfo> {
    precondition(row >= 0 && row < rowCount)
    return UnsafePointer(infos + row)
  }

  /// The bytes that a reference stands for, until the arena next changes.
  @inlinable public func bytes(_ field: FieldRef) -> Bytes {
    arena.part(Int(field.offset), field.count)
  }

  /// The bytes of a cell, until the arena next changes.
  @inlinable public func bytes(_ row: Int, _ column: Int) -> Bytes { bytes(self[row, column]) }

  /// Writes bytes over those of a cell, which must be as many at least, and gives their reference. Whatever else refers to
  /// the old bytes sees the new ones.
  @inlinable public mutating func overwrite(_ field: FieldRef, _ bytes: Bytes, issue: IssueCode = .none) -> FieldRef {
    precondition(bytes.count <= field.count && Int(field.offset) + field.count <= arena.count)
    if let source = bytes.baseAddress { (arena.base + Int(field.offset)).update(from: source, count: bytes.count) }
    return FieldRef(offset: Int(field.offset), count: bytes.count, issue: issue)
  }

  /// Copies bytes into the arena, and gives their reference.
  @inlinable public mutating func store(_ bytes: Bytes, issue: IssueCode = .none) -> FieldRef {
    let offset = arena.count
    arena.append(bytes)
    return FieldRef(offset: offset, count: bytes.count, issue: issue)
  }
}
