import CUTF8Proc
import Records

/// Appends what is written to HubSpot of a value that compares as a domain: the host of the URL, or, where it
/// has none, the value as it is (spec, semantics 2, domain).
public func domainHost(_ value: Bytes, into out: inout ByteBuffer) {
  let start = out.count
  appendHost(value, to: &out)
  if out.count == start { out.append(value) }
}

/// Appends the host: in lower case, without scheme, user, `www.`, port, path, query and fragment. Nothing if
/// there is none.
func appendHost(_ value: Bytes, to out: inout ByteBuffer) {
  if appendUsualHost(value, to: &out) { return }
  let start = out.count
  appendLowerCase(hostPart(value), to: &out)
  removeWWW(from: start, of: &out)
}

private func removeWWW(from start: Int, of out: inout ByteBuffer) {
  let count = out.count &- start &- 4
  guard count >= 0, out.part(start, 4).same(as: "www.") else { return }
  (out.base + start).update(from: out.base + start + 4, count: count)
  out.truncate(to: start &+ count)
}

/// Appends the host where it is of letters, digits, dots and hyphens, with nothing but a scheme before it, and a path, a query
/// or nothing behind it; says whether it is. Nearly all values are such, and this looks at each byte once.
private func appendUsualHost(_ value: Bytes, to out: inout ByteBuffer) -> Bool {
  let start = out.count
  var rest = value
  var length = appendHostBytes(rest, to: &out)
  if length > 0, value.count &- length >= 3, isLetter(value[0]), value.part(length, 3).same(as: "://") {
    out.truncate(to: start)
    rest = value.part(length &+ 3, value.count &- length &- 3)
    length = appendHostBytes(rest, to: &out)
  }
  guard length > 0, length == rest.count || endsAuthority(rest[length]) else {
    out.truncate(to: start)
    return false
  }
  removeWWW(from: start, of: &out)
  return true
}

/// Appends the letters, in lower case, digits, dots and hyphens that a text begins with; gives their number.
private func appendHostBytes(_ text: Bytes, to out: inout ByteBuffer) -> Int {
  guard let base = text.baseAddress else { return 0 }
  out.reserve(text.count &+ 8)
  let target = out.base + out.count
  var count = 0
  while count &+ 8 <= text.count {
    let bytes = EightBytes(at: base + count)
    let usual = (bytes.letters | bytes.digits | bytes.lanes(from: 0x2D, to: 0x2E)) & ~bytes.notASCII
    bytes.lowerCase.store(to: target + count)
    guard usual == EightBytes.allLanes else {
      count &+= EightBytes.countBefore(usual ^ EightBytes.allLanes)
      out.commit(count)
      return count
    }
    count &+= 8
  }
  while count < text.count {
    let byte = base[count]
    guard isLetter(byte) || byte &- 0x30 <= 9 || byte == 0x2D || byte == 0x2E else { break }
    target[count] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    count &+= 1
  }
  out.commit(count)
  return count
}

private func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 97 && byte | 0x20 <= 122 }

/// Where the host of a URL is; of `host/path`, `//host` and `user:password@host:443` too.
private func hostPart(_ value: Bytes) -> Bytes {
  var start = schemeLength(value)
  if value.count &- start >= 2, value[start] == UInt8(ascii: "/"), value[start &+ 1] == UInt8(ascii: "/") {
    start &+= 2
  }
  var end = start
  while end < value.count, !endsAuthority(value[end]) { end &+= 1 }
  // A password may hold an `@`: the last one ends it.
  var place = end
  while place > start, value[place &- 1] != UInt8(ascii: "@") { place &-= 1 }
  start = place
  // The colons of an IPv6 address stand in brackets.
  var portStart = start
  if portStart < end, value[portStart] == UInt8(ascii: "[") {
    while portStart < end, value[portStart] != UInt8(ascii: "]") { portStart &+= 1 }
  }
  while portStart < end, value[portStart] != UInt8(ascii: ":") { portStart &+= 1 }
  let host = value.part(start, portStart &- start)
  let (from, count) = trimmed(host)
  return host.part(from, count)
}

/// How long `scheme:` is, where `//` follows it; else 0.
private func schemeLength(_ value: Bytes) -> Int {
  var place = 0
  while place < value.count {
    let byte = value[place]
    let isOther =
      byte &- 48 <= 9 || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    guard isLetter(byte) || (place > 0 && isOther) else { break }
    place &+= 1
  }
  guard place > 0, place &+ 2 < value.count, value.part(place, 3).same(as: "://") else { return 0 }
  return place &+ 1
}

private func endsAuthority(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
}

/// Appends a text in lower case: the simple mapping of each code point. Not folded: `ß` must not become `ss`,
/// since the host is written, and `straße.example` is another domain than `strasse.example`.
private func appendLowerCase(_ text: Bytes, to out: inout ByteBuffer) {
  if appendFoldedASCII(text, to: &out) { return }
  var place = 0
  while place < text.count, let base = text.baseAddress {
    var scalar: Int32 = 0
    let length = utf8proc_iterate(base + place, text.count &- place, &scalar)
    guard length > 0 else { break }
    out.reserve(4)
    let written = utf8proc_encode_char(utf8proc_tolower(scalar), out.base + out.count)
    out.commit(max(written, 0))
    place &+= length
  }
}
