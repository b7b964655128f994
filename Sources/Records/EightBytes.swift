/// Eight bytes of a text in one word, the first one lowest: what asks the same of each byte asks it once.
///
/// A `Lanes` value has the top bit of each byte that meets a condition, and no other.
@frozen public struct EightBytes {
  /// One bit, the top one, for each of the eight bytes.
  public typealias Lanes = UInt64

  @usableFromInline static let ones: UInt64 = 0x0101_0101_0101_0101
  /// The lanes of all eight bytes.
  public static var allLanes: Lanes { @inline(__always) get { 0x8080_8080_8080_8080 } }

  @usableFromInline let word: UInt64

  @inlinable init(_ word: UInt64) { self.word = word }

  /// The eight bytes at `start`.
  @inlinable public init(at start: UnsafePointer<UInt8>) {
    word = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
  }

  /// Writes the eight bytes.
  @inlinable public func store(to start: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(start).storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  /// Those outside ASCII.
  @inlinable public var notASCII: Lanes { word & Self.allLanes }

  /// Those from `first` to `last`, all in ASCII. What it says of a byte outside ASCII, and of those behind it, means nothing.
  @inlinable public func lanes(from first: UInt8, to last: UInt8) -> Lanes {
    // No sum leaves its byte, since none is above 0x7F + 0x80.
    (word &+ Self.ones &* UInt64(0x80 &- first)) & ~(word &+ Self.ones &* UInt64(0x7F &- last)) & Self.allLanes
  }

  /// Capitals, under the same condition.
  @inlinable public var capitals: Lanes { lanes(from: 0x41, to: 0x5A) }
  /// Digits, likewise.
  @inlinable public var digits: Lanes { lanes(from: 0x30, to: 0x39) }
  /// Letters of either case, likewise.
  @inlinable public var letters: Lanes { EightBytes(word | Self.ones &* 0x20).lanes(from: 0x61, to: 0x7A) }

  /// Whether one of the eight, which may be any, is `byte`.
  @inlinable public func contains(_ byte: UInt8) -> Bool {
    let other = word ^ Self.ones &* UInt64(byte)
    return (other &- Self.ones) & ~other & Self.allLanes != 0
  }

  /// Whether one of the eight, which may be any, is below `limit`, at most 0x80.
  @inlinable public func containsBelow(_ limit: UInt8) -> Bool {
    (word &- Self.ones &* UInt64(limit)) & ~word & Self.allLanes != 0
  }

  /// The same bytes, their capitals in lower case; they must be ASCII.
  @inlinable public var lowerCase: EightBytes { EightBytes(word | capitals &>> 2) }

  /// A bit for each lane, that of the first byte lowest.
  @inlinable public static func bits(_ lanes: Lanes) -> UInt64 {
    // Each of the eight bits is moved to its place among the top eight; the products that go elsewhere never meet.
    ((lanes &>> 7) &* 0x0102_0408_1020_4080) &>> 56
  }

  /// How many bytes come before the first lane; 8 if there is none.
  @inlinable public static func countBefore(_ lanes: Lanes) -> Int { lanes.trailingZeroBitCount &>> 3 }
}

extension EightBytes {
  /// Numbers of two digits, each at the place of its first one.
  @frozen public struct DigitPairs {
    @usableFromInline let word: UInt64

    @inlinable init(word: UInt64) { self.word = word }

    /// The number at a place from 0 to 7; it means something where two digits stand.
    @inlinable public subscript(place: Int) -> Int { Int(word &>> UInt64(place &* 8) & 0xFF) }
  }

  /// The digits that stand where `form` has a `0`, in pairs; nil unless they all are digits, and each other byte is that of
  /// `form`, where a `?` is any. `form` has eight bytes.
  @inlinable @inline(__always) public func digitPairs(of form: StaticString) -> DigitPairs? {
    precondition(form.utf8CodeUnitCount == 8, "a form has eight bytes")
    let form = EightBytes(at: form.utf8Start)
    let anything = (form.lanes(from: 0x3F, to: 0x3F) &>> 7) &* 0xFF
    let digits = form.lanes(from: 0x30, to: 0x30) &>> 7
    // 0 to 9 in place of digits, and 0 of what is as it should be: everything else has its top bit set by this sum.
    let values = (word ^ form.word) & ~anything
    let limits = Self.ones &* 0x7F &- digits &* 9
    guard (values &+ limits | values) & Self.allLanes == 0 else { return nil }
    return DigitPairs(word: values &* 10 &+ values &>> 8)
  }
}
