import Records

/// Writes rows in the binary format of COPY: no escaping, and no byte that could be taken for an end.
public struct CopyEncoder: ~Copyable {
  /// What is to be sent.
  public var out = ByteBuffer(capacity: 1 << 18)

  /// Begins with the signature of the format.
  public init() {
    for byte: UInt8 in [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0] { out.append(byte) }
    append(int32: 0)
    append(int32: 0)
  }

  /// Begins a row of some columns.
  public mutating func beginRow(columns: Int) {
    out.append(UInt8(truncatingIfNeeded: columns >> 8))
    out.append(UInt8(truncatingIfNeeded: columns))
  }

  /// Appends an integer column.
  public mutating func append(integer value: Int32) {
    append(int32: 4)
    append(int32: value)
  }

  /// Appends a bigint column.
  public mutating func append(bigint value: Int) {
    append(int32: 8)
    append(int32: Int32(truncatingIfNeeded: value >> 32))
    append(int32: Int32(truncatingIfNeeded: value))
  }

  /// Appends a text column; nil is NULL.
  public mutating func append(text: Bytes?) {
    guard let text else { return append(int32: -1) }
    let start = out.count
    append(int32: 0)
    TextEscapes.encode(text, into: &out)
    writeLength(of: start)
  }

  /// Appends a bytea column; nil is NULL.
  public mutating func append(bytes: Bytes?) {
    guard let bytes else { return append(int32: -1) }
    append(int32: Int32(truncatingIfNeeded: bytes.count))
    out.append(bytes)
  }

  /// Appends a `text[]` column of `count` cells; `cell` gives them, nil is NULL.
  public mutating func append(textArray count: Int, _ cell: (Int) -> Bytes?) {
    let start = out.count
    append(int32: 0)
    // One dimension, which may hold NULLs, of text (oid 25), counted from 1.
    append(int32: count == 0 ? 0 : 1)
    append(int32: count == 0 ? 0 : 1)
    append(int32: 25)
    if count > 0 {
      append(int32: Int32(truncatingIfNeeded: count))
      append(int32: 1)
    }
    for place in 0..<count { append(text: cell(place)) }
    writeLength(of: start)
  }

  /// Writes the length of what was appended behind the four bytes at `start` into them.
  private mutating func writeLength(of start: Int) {
    let length = Int32(truncatingIfNeeded: out.count - start - 4)
    UnsafeMutableRawPointer(out.base + start).storeBytes(of: length.bigEndian, as: Int32.self)
  }

  /// Ends the stream.
  public mutating func finish() {
    out.append(0xFF)
    out.append(0xFF)
  }

  private mutating func append(int32 value: Int32) {
    out.reserve(4)
    UnsafeMutableRawPointer(out.base + out.count).storeBytes(of: value.bigEndian, as: Int32.self)
    out.commit(4)
  }
}

/// Reads one row of the binary format of COPY, column by column.
public struct CopyRow {
  private let bytes: Bytes
  private var place: Int
  /// Whether one of its texts may hold an escape; if not, they stand for themselves.
  public let mayHoldEscapes: Bool

  /// A row as `Connection.nextRow` hands it out; nil for the end of the stream. The first row carries the signature.
  public init?(_ piece: Bytes, isFirst: Bool) {
    bytes = piece
    mayHoldEscapes = TextEscapes.mayOccur(in: piece)
    place = isFirst ? 19 : 0
    guard piece.count >= place + 2, !(piece[place] == 0xFF && piece[place + 1] == 0xFF) else { return nil }
    place += 2
  }

  /// The next column's bytes; nil is NULL.
  ///
  /// - Throws: `DatabaseError` if the row ends too early.
  public mutating func next() throws(DatabaseError) -> Bytes? {
    let count = try int32()
    guard count >= 0 else { return nil }
    guard place + Int(count) <= bytes.count else { throw Self.damaged }
    defer { place += Int(count) }
    return bytes.part(place, Int(count))
  }

  /// The next column, a `text[]`, cell by cell.
  ///
  /// - Throws: `DatabaseError` if it is none.
  public mutating func nextArray(_ use: (Bytes?) -> Void) throws(DatabaseError) {
    guard try int32() >= 0 else { return }
    let dimensions = try int32()
    _ = try int32()
    guard try int32() == 25, dimensions <= 1 else { throw Self.damaged }
    guard dimensions == 1 else { return }
    let count = try int32()
    _ = try int32()
    for _ in 0..<max(0, count) { use(try next()) }
  }

  private mutating func int32() throws(DatabaseError) -> Int32 {
    guard place + 4 <= bytes.count, let start = bytes.baseAddress else { throw Self.damaged }
    defer { place += 4 }
    return Int32(bigEndian: UnsafeRawPointer(start + place).loadUnaligned(as: Int32.self))
  }

  private static var damaged: DatabaseError {
    DatabaseError(sqlState: "", message: "the server sent a row that cannot be read", isConnectionLost: false)
  }
}
