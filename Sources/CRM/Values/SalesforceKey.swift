import Records

/// A Salesforce id in 12 bytes: its 15 significant characters, packed exactly (spec, semantics 1, id).
///
/// Two keys are equal just when the ids are; the order is that of the ids' bytes.
public struct SalesforceKey: Hashable, BitwiseCopyable, Sendable, Comparable {
  // Two halves of `hi`: so a key needs 12 bytes in an array too, and not 16.
  private let top: UInt32
  private let middle: UInt32
  /// The last five characters, in base 62.
  public let lo: UInt32
  /// The first ten characters, in base 62.
  public var hi: UInt64 { UInt64(top) &<< 32 | UInt64(middle) }

  /// The id `000000000000000`.
  public static let zero = SalesforceKey(hi: 0, lo: 0)
  /// Stands for no id: nothing that is one packs to it, not even `000000000000000`.
  public static let absent = SalesforceKey(hi: .max, lo: .max)

  /// A key that was taken apart, for instance to be stored.
  public init(hi: UInt64, lo: UInt32) {
    top = UInt32(truncatingIfNeeded: hi &>> 32)
    middle = UInt32(truncatingIfNeeded: hi)
    self.lo = lo
  }

  /// The key of an id of 15 or 18 characters, under the rule of kind id; nil if it is none.
  public init?(_ bytes: Bytes) {
    let packed: (UInt64, UInt64)? = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 18) { memory in
      guard let target = memory.baseAddress, SalesforceID.write18(bytes, to: target) else { return nil }
      return (Self.pack(target, 10), Self.pack(target + 10, 5))
    }
    guard let packed else { return nil }
    self.init(hi: packed.0, lo: UInt32(truncatingIfNeeded: packed.1))
  }

  /// Appends the 18 characters of the id.
  public func write18(into out: inout ByteBuffer) {
    out.reserve(18)
    let target = out.base + out.count
    Self.unpack(hi, target, 10)
    Self.unpack(UInt64(lo), target + 10, 5)
    if SalesforceID.write18(Bytes(start: target, count: 15), to: target) { out.commit(18) }
  }

  /// The order of the ids' bytes.
  public static func < (a: SalesforceKey, b: SalesforceKey) -> Bool {
    a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo
  }

  private static func pack(_ characters: UnsafeMutablePointer<UInt8>, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<count {
      let byte = characters[place]
      let digit = byte < 65 ? byte &- 48 : byte < 97 ? byte &- 55 : byte &- 61
      value = value &* 62 &+ UInt64(digit)
    }
    return value
  }

  private static func unpack(_ value: UInt64, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) {
    var rest = value
    var place = count
    while place > 0 {
      place &-= 1
      let digit = UInt8(truncatingIfNeeded: rest % 62)
      rest /= 62
      target[place] = digit < 10 ? digit &+ 48 : digit < 36 ? digit &+ 55 : digit &+ 61
    }
  }
}
