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
    let length = decompose(bytes, options)
    guard length >= 0, length < capacity else { return nil }
    let count = utf8proc_reencode(base, length, options)
    guard count >= 0 else { return nil }
    return Bytes(start: UnsafeRawPointer(base).assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// Puts the decomposed characters into the buffer, and gives their number; negative if the library refuses the text.
  private mutating func decompose(_ bytes: Bytes, _ options: utf8proc_option_t) -> Int {
    // The library brings marks in order by swapping neighbours, which takes the square of their number: half a minute for
    // 160 KB of them. Long texts are decomposed without an order, and sorted here.
    let isOrderedHere = bytes.count > 2048 && options.rawValue & UTF8PROC_COMPOSE.rawValue != 0
    var length = 0
    for _ in 1...2 {
      length =
        isOrderedHere
        ? decomposeWithoutOrder(bytes)
        : utf8proc_decompose(bytes.baseAddress, bytes.count, base, capacity &- 1, options)
      if length < capacity { break }
      grow(to: length &+ 1)
    }
    if isOrderedHere, length > 0 { orderMarks(length) }
    return length
  }

  /// What `utf8proc_decompose` does, but for the order; it counts on where the buffer is full.
  private func decomposeWithoutOrder(_ bytes: Bytes) -> Int {
    let options = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_DECOMPOSE.rawValue)
    var place = 0
    var length = 0
    while place < bytes.count {
      var scalar: Int32 = 0
      let read = utf8proc_iterate(bytes.baseAddress! + place, bytes.count &- place, &scalar)
      guard read > 0 else { return read < 0 ? read : length }
      place &+= read
      let room = max(0, capacity &- 1 &- length)
      let made = utf8proc_decompose_char(scalar, base + min(length, capacity &- 1), room, options, nil)
      guard made >= 0 else { return made }
      length &+= made
    }
    return length
  }

  /// Brings each run of marks in the order of their combining classes; equal ones stay as they follow (Unicode 3.11, D109).
  private func orderMarks(_ length: Int) {
    var place = 0
    while place < length {
      let start = place
      while place < length, combiningClass(base[place]) != 0 { place &+= 1 }
      if place &- start > 1 { sortMarks(UnsafeMutableBufferPointer(start: base + start, count: place &- start)) }
      place &+= 1
    }
  }

  private func sortMarks(_ marks: UnsafeMutableBufferPointer<Int32>) {
    // The place makes equal classes different: no sort can change their order.
    let ordered = marks.enumerated().sorted {
      (combiningClass($0.element), $0.offset) < (combiningClass($1.element), $1.offset)
    }
    for (place, mark) in ordered.enumerated() { marks[place] = mark.element }
  }

  private func combiningClass(_ scalar: Int32) -> Int { Int(utf8proc_get_property(scalar).pointee.combining_class) }

  private mutating func grow(to wanted: Int) {
    base.deallocate()
    capacity = max(wanted, capacity &* 2)
    base = .allocate(capacity: capacity)
  }
}
