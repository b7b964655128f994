import Records

/// Eight bytes of a text in one word, the first one lowest: what asks the same of each byte asks it once.
///
/// A `Lanes` value has the top bit of each byte that meets a condition, and no other.
struct EightBytes {
  typealias Lanes = UInt64

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  static let allLanes: Lanes = 0x8080_8080_8080_8080

  let word: UInt64

  init(_ word: UInt64) { self.word = word }

  /// The eight bytes at `start`.
  @inline(__always) init(at start: UnsafePointer<UInt8>) {
    word = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
  }

  /// Writes the eight bytes.
  @inline(__always) func store(to start: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(start).storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  /// Those outside ASCII.
  @inline(__always) var notASCII: Lanes { word & Self.allLanes }

  /// Those from `first` to `last`, all in ASCII. What it says of a byte outside ASCII, and of those above it, means nothing.
  @inline(__always) func lanes(from first: UInt8, to last: UInt8) -> Lanes {
    // No sum leaves its byte, since none is above 0x7F + 0x80.
    (word &+ Self.ones &* UInt64(0x80 &- first)) & ~(word &+ Self.ones &* UInt64(0x7F &- last)) & Self.allLanes
  }

  @inline(__always) var capitals: Lanes { lanes(from: 0x41, to: 0x5A) }
  @inline(__always) var digits: Lanes { lanes(from: 0x30, to: 0x39) }
  /// Letters of either case.
  @inline(__always) var letters: Lanes { EightBytes(word | Self.ones &* 0x20).lanes(from: 0x61, to: 0x7A) }

  /// The same bytes, their capitals in lower case; they must be ASCII.
  @inline(__always) var lowerCase: EightBytes { EightBytes(word | capitals &>> 2) }

  /// A bit for each lane, that of the first byte lowest.
  @inline(__always) static func bits(_ lanes: Lanes) -> UInt64 {
    // Each of the eight bits is moved to its place among the top eight; the products that go elsewhere never meet.
    ((lanes &>> 7) &* 0x0102_0408_1020_4080) &>> 56
  }

  /// How many bytes come before the first lane; 8 if there is none.
  @inline(__always) static func countBefore(_ lanes: Lanes) -> Int { lanes.trailingZeroBitCount &>> 3 }
}
