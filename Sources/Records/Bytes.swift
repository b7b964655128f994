/// A borrowed run of bytes: a cell, a row, a piece of a file.
///
/// It owns nothing: whoever hands it out (a batch, a buffer) keeps the memory alive while it is used.
public typealias Bytes = UnsafeBufferPointer<UInt8>

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension UnsafeBufferPointer where Element == UInt8 {
  /// No bytes at all.
  @inlinable public static var none: Bytes { Bytes(start: nil, count: 0) }

  /// The bytes from `start` on, `count` of them. Both must lie inside.
  @inlinable public func part(_ start: Int, _ count: Int) -> Bytes {
    precondition(start >= 0 && count >= 0 && start + count <= self.count, "a part must lie inside its bytes")
    guard count > 0, let base = baseAddress else { return .none }
    return Bytes(start: base + start, count: count)
  }

  /// Whether both hold the same bytes.
  ///
  /// Most cells have 4 to 16 bytes: two loads that overlap compare them without a call.
  @inlinable public func same(as other: Bytes) -> Bool {
    guard count == other.count else { return false }
    guard count > 0, let a = baseAddress, let b = other.baseAddress else { return true }
    if count > 16 || count < 4 { return a.pointee == b.pointee && memcmp(a, b, count) == 0 }
    let (first, second) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    if count >= 8 {
      let head = first.loadUnaligned(as: UInt64.self) ^ second.loadUnaligned(as: UInt64.self)
      let last = count &- 8
      let tail =
        first.loadUnaligned(fromByteOffset: last, as: UInt64.self)
        ^ second.loadUnaligned(fromByteOffset: last, as: UInt64.self)
      return head | tail == 0
    }
    let head = first.loadUnaligned(as: UInt32.self) ^ second.loadUnaligned(as: UInt32.self)
    let last = count &- 4
    let tail =
      first.loadUnaligned(fromByteOffset: last, as: UInt32.self)
      ^ second.loadUnaligned(fromByteOffset: last, as: UInt32.self)
    return head | tail == 0
  }

  /// Whether the bytes are those of this text in UTF-8.
  @inlinable public func same(as text: StaticString) -> Bool {
    same(as: Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The order of the bytes, as unsigned numbers; a prefix comes first.
  public func precedes(_ other: Bytes) -> Bool {
    let common = Swift.min(count, other.count)
    if common > 0, let a = baseAddress, let b = other.baseAddress {
      let order = memcmp(a, b, common)
      if order != 0 { return order < 0 }
    }
    return count < other.count
  }

  /// The bytes as text, for messages and tables that people read. Not for the hot path.
  public var text: String { String(decoding: self, as: UTF8.self) }
}
