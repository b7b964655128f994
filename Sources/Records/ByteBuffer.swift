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
}
