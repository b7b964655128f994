import CRM
import Records

/// Makes plain text of HTML, as it goes into the description of a Salesforce task (activities-pipelines 6, "Text").
///
/// Each step is a pass of its own over the whole text, in the order of the spec: what one leaves, the next one sees. One
/// maker a thread; it owns its memory.
public struct PlainTextMaker: ~Copyable {
  private var from = ByteBuffer(capacity: 4096)
  private var to = ByteBuffer(capacity: 4096)

  /// A maker with memory of its own.
  public init() {}

  /// The text of HTML that is canonical longtext, until the next call. It is not yet canonical: bring it to longtext.
  public mutating func make(_ html: Bytes) -> Bytes {
    guard html.contains(where: { $0 == Mark.open || $0 == Mark.entity }) else {
      from.clear()
      collapse(html)
      return to.bytes
    }
    from.clear()
    from.append(html)
    pass(PlainTextMaker.dropHidden)
    pass(PlainTextMaker.breakLines)
    pass(PlainTextMaker.dropTags)
    pass(PlainTextMaker.resolveEntities)
    collapse(from.bytes)
    return to.bytes
  }

  private mutating func pass(_ step: (Bytes, inout ByteBuffer) -> Void) {
    to.clear()
    step(from.bytes, &to)
    swap(&from, &to)
  }

  private enum Mark {
    static let open = UInt8(ascii: "<")
    static let close = UInt8(ascii: ">")
    static let entity = UInt8(ascii: "&")
    static let lineFeed: UInt8 = 10
  }

  // MARK: The steps

  /// Comments, scripts and styles go, with what is in them; up to the end, if they never end.
  private static func dropHidden(_ text: Bytes, _ out: inout ByteBuffer) {
    var place = 0
    while let start = next(Mark.open, text, place) {
      out.append(text.part(place, start - place))
      if has("<!--", text, start) {
        place = end(of: "-->", text, start + 4)
      } else if isOpening("<script", text, start) {
        place = end(of: "</script>", text, start)
      } else if isOpening("<style", text, start) {
        place = end(of: "</style>", text, start)
      } else {
        out.append(Mark.open)
        place = start + 1
      }
    }
    out.append(text.part(place, text.count - place))
  }

  /// What ends a line in a browser becomes a line break.
  private static func breakLines(_ text: Bytes, _ out: inout ByteBuffer) {
    let ends: [StaticString] = [
      "</p>", "</div>", "</li>", "</tr>", "</h1>", "</h2>", "</h3>", "</h4>", "</h5>", "</h6>",
    ]
    let lastClose = text.lastIndex(of: Mark.close) ?? 0
    var place = 0
    while let start = next(Mark.open, text, place) {
      out.append(text.part(place, start - place))
      if start < lastClose, isOpening("<br", text, start), let close = next(Mark.close, text, start) {
        out.append(Mark.lineFeed)
        place = close + 1
      } else if let end = ends.first(where: { has($0, text, start) }) {
        out.append(Mark.lineFeed)
        place = start + end.utf8CodeUnitCount
      } else {
        out.append(Mark.open)
        place = start + 1
      }
    }
    out.append(text.part(place, text.count - place))
  }

  /// Every other tag goes: `<` before a letter, `/` or `!`, up to the next `>`.
  private static func dropTags(_ text: Bytes, _ out: inout ByteBuffer) {
    // Behind it no tag ends: to look for an end from each `<` there would take the square of their number.
    let lastClose = text.lastIndex(of: Mark.close) ?? 0
    var place = 0
    while let start = next(Mark.open, text, place) {
      out.append(text.part(place, start - place))
      if start < lastClose, isTagStart(text[start + 1]), let close = next(Mark.close, text, start) {
        place = close + 1
      } else {
        out.append(Mark.open)
        place = start + 1
      }
    }
    out.append(text.part(place, text.count - place))
  }

  /// Entities become their character, once; one that is no character stays as it is.
  private static func resolveEntities(_ text: Bytes, _ out: inout ByteBuffer) {
    let named: [(StaticString, StaticString)] = [
      ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&nbsp;", "\u{A0}"),
    ]
    var place = 0
    while let start = next(Mark.entity, text, place) {
      out.append(text.part(place, start - place))
      if let entity = named.first(where: { text.count - start >= $0.0.utf8CodeUnitCount && matches($0.0, text, start) })
      {
        out.append(entity.1)
        place = start + entity.0.utf8CodeUnitCount
      } else if let (scalar, end) = numbered(text, start) {
        for byte in String(Character(scalar)).utf8 { out.append(byte) }
        place = end
      } else {
        out.append(Mark.entity)
        place = start + 1
      }
    }
    out.append(text.part(place, text.count - place))
  }

  /// The character of `&#N;` or `&#xN;`, and where the entity ends.
  private static func numbered(_ text: Bytes, _ start: Int) -> (Unicode.Scalar, Int)? {
    guard start + 3 < text.count, text[start + 1] == UInt8(ascii: "#") else { return nil }
    let isHex = text[start + 2] | 0x20 == UInt8(ascii: "x")
    var place = start + (isHex ? 3 : 2)
    let first = place
    var value: UInt32 = 0
    while place < text.count, let digit = digit(text[place], isHex) {
      value = min(value &* (isHex ? 16 : 10) &+ digit, 0x11_0000)
      place += 1
    }
    guard place > first, place < text.count, text[place] == UInt8(ascii: ";"), value > 0,
      let scalar = Unicode.Scalar(value)
    else { return nil }
    return (scalar, place + 1)
  }

  private static func digit(_ byte: UInt8, _ isHex: Bool) -> UInt32? {
    if byte &- 48 <= 9 { return UInt32(byte &- 48) }
    let lower = byte | 0x20
    return isHex && lower >= 97 && lower <= 102 ? UInt32(lower - 87) : nil
  }

  /// Runs of spaces, tabs and no-break spaces become one space, spaces around line breaks go, more than two line breaks
  /// become two.
  private mutating func collapse(_ text: Bytes) {
    to.clear()
    var hasSpace = false
    var breaks = 0
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte == 0x20 || byte == 0x09 {
        hasSpace = true
      } else if byte == 0xC2, place + 1 < text.count, text[place + 1] == 0xA0 {
        hasSpace = true
        place += 1
      } else if byte == Mark.lineFeed {
        hasSpace = false
        breaks += 1
      } else {
        if breaks > 0 {
          for _ in 0..<min(breaks, 2) { to.append(Mark.lineFeed) }
        } else if hasSpace {
          to.append(0x20)
        }
        breaks = 0
        hasSpace = false
        to.append(byte)
      }
      place += 1
    }
  }

  // MARK: Looking at the text

  private static func next(_ byte: UInt8, _ text: Bytes, _ start: Int) -> Int? {
    var place = start
    while place < text.count {
      if text[place] == byte { return place }
      place += 1
    }
    return nil
  }

  private static func isTagStart(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 97 && byte | 0x20 <= 122) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "!")
  }

  /// Whether a word stands at a place, in any case.
  private static func has(_ word: StaticString, _ text: Bytes, _ place: Int) -> Bool {
    text.count - place >= word.utf8CodeUnitCount && text.part(place, word.utf8CodeUnitCount).isWord(word)
  }

  /// Whether a word stands at a place exactly.
  private static func matches(_ word: StaticString, _ text: Bytes, _ place: Int) -> Bool {
    text.part(place, word.utf8CodeUnitCount).same(as: word)
  }

  /// Whether the tag of this name opens here: behind the name comes white space, `/` or `>`.
  private static func isOpening(_ word: StaticString, _ text: Bytes, _ place: Int) -> Bool {
    guard has(word, text, place) else { return false }
    let behind = place + word.utf8CodeUnitCount
    guard behind < text.count else { return false }
    let byte = text[behind]
    return byte == Mark.close || byte == UInt8(ascii: "/") || byte <= 0x20
  }

  /// Behind the next occurrence of a word, or the end of the text.
  private static func end(of word: StaticString, _ text: Bytes, _ start: Int) -> Int {
    var place = start
    while place < text.count {
      if has(word, text, place) { return place + word.utf8CodeUnitCount }
      place += 1
    }
    return text.count
  }
}
