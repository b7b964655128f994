import Records

/// Cuts the records out of a JSON file, one at a time: the objects of its outermost arrays, as in `{"results":[{…},{…}]}`,
/// or a list of them. Only brackets and strings are looked at; what a record means is the decoder's answer.
struct JSONRecords: ~Copyable {
  /// Why a file is refused.
  enum Fault: Error {
    /// The brackets do not close, or there is no record where one should be.
    case notRecords(line: Int)
  }

  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var line = 1
  /// The record that is being read, and the depth and line at which it began.
  private var record = ByteBuffer(capacity: 4096)
  private var recordDepth = -1
  private var recordLine = 1
  /// Whether the bracket that is open at each depth is that of a list.
  private var isList: [Bool] = []

  init() {}

  /// Calls `body` with the bytes of every record and the line on which it begins.
  mutating func read(
    _ read: (UnsafeMutableRawBufferPointer) throws -> Int, _ body: (Bytes, Int) throws -> Void
  ) throws {
    var block = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let got = try block.withUnsafeMutableBytes { try read($0) }
      if got == 0 { break }
      for byte in block[..<got] { try take(byte, body) }
    }
    guard depth == 0, !isInString else { throw Fault.notRecords(line: line) }
  }

  private mutating func take(_ byte: UInt8, _ body: (Bytes, Int) throws -> Void) throws {
    if byte == UInt8(ascii: "\n") { line += 1 }
    if isInString {
      endString(byte)
    } else {
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): try open(byte)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): return try close(byte, body)
      default: break
      }
    }
    if recordDepth >= 0 { record.append(byte) }
  }

  private mutating func endString(_ byte: UInt8) {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
    }
  }

  private mutating func open(_ byte: UInt8) throws {
    if recordDepth < 0, byte == UInt8(ascii: "{"), isList.last == true {
      recordDepth = depth
      recordLine = line
    }
    // Deeper than anything HubSpot returns: a hostile file.
    guard depth < 512 else { throw Fault.notRecords(line: line) }
    depth += 1
    isList.append(byte == UInt8(ascii: "["))
  }

  private mutating func close(_ byte: UInt8, _ body: (Bytes, Int) throws -> Void) throws {
    guard let wasList = isList.popLast(), wasList == (byte == UInt8(ascii: "]")) else {
      throw Fault.notRecords(line: line)
    }
    depth -= 1
    guard recordDepth >= 0 else { return }
    record.append(byte)
    guard depth == recordDepth else { return }
    try body(record.bytes, recordLine)
    record.clear()
    recordDepth = -1
  }
}
