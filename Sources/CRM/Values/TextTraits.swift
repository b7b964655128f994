import Records

/// What one pass over a text tells: that it is UTF-8, and what still has to be done to it.
struct TextTraits {
  /// Whether it holds a CR or LF.
  var hasLineBreak: Bool
  /// Whether every scalar keeps itself to itself under NFC, so that the text is composed already.
  var isComposed: Bool

  /// ASCII without line breaks.
  static let plain = TextTraits(hasLineBreak: false, isComposed: true)

  private init(hasLineBreak: Bool, isComposed: Bool) {
    self.hasLineBreak = hasLineBreak
    self.isComposed = isComposed
  }

  /// The traits of a text, or nil if it is no valid UTF-8 (spec, semantics 1, `invalid_encoding`).
  init?(_ bytes: Bytes) {
    self = .plain
    var place = 0
    while place < bytes.count {
      let first = bytes[place]
      if first < 0x80 {
        if first == 0x0A || first == 0x0D { hasLineBreak = true }
        place &+= 1
        continue
      }
      let length = sequenceLength(bytes, at: place)
      if length == 0 { return nil }
      if isComposed {
        isComposed =
          switch length {
          case 2: isInert(first, bytes[place &+ 1])
          case 3: isInert(first, bytes[place &+ 1], bytes[place &+ 2])
          default: isInert(first, bytes[place &+ 1], bytes[place &+ 2], bytes[place &+ 3])
          }
      }
      place &+= length
    }
  }
}

/// How many bytes the well-formed UTF-8 sequence at `place` has, 1 to 4; 0 if it is none (Unicode, table
/// 3-7).
func sequenceLength(_ bytes: Bytes, at place: Int) -> Int {
  let first = bytes[place]
  if first < 0x80 { return 1 }
  let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
  guard length > 0, place &+ length <= bytes.count else { return 0 }
  let second = bytes[place &+ 1]
  let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
  let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
  guard second >= lowest, second <= highest else { return 0 }
  if length > 2, bytes[place &+ 2] & 0xC0 != 0x80 { return 0 }
  if length > 3, bytes[place &+ 3] & 0xC0 != 0x80 { return 0 }
  return length
}

// What follows names blocks whose scalars NFC never changes, reorders, or joins to the one before (quick
// check "yes", combining class 0). A block that is not named is only slower, not wrong.

/// U+0080–02FF, most Greek, Cyrillic, Armenian.
private func isInert(_ first: UInt8, _ second: UInt8) -> Bool {
  switch first {
  case 0xC2...0xCB: true
  case 0xCE: second != 0x87  // U+0387
  case 0xCF, 0xD0, 0xD1, 0xD3...0xD5: true
  case 0xD2: second < 0x83 || second > 0x87  // U+0483–0487
  default: false
  }
}

/// Latin Extended Additional, punctuation, symbols, kana, Han, Hangul syllables, private use, full-width
/// forms.
private func isInert(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
  switch first {
  case 0xE1: return second >= 0xB8 && second <= 0xBB  // U+1E00–1EFF
  case 0xE2: return isInertSymbol(second, third)
  case 0xE3:
    if second == 0x80 { return third < 0xAA || third > 0xAF }  // U+302A–302F
    return second != 0x82 || (third != 0x99 && third != 0x9A)  // U+3099, 309A
  case 0xE4...0xE9, 0xEB...0xEE: return true
  case 0xEA: return second >= 0xB0  // U+AC00 and on
  case 0xEF:
    if second == 0xB8 { return third <= 0x8F }  // variation selectors
    return second <= 0xA3 || second >= 0xBC
  default: return false
  }
}

/// U+2000–2BFF, but for the singletons and the combining marks in it.
private func isInertSymbol(_ second: UInt8, _ third: UInt8) -> Bool {
  switch second {
  case 0x80: third > 0x81  // U+2000, 2001
  case 0x83: false  // U+20C0–20FF
  case 0x84: third != 0xA6 && third != 0xAA && third != 0xAB  // U+2126, 212A, 212B
  case 0x8C: third != 0xA9 && third != 0xAA  // U+2329, 232A
  case 0xAB: third != 0x9C  // U+2ADC
  default: second <= 0xAF
  }
}

/// Emoji, and Han beyond the first plane.
private func isInert(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) -> Bool {
  first == 0xF0 && (second == 0x9F || (second >= 0xA0 && second <= 0xAE))
}
