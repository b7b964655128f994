/// Finds a row by what it holds: slots with row numbers, open addressing. The keys stay where they are, in the index of
/// their side, so that a row costs eight to sixteen bytes here.
public struct RowTable: Sendable {
  @usableFromInline var slots: [Int32]
  @usableFromInline let mask: Int

  /// A table for up to `capacity` rows.
  public init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    mask = size - 1
  }

  /// The row whose key has this hash and that `matches`, or nil.
  @inlinable
  public func find(_ hash: UInt64, _ matches: (Int) -> Bool) -> Int? {
    var slot = Self.spread(hash) & mask
    while slots[slot] >= 0 {
      if matches(Int(slots[slot])) { return Int(slots[slot]) }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// The row in the first place that `find` looks at, or -1.
  @inlinable
  func first(_ hash: UInt64) -> Int32 { slots[Self.spread(hash) & mask] }

  /// Puts a row in, unless one that `matches` is there: then gives that one.
  @inlinable
  public mutating func insert(_ row: Int, _ hash: UInt64, _ matches: (Int) -> Bool) -> Int? {
    var slot = Self.spread(hash) & mask
    while slots[slot] >= 0 {
      if matches(Int(slots[slot])) { return Int(slots[slot]) }
      slot = (slot &+ 1) & mask
    }
    slots[slot] = Int32(truncatingIfNeeded: row)
    return nil
  }

  /// Puts a row in the place of one with the same key.
  @inlinable
  public mutating func replace(_ old: Int, by row: Int, _ hash: UInt64) {
    var slot = Self.spread(hash) & mask
    while slots[slot] >= 0 && Int(slots[slot]) != old { slot = (slot &+ 1) & mask }
    if slots[slot] >= 0 { slots[slot] = Int32(truncatingIfNeeded: row) }
  }

  /// Spreads keys that count up over the whole table.
  @inlinable
  static func spread(_ hash: UInt64) -> Int {
    let mixed = hash &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed ^ (mixed >> 32)) & Int.max
  }
}

extension SalesforceKey {
  /// A hash of the packed id.
  public var hash: UInt64 { hi ^ (UInt64(lo) &* 0xC2B2_AE3D_27D4_EB4F) }
}
