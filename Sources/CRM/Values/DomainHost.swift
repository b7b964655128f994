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
  let host = hostPart(value)
  let start = out.count
  appendLowerCase(host, to: &out)
  let lower = out.part(start, out.count &- start)
  guard lower.count >= 4, lower.part(0, 4).same(as: "www.") else { return }
  let count = lower.count &- 4
  for place in 0..<count { out.base[start &+ place] = out.base[start &+ place &+ 4] }
  out.truncate(to: start &+ count)
}

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
    let isLetter = byte | 0x20 >= 97 && byte | 0x20 <= 122
    let isOther =
      byte &- 48 <= 9 || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    guard isLetter || (place > 0 && isOther) else { break }
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
