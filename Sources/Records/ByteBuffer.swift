#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bytes that grow at their end: the arena of a batch, the text of a file that is being written.
///
/// Cleared and used again; it keeps the memory that it once had.
public struct ByteBuffer: ~Copyable {
  /// Where the bytes begin; it moves when the buffer grows.
  public private(set) var base: UnsafeMutablePointer<UInt8>
  /// How many bytes it holds.
  public private(set) var count: Int
  /// How many bytes it can hold before it grows.
  public private(set) var capacity: Int

  /// A buffer that holds `capacity` bytes before it grows.
  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    self.base = .allocate(capacity: self.capacity)
    self.count = 0
  }

  deinit { base.deallocate() }

  /// What it holds, until it next changes.
  @inlinable public var bytes: Bytes { Bytes(start: base, count: count) }

  /// A part of what it holds, until it next changes.
  @inlinable public func part(_ start: Int, _ count: Int) -> Bytes { bytes.part(start, count) }

  /// Forgets what it holds; the memory stays.
  public mutating func clear() { count = 0 }

  /// Forgets everything behind the first `length` bytes.
  public mutating func truncate(to length: Int) {
    precondition(length >= 0 && length <= count, "a buffer can only be cut to a part of itself")
    count = length
  }

  /// Makes room for `more` bytes behind those that it holds.
  @inlinable public mutating func reserve(_ more: Int) {
    if count + more > capacity { grow(by: more) }
  }

  /// The slow path of `reserve`: at least doubles, so that appending stays linear.
  @usableFromInline mutating func grow(by more: Int) {
    let wanted = Swift.max(count + more, capacity * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
    capacity = wanted
  }

  /// Counts bytes as held that were written at `base + count`, after `reserve`.
  public mutating func commit(_ written: Int) {
    precondition(written >= 0 && count + written <= capacity, "only reserved bytes can be committed")
    count += written
  }

  /// Appends one byte.
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  /// Appends a run of bytes.
  public mutating func append(_ more: Bytes) {
    guard more.count > 0, let source = more.baseAddress else { return }
    reserve(more.count)
    memcpy(base + count, source, more.count)
    count += more.count
  }

  /// Appends a constant text.
  public mutating func append(_ text: StaticString) {
    append(Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends text. For headers and messages, not for the hot path.
  public mutating func append(_ text: String) {
    var copy = text
    copy.withUTF8 { append($0) }
  }

  /// Appends a whole number in decimal.
  public mutating func append(decimal value: Int) {
    reserve(20)
    var digits = value.magnitude
    if value < 0 {
      base[count] = UInt8(ascii: "-")
      count += 1
    }
    var length = 1
    var probe = digits
    while probe >= 10 {
      probe /= 10
      length += 1
    }
    var place = count + length
    repeat {
      place -= 1
      base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10)
      digits /= 10
    } while digits > 0
    count += length
  }
}

extension Int {
  /// The number that the bytes write in decimal (an optional sign, digits), or nil.
  public init?(decimal bytes: Bytes) {
    guard bytes.count > 0, bytes.count <= 20 else { return nil }
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
}
