import CByteMasks

/// The part of a buffer that a scan looks at.
///
/// A CR at the end of a buffer that is not the file's last may be the first half of a CRLF: it is left for
/// the next scan, so that every line end is seen whole and is counted once.
struct ScanWindow {
  /// The bytes that can be scanned at a time: the marks of an index count in 32 bits.
  static let maxLength = Int(Int32.max)

  let base: UnsafeMutablePointer<UInt8>
  /// The bytes from `base` on that are looked at.
  let end: Int
  /// Whether the file ends at `end`.
  let atEnd: Bool
  /// Whether the buffer holds more than can be scanned at a time.
  let isCut: Bool

  init?(_ buffer: UnsafeMutableBufferPointer<UInt8>, atEnd: Bool) {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return nil }
    self.base = base
    isCut = buffer.count > Self.maxLength
    let length = isCut ? Self.maxLength : buffer.count
    self.atEnd = atEnd && !isCut
    end = !self.atEnd && base[length &- 1] == Byte.cr ? length &- 1 : length
  }

  /// Where the bytes of the first line end at or behind `start` begin, or `end`.
  func lineEnd(from start: Int) -> Int {
    start &+ Int(byte_masks_line_end(base + start, end &- start))
  }

  /// The place behind the line end at `at`: LF, CR, or CRLF.
  func behindLineEnd(_ at: Int) -> Int {
    let isPair = base[at] == Byte.cr && at &+ 1 < end && base[at &+ 1] == Byte.lf
    return isPair ? at &+ 2 : at &+ 1
  }

  /// How many line ends are in a part; a CRLF is one.
  func lineEnds(from start: Int, to stop: Int) -> Int {
    var count = 0
    var at = lineEnd(from: start)
    while at < stop {
      count &+= 1
      at = lineEnd(from: behindLineEnd(at))
    }
    return count
  }
}

/// Where the next record begins.
struct ScanPlace {
  /// The byte of the buffer.
  var offset = 0
  /// The line ends of the buffer before it.
  var line = 0
}

/// The bytes that mean something in CSV, besides the delimiter.
enum Byte {
  static let quote = UInt8(ascii: "\"")
  static let lf = UInt8(ascii: "\n")
  static let cr = UInt8(ascii: "\r")
}
