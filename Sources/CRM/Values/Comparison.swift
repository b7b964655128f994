import Records

/// How the common values of a mapping compare (spec, semantics 2, Comparison).
public enum Comparison: String, CaseIterable, Sendable, BitwiseCopyable {
  /// The same bytes.
  case exact
  /// The same under Unicode default case folding.
  case ignoreCase = "ignore_case"
  /// The same ASCII digits, and a leading `+`.
  case phone
  /// The same host of a URL.
  case domain
}

/// Compares own or common values, which are valid UTF-8 in NFC. One for each thread: it owns its scratch
/// memory.
public struct Comparer: ~Copyable {
  private var first = ByteBuffer(capacity: 256)
  private var second = ByteBuffer(capacity: 256)
  private var scalars = ScalarBuffer()

  /// A comparer with scratch memory of its own.
  public init() {}

  /// Whether two values are equal under a comparison (spec, semantics 2).
  public mutating func equal(_ a: Bytes, _ b: Bytes, _ comparison: Comparison) -> Bool {
    if a.same(as: b) { return true }
    if comparison == .exact || a.count == 0 || b.count == 0 { return false }
    first.clear()
    second.clear()
    appendKey(a, comparison, &scalars, to: &first)
    appendKey(b, comparison, &scalars, to: &second)
    return first.bytes.same(as: second.bytes)
  }

  /// Appends the comparison key of a value: equal values have the same key, others another.
  /// A value whose key is empty is its own key, for it compares as it is.
  public mutating func key(_ value: Bytes, _ comparison: Comparison, into out: inout ByteBuffer) {
    appendKey(value, comparison, &scalars, to: &out)
  }
}

/// Appends the comparison key of a value, or the value itself if its key is empty.
private func appendKey(
  _ value: Bytes, _ comparison: Comparison, _ scalars: inout ScalarBuffer, to out: inout ByteBuffer
) {
  let start = out.count
  switch comparison {
  case .exact: break
  case .ignoreCase:
    if !appendFoldedASCII(value, to: &out) {
      out.append(scalars.transform(value, ScalarBuffer.fold) ?? value)
    }
  case .phone: appendPhoneKey(value, to: &out)
  case .domain: appendHost(value, to: &out)
  }
  if out.count == start { out.append(value) }
}

/// The ASCII digits of a phone number, and a `+` if it is the first character; nothing if there is no digit.
private func appendPhoneKey(_ value: Bytes, to out: inout ByteBuffer) {
  let start = out.count
  out.reserve(value.count)
  let target = out.base + start
  var count = 0
  if value.count > 0, value[0] == UInt8(ascii: "+") {
    target[0] = UInt8(ascii: "+")
    count = 1
  }
  let signs = count
  for byte in value where byte &- 48 <= 9 {
    target[count] = byte
    count &+= 1
  }
  if count > signs { out.commit(count) }
}
