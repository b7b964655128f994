/// Finds a row by what it holds: slots with row numbers, open addressing. The keys stay where they are, in the index of
/// their side, so that a row costs six bytes here.
public struct RowTable: Sendable {
  @usableFromInline var slots: [Int32]

  /// A table for up to `capacity` rows.
  public init(capacity: Int) { slots = Array(repeating: -1, count: 16 + capacity + capacity / 2) }

  /// The row whose key has this hash and that `matches`, or nil.
  @inlinable
  public func find(_ hash: UInt64, _ matches: (Int) -> Bool) -> Int? {
    var slot = place(of: hash)
    while slots[slot] >= 0 {
      if matches(Int(slots[slot])) { return Int(slots[slot]) }
      slot = next(slot)
    }
    return nil
  }

  /// The row in the first place that `find` looks at, or -1.
  @inlinable
  public func first(_ hash: UInt64) -> Int32 { slots[place(of: hash)] }

  /// Puts a row in, unless one that `matches` is there: then gives that one.
  @inlinable
  public mutating func insert(_ row: Int, _ hash: UInt64, _ matches: (Int) -> Bool) -> Int? {
    var slot = place(of: hash)
    while slots[slot] >= 0 {
      if matches(Int(slots[slot])) { return Int(slots[slot]) }
      slot = next(slot)
    }
    slots[slot] = Int32(truncatingIfNeeded: row)
    return nil
  }

  /// Puts a row in the place of one with the same key.
  @inlinable
  public mutating func replace(_ old: Int, by row: Int, _ hash: UInt64) {
    var slot = place(of: hash)
    while slots[slot] >= 0 && Int(slots[slot]) != old { slot = next(slot) }
    if slots[slot] >= 0 { slots[slot] = Int32(truncatingIfNeeded: row) }
  }

  /// Where the search for a key begins. Keys that count up are spread over the whole table.
  @inlinable
  func place(of hash: UInt64) -> Int {
    let mixed = hash &* 0x9E37_79B9_7F4A_7C15
    let spread = mixed ^ (mixed &>> 32)
    return Int(truncatingIfNeeded: spread.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slots.count)).high)
  }

  @inlinable
  func next(_ slot: Int) -> Int { slot &+ 1 == slots.count ? 0 : slot &+ 1 }
}

extension SalesforceKey {
  /// A hash of the packed id.
  public var hash: UInt64 { hi ^ (UInt64(lo) &* 0xC2B2_AE3D_27D4_EB4F) }
}
