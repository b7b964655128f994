import CRM
import Records

/// The most UTF-16 code units that HubSpot takes in a body (activities-pipelines 4, "Properties").
public let bodyLimit = 65_536

/// Appends plain text as HTML: `&`, `<` and `>` escaped, each line break as `<br>`. Says whether it was cut, at a whole
/// Unicode scalar and never inside `&…;` or `<br>`, to `limit` UTF-16 code units as written.
public func appendHTML(_ text: Bytes, limit: Int = bodyLimit, into out: inout ByteBuffer) -> Bool {
  var units = 0
  var start = 0
  var place = 0
  while place < text.count {
    let byte = text[place]
    let escape = escapeInHTML(byte)
    let (bytes, width) = scalarSize(byte)
    units += escape?.utf8CodeUnitCount ?? width
    if units > limit {
      out.append(text.part(start, place - start))
      return true
    }
    if let escape {
      out.append(text.part(start, place - start))
      out.append(escape)
      start = place + 1
    }
    place += escape == nil ? min(bytes, text.count - place) : 1
  }
  out.append(text.part(start, text.count - start))
  return false
}

/// How many bytes of valid UTF-8 to keep for at most `limit` UTF-16 code units, at a whole Unicode scalar.
public func countKept(of text: Bytes, toUTF16 limit: Int) -> Int {
  guard text.count > limit else { return text.count }
  var units = 0
  var place = 0
  while place < text.count {
    let (bytes, width) = scalarSize(text[place])
    units += width
    if units > limit { return place }
    place += bytes
  }
  return text.count
}

private func escapeInHTML(_ byte: UInt8) -> StaticString? {
  switch byte {
  case UInt8(ascii: "&"): "&amp;"
  case UInt8(ascii: "<"): "&lt;"
  case UInt8(ascii: ">"): "&gt;"
  case 10: "<br>"
  default: nil
  }
}

/// Bytes and UTF-16 code units of the scalar that a lead byte begins.
private func scalarSize(_ lead: UInt8) -> (bytes: Int, units: Int) {
  if lead < 0x80 { return (1, 1) }
  if lead < 0xE0 { return (2, 1) }
  return lead < 0xF0 ? (3, 1) : (4, 2)
}
