#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bytes that grow at their end: the arena of a batch, the text of a file that is being written.
///
/// Cleared and used again; it keeps the memory that it once had.
public struct ByteBuffer: ~Copyable {
  @usableFromInline var start: UnsafeMutablePointer<UInt8>
  @usableFromInline var length: Int
  @usableFromInline var room: Int

  /// Where the bytes begin; it moves when the buffer grows.
  @inlinable public var base: UnsafeMutablePointer<UInt8> { start }
  /// How many bytes it holds.
  @inlinable public var count: Int { length }
  /// How many bytes it can hold before it grows.
  @inlinable public var capacity: Int { room }

  /// A buffer that holds `capacity` bytes before it grows.
  public init(capacity: Int = 4096) {
    room = max(capacity, 64)
    start = .allocate(capacity: room)
    length = 0
  }

  deinit { start.deallocate() }

  /// What it holds, until it next changes.
  @inlinable public var bytes: Bytes { Bytes(start: start, count: length) }

  /// A part of what it holds, until it next changes.
  @inlinable public func part(_ start: Int, _ count: Int) -> Bytes { bytes.part(start, count) }

  /// Forgets what it holds; the memory stays.
  @inlinable public mutating func clear() { length = 0 }

  /// Forgets everything behind the first `count` bytes.
  public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= length, "a buffer can only be cut to a part of itself")
    length = count
  }

  /// Makes room for `more` bytes behind those that it holds.
  @inlinable public mutating func reserve(_ more: Int) {
    if length + more > room { grow(by: more) }
  }

  /// The slow path of `reserve`: at least doubles, so that appending stays linear.
  @usableFromInline mutating func grow(by more: Int) {
    let wanted = Swift.max(length + more, room * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: start, count: length)
    start.deallocate()
    start = larger
    room = wanted
  }

  /// Counts bytes as held that were written at `base + count`, after `reserve`.
  @inlinable public mutating func commit(_ written: Int) {
    precondition(written >= 0 && length + written <= room, "only reserved bytes can be committed")
    length &+= written
  }

  /// Appends one byte.
  @inlinable public mutating func append(_ byte: UInt8) {
    reserve(1)
    start[length] = byte
    length &+= 1
  }

  /// Appends a run of bytes.
  ///
  /// Most cells have 4 to 32 bytes: two loads that overlap copy them without a call (measured: 4% of a whole run).
  @inlinable public mutating func append(_ more: Bytes) {
    guard more.count > 0, let source = more.baseAddress else { return }
    reserve(more.count)
    let target = UnsafeMutableRawPointer(start + length)
    let raw = UnsafeRawPointer(source)
    let count = more.count
    length &+= count
    if count > 32 {
      memcpy(target, raw, count)
    } else if count > 16 {
      let head = raw.loadUnaligned(as: SIMD2<UInt64>.self)
      let tail = raw.loadUnaligned(fromByteOffset: count &- 16, as: SIMD2<UInt64>.self)
      target.storeBytes(of: head, as: SIMD2<UInt64>.self)
      target.storeBytes(of: tail, toByteOffset: count &- 16, as: SIMD2<UInt64>.self)
    } else if count >= 8 {
      let head = raw.loadUnaligned(as: UInt64.self)
      let tail = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      target.storeBytes(of: head, as: UInt64.self)
      target.storeBytes(of: tail, toByteOffset: count &- 8, as: UInt64.self)
    } else if count >= 4 {
      let head = raw.loadUnaligned(as: UInt32.self)
      let tail = raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      target.storeBytes(of: head, as: UInt32.self)
      target.storeBytes(of: tail, toByteOffset: count &- 4, as: UInt32.self)
    } else {
      for place in 0..<count { target.storeBytes(of: source[place], toByteOffset: place, as: UInt8.self) }
    }
  }

  /// Appends a constant text.
  @inlinable public mutating func append(_ text: StaticString) {
    append(Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends text. For headers and messages, not for the hot path: a literal is taken for a constant text (measured: as
  /// strings the literals of the output rows took 2% of a whole run).
  @_disfavoredOverload
  public mutating func append(_ text: String) {
    var copy = text
    copy.withUTF8 { append($0) }
  }

  /// Appends a whole number in decimal.
  ///
  /// Row and line numbers stand in every staged row: two digits a step, and no loop to find the width of a usual one
  /// (measured: 1% of a whole run).
  public mutating func append(decimal value: Int) {
    if value >= 0 && value < 10 { return append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value)) }
    reserve(20)
    var rest = value.magnitude
    if value < 0 { append(UInt8(ascii: "-")) }
    let width = Self.decimalWidth(rest)
    var place = length &+ width
    while rest >= 100 {
      let pair = UInt8(truncatingIfNeeded: rest % 100)
      rest /= 100
      place &-= 2
      start[place] = UInt8(ascii: "0") &+ pair / 10
      start[place &+ 1] = UInt8(ascii: "0") &+ pair % 10
    }
    let last = UInt8(truncatingIfNeeded: rest)
    if last >= 10 { start[place &- 2] = UInt8(ascii: "0") &+ last / 10 }
    start[place &- 1] = UInt8(ascii: "0") &+ last % 10
    length &+= width
  }

  private static func decimalWidth(_ value: UInt) -> Int {
    if value < 10_000 { return value < 100 ? (value < 10 ? 1 : 2) : (value < 1000 ? 3 : 4) }
    if value < 100_000_000 {
      return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : (value < 10_000_000 ? 7 : 8)
    }
    return 8 + decimalWidth(value / 100_000_000)
  }
}

extension Int {
  /// The number that the bytes write in decimal (an optional sign, digits), or nil.
  public init?(decimal bytes: Bytes) {
    guard bytes.count > 0, bytes.count <= 20 else { return nil }
    if bytes.count <= 18, let small = Self.small(decimal: bytes) {
      self = small
      return
    }
    let negative = bytes[0] == UInt8(ascii: "-")
    var value = 0
    var place = negative || bytes[0] == UInt8(ascii: "+") ? 1 : 0
    guard place < bytes.count else { return nil }
    while place < bytes.count {
      let digit = Int(bytes[place]) - 48
      guard digit >= 0, digit <= 9 else { return nil }
      let (scaled, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, overSum) = negative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
      guard !over, !overSum else { return nil }
      value = sum
      place += 1
    }
    self = value
  }

  /// The number of up to 18 digits, which cannot overflow: the usual case, without a check for every digit.
  private static func small(decimal bytes: Bytes) -> Int? {
    var value = 0
    for byte in bytes {
      let digit = byte &- 48
      if digit > 9 { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }
}

extension UInt64 {
  /// The number that decimal digits write; nil for anything else, and for what is too large. HubSpot ids are such.
  public init?(digits bytes: Bytes) {
    guard bytes.count > 0, bytes.count <= 20 else { return nil }
    var value: UInt64 = 0
    for byte in bytes {
      let digit = UInt64(byte &- 48)
      guard digit <= 9 else { return nil }
      let (scaled, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, overSum) = scaled.addingReportingOverflow(digit)
      guard !over, !overSum else { return nil }
      value = sum
    }
    self = value
  }
}
