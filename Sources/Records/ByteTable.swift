/// A small table from byte strings to numbers: picklist values, owner ids, column names.
///
/// Open addressing, made once and then only read; a look-up allocates nothing.
public struct ByteTable: Sendable {
  private var slots: [Int32]
  /// The keys one behind another: a key of its own for each would be a reference to count in every look-up.
  private var text: [UInt8] = []
  private var keys: [Range<Int>] = []
  private var values: [Int] = []

  /// An empty table.
  public init() { slots = Array(repeating: -1, count: 16) }

  /// How many keys it holds.
  public var count: Int { keys.count }

  /// The number of these bytes, or nil.
  public func find(_ key: Bytes) -> Int? {
    var slot = Self.hash(key) & (slots.count &- 1)
    while true {
      let index = Int(slots[slot])
      guard index >= 0 else { return nil }
      if self.key(index, is: key) { return values[index] }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
  }

  private func key(_ index: Int, is other: Bytes) -> Bool {
    text.withUnsafeBufferPointer { $0.part(keys[index].lowerBound, keys[index].count).same(as: other) }
  }

  /// The number of this text, or nil.
  public func find(_ key: String) -> Int? {
    Array(key.utf8).withUnsafeBufferPointer { find($0) }
  }

  /// Adds a key, unless it is there already: the first value of a key stands. Says whether it was new.
  @discardableResult public mutating func insert(_ key: [UInt8], _ value: Int) -> Bool {
    guard key.withUnsafeBufferPointer({ find($0) }) == nil else { return false }
    if (keys.count + 1) * 2 > slots.count { rebuild(slots.count * 2) }
    keys.append(text.count..<(text.count + key.count))
    text += key
    values.append(value)
    place(keys.count - 1)
    return true
  }

  /// Adds a text, unless it is there already.
  @discardableResult public mutating func insert(_ key: String, _ value: Int) -> Bool {
    insert(Array(key.utf8), value)
  }

  private mutating func rebuild(_ size: Int) {
    slots = Array(repeating: -1, count: size)
    for index in keys.indices { place(index) }
  }

  private mutating func place(_ index: Int) {
    var slot = text.withUnsafeBufferPointer { Self.hash(Bytes(rebasing: $0[keys[index]])) } & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(index)
  }

  /// FNV-1a: short keys, no state, no allocation.
  private static func hash(_ key: Bytes) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 29)) & Int.max
  }
}
