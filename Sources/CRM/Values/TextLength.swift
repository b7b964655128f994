import Records

/// How many UTF-16 code units a text has, as the other side counts its length (spec, semantics 4,
/// `too_long`).
///
/// With `lineBreaksCountTwo`, as Salesforce counts: CR, LF and CRLF are two each. The text must be valid
/// UTF-8.
public func utf16Length(_ value: Bytes, lineBreaksCountTwo: Bool) -> Int {
  var length = 0
  var place = 0
  while place < value.count {
    length &+= width(value, place, lineBreaksCountTwo)
    place &+= 1
  }
  return length
}

/// How many bytes of a text to keep so that it has at most `limit` UTF-16 code units: whole code points, and,
/// where it was cut, no White_Space at its end (spec, semantics 2, truncate). A text that fits is kept whole.
public func truncated(_ value: Bytes, toUTF16 limit: Int, lineBreaksCountTwo: Bool) -> Int {
  // A code point never has more bytes than three times its code units, nor fewer than its code units.
  if !lineBreaksCountTwo, value.count <= limit { return value.count }
  var length = 0
  var place = 0
  while place < value.count {
    length &+= width(value, place, lineBreaksCountTwo)
    if length > limit { break }
    place &+= 1
  }
  guard place < value.count else { return value.count }
  // The bytes that follow a lead byte have no width, so the break is always at a lead byte.
  return countWithoutTrailingSpace(value.part(0, place))
}

/// The UTF-16 code units that begin at a byte: 0 for the bytes that continue a code point.
@inline(__always) private func width(_ value: Bytes, _ place: Int, _ lineBreaksCountTwo: Bool) -> Int {
  let byte = value[place]
  if byte < 0x80 {
    guard lineBreaksCountTwo else { return 1 }
    if byte == 0x0A { return place > 0 && value[place &- 1] == 0x0D ? 1 : 2 }
    if byte == 0x0D { return place &+ 1 < value.count && value[place &+ 1] == 0x0A ? 1 : 2 }
    return 1
  }
  if byte & 0xC0 == 0x80 { return 0 }
  return byte >= 0xF0 ? 2 : 1
}
