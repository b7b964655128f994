import Records

/// Appends a valid UTF-8 text under Unicode default case folding, full (C and F), not normalized
/// (spec, semantics 2: "ignoring case").
///
/// ASCII allocates nothing; other text does, so a hot loop should use a `Comparer`.
public func caseFold(_ bytes: Bytes, into out: inout ByteBuffer) {
  if appendFoldedASCII(bytes, to: &out) { return }
  var scalars = ScalarBuffer(capacity: bytes.count &+ 16)
  out.append(scalars.transform(bytes, ScalarBuffer.fold) ?? bytes)
}

/// Appends an ASCII text in lower case; appends nothing, and says so, if it is not ASCII.
func appendFoldedASCII(_ bytes: Bytes, to out: inout ByteBuffer) -> Bool {
  guard let source = bytes.baseAddress else { return true }
  out.reserve(bytes.count)
  let target = out.base + out.count
  var place = 0
  while place &+ 8 <= bytes.count {
    let eight = EightBytes(at: source + place)
    if eight.notASCII != 0 { return false }
    eight.lowerCase.store(to: target + place)
    place &+= 8
  }
  while place < bytes.count {
    let byte = source[place]
    if byte >= 0x80 { return false }
    target[place] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    place &+= 1
  }
  out.commit(bytes.count)
  return true
}
