import CUTF8Proc
import Records

/// The code points of a text while libutf8proc composes or folds it; used again, never given back.
struct ScalarBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<Int32>
  private var capacity: Int

  init(capacity: Int = 256) {
    self.capacity = max(capacity, 16)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  /// Canonical composition: NFC. `STABLE` keeps the characters decomposed that Unicode excludes from
  /// composition.
  static let compose = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
  /// Full default case folding, C and F, without any normalization.
  static let fold = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_CASEFOLD.rawValue)

  /// What `options` make of a valid UTF-8 text, until the next call; nil if the library refuses it.
  mutating func transform(_ bytes: Bytes, _ options: utf8proc_option_t) -> Bytes? {
    var length = utf8proc_decompose(bytes.baseAddress, bytes.count, base, capacity &- 1, options)
    if length > capacity &- 1 {
      grow(to: length &+ 1)
      length = utf8proc_decompose(bytes.baseAddress, bytes.count, base, capacity &- 1, options)
    }
    guard length >= 0, length < capacity else { return nil }
    let count = utf8proc_reencode(base, length, options)
    guard count >= 0 else { return nil }
    return Bytes(start: UnsafeRawPointer(base).assumingMemoryBound(to: UInt8.self), count: count)
  }

  private mutating func grow(to wanted: Int) {
    base.deallocate()
    capacity = max(wanted, capacity &* 2)
    base = .allocate(capacity: capacity)
  }
}
