import CByteMasks
import Records

/// Whether a cell is ASCII without NUL, tab or line break: nothing to remove but spaces at its ends.
func isPlain(_ bytes: Bytes) -> Bool { byte_masks_is_plain(bytes.baseAddress, bytes.count) != 0 }

/// The part of an ASCII text without White_Space at both ends.
@inline(__always) func trimmedASCII(_ bytes: Bytes) -> (start: Int, count: Int) {
  var start = 0
  var end = bytes.count
  while start < end, isASCIISpace(bytes[start]) { start &+= 1 }
  while end > start, isASCIISpace(bytes[end &- 1]) { end &-= 1 }
  return (start, end &- start)
}

/// The part of a valid UTF-8 text without Unicode White_Space at both ends (spec, semantics 1, all kinds).
func trimmed(_ bytes: Bytes) -> (start: Int, count: Int) {
  var start = 0
  while start < bytes.count {
    let length = whiteSpaceLength(bytes, at: start)
    if length == 0 { break }
    start &+= length
  }
  return (start, countWithoutTrailingSpace(bytes.part(start, bytes.count &- start)))
}

/// How many bytes a valid UTF-8 text has without Unicode White_Space at its end.
func countWithoutTrailingSpace(_ bytes: Bytes) -> Int {
  var end = bytes.count
  while end > 0 {
    // Only a lead byte starts a White_Space sequence, so these bytes are one scalar.
    var length = 1
    while length < 3, length < end, bytes[end &- length] & 0xC0 == 0x80 { length &+= 1 }
    guard whiteSpaceLength(bytes.part(0, end), at: end &- length) == length else { break }
    end &-= length
  }
  return end
}

@inline(__always) func isASCIISpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

/// How many bytes the White_Space scalar at `place` has; 0 if there is none.
private func whiteSpaceLength(_ bytes: Bytes, at place: Int) -> Int {
  let first = bytes[place]
  if first < 0x80 { return isASCIISpace(first) ? 1 : 0 }
  guard place &+ 1 < bytes.count else { return 0 }
  let second = bytes[place &+ 1]
  if first == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
  guard place &+ 2 < bytes.count else { return 0 }
  let third = bytes[place &+ 2]
  let isSpace =
    switch (first, second) {
    case (0xE1, 0x9A): third == 0x80  // U+1680
    case (0xE2, 0x80):  // U+2000–200A, 2028, 2029, 202F
      third <= 0x8A || third == 0xA8 || third == 0xA9 || third == 0xAF
    case (0xE2, 0x81): third == 0x9F  // U+205F
    case (0xE3, 0x80): third == 0x80  // U+3000
    default: false
    }
  return isSpace ? 3 : 0
}
