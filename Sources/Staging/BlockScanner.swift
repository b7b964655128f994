import CSV
import Records

/// Cuts a stream of CSV bytes into blocks of whole records, a block at a time in the caller's buffer.
///
/// The unfinished record at the end of a block is carried over to the next. A record that is longer than a block makes
/// the buffer grow, up to `longestRecord`.
public struct BlockScanner: ~Copyable {
  /// How many bytes are read at once.
  public static let blockSize = 1 << 20
  /// The longest record, in bytes, that is read.
  public static let longestRecord = 256 << 20

  private var scanner: CSVScanner
  private var carry = ByteBuffer(capacity: 4096)
  private var ended = false
  private let size: Int

  /// The byte of the file at which the block that was given last begins.
  public private(set) var byte: Int
  /// The line of the file on which that block begins.
  public private(set) var line: Int
  /// The byte behind that block.
  public private(set) var nextByte: Int
  private var nextLine: Int

  /// A scanner whose first byte is byte `byte`, on line `line`, of its file.
  public init(delimiter: UInt8 = UInt8(ascii: ","), blockSize: Int = Self.blockSize, byte: Int = 0, line: Int = 1) {
    scanner = CSVScanner(delimiter: delimiter)
    size = blockSize
    self.byte = byte
    self.line = line
    nextByte = byte
    nextLine = line
  }

  /// Fills `buffer` with the next block and `index` with its records; false when nothing is left.
  ///
  /// - Throws: `CSVError` for a quote that is never closed (its offset is within the block), and what `read` throws.
  public mutating func next(
    into buffer: inout ByteBuffer, _ index: inout RecordIndex,
    read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> Bool {
    buffer.clear()
    buffer.append(carry.bytes)
    carry.clear()
    byte = nextByte
    line = nextLine
    var wanted = size
    while true {
      try fill(&buffer, upTo: wanted, read)
      guard buffer.count > 0 else { return false }
      index.clear()
      let place = UnsafeMutableBufferPointer(start: buffer.base, count: buffer.count)
      let progress = try scanner.scan(place, atEnd: ended, into: &index)
      if progress.consumed > 0 || ended {
        keepRest(of: buffer, from: ended ? buffer.count : progress.consumed)
        nextByte = byte + (ended ? buffer.count : progress.consumed)
        nextLine = line + progress.lines
        return true
      }
      wanted = buffer.count * 2
      guard wanted <= Self.longestRecord else { throw BlockError.recordTooLong(line: line) }
    }
  }

  private mutating func fill(
    _ buffer: inout ByteBuffer, upTo wanted: Int, _ read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws {
    while !ended && buffer.count < wanted {
      buffer.reserve(wanted - buffer.count)
      let free = UnsafeMutableRawBufferPointer(start: buffer.base + buffer.count, count: wanted - buffer.count)
      let got = try read(free)
      if got == 0 { ended = true }
      buffer.commit(got)
    }
  }

  private mutating func keepRest(of buffer: borrowing ByteBuffer, from start: Int) {
    carry.append(buffer.part(start, buffer.count - start))
  }
}

/// A record that no buffer may hold.
public enum BlockError: Error, Sendable {
  /// The record that begins on this line is longer than `BlockScanner.longestRecord`.
  case recordTooLong(line: Int)
}
