import CRM
import Foundation
import Records
import TestSupport
import Testing

@Suite struct TextValueTests {
  static let whiteSpace = [
    "\t", "\n", "\u{B}", "\u{C}", "\r", " ", "\u{85}", "\u{A0}", "\u{1680}", "\u{2000}", "\u{2001}",
    "\u{2002}",
    "\u{2003}", "\u{2004}", "\u{2005}", "\u{2006}", "\u{2007}", "\u{2008}", "\u{2009}", "\u{200A}",
    "\u{2028}",
    "\u{2029}", "\u{202F}", "\u{205F}", "\u{3000}", "\r\n",
  ]

  @Test(arguments: whiteSpace, Kind.allCases)
  func `white space at both ends goes, and a cell of nothing else is blank`(_ space: String, _ kind: Kind) {
    #expect(own(space, ValueFormat(kind: kind, side: .hubspot)) == Own(""))
    #expect(own(space + space + "\u{0}" + space, ValueFormat(kind: kind, side: .salesforce)) == Own(""))
    #expect(own(space + "#N/A" + space, ValueFormat(kind: kind, side: .hubspot)) == Own(""))
    guard kind == .text || kind == .longtext || kind == .picklist || kind == .multipicklist else { return }
    #expect(own(space + "é x" + space, ValueFormat(kind: kind, side: .hubspot)) == Own("é x"))
    #expect(own(space + "a" + space + space, ValueFormat(kind: kind, side: .hubspot)) == Own("a"))
  }

  @Test(arguments: [
    "\u{200B}", "\u{FEFF}", "\u{2060}", "\u{180E}", "\u{1C}", "\u{1F}", "\u{1}", "\u{7F}", "\u{200D}",
    "\u{2800}",
    "\u{3164}",
  ]) func `what Unicode does not call White_Space stays`(_ character: String) {
    #expect(
      own(character + "a" + character, ValueFormat(kind: .text, side: .hubspot))
        == Own(character + "a" + character))
  }

  static let texts: [(String, String)] = [
    ("Acme", "Acme"), ("  Acme ", "Acme"), ("A  b", "A  b"), ("A\tb", "A\tb"), ("Ac\u{0}me", "Acme"),
    ("\u{0}\u{0} Acme\u{0} \u{0}", "Acme"), ("#N/A", ""), (" #N/A\u{A0}", ""), ("#\u{0}N/A", ""),
    ("#n/a", "#n/a"),
    ("#N/A!", "#N/A!"), ("##N/A", "##N/A"), ("N/A", "N/A"), ("null", "null"), ("a\nb", "a b"),
    ("a\rb", "a b"),
    ("a\r\nb", "a b"), ("a\n\nb", "a b"), ("a\n\r\n\rb", "a b"), ("a \n b", "a   b"), ("a\nb\nc", "a b c"),
    ("\na\n", "a"), ("a\n\u{0}\nb", "a b"), ("a\u{B}b", "a\u{B}b"), ("a\u{2028}b", "a\u{2028}b"),
    ("a\u{85}b", "a\u{85}b"),
    ("e\u{301}", "\u{E9}"), ("Zu\u{308}rich", "Z\u{FC}rich"), ("\u{212B}", "\u{C5}"), ("A\u{30A}", "\u{C5}"),
    ("\u{2126}", "\u{3A9}"), ("\u{212A}", "K"), ("\u{387}", "\u{B7}"),
    ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"),
    ("\u{AC00}\u{11A8}", "\u{AC01}"), ("か\u{3099}", "が"), ("は\u{309A}", "ぱ"), ("\u{958}", "\u{915}\u{93C}"),
    ("\u{2ADC}", "\u{2ADD}\u{338}"), ("\u{F900}", "\u{8C48}"), ("\u{2F800}", "\u{4E3D}"),
    ("\u{FB1D}", "\u{5D9}\u{5B4}"),
    ("a\u{315}\u{300}", "\u{E0}\u{315}"), ("q\u{323}\u{307}", "q\u{323}\u{307}"),
    ("q\u{307}\u{323}", "q\u{323}\u{307}"),
    ("e\n\u{301}", "e \u{301}"), ("e\u{0}\u{301}", "\u{E9}"), ("e\u{301}\nx", "\u{E9} x"), ("ﬁ", "ﬁ"),
    ("①", "①"),
    ("Łódź 北京 Ærø Δelta", "Łódź 北京 Ærø Δelta"), ("😀🇳漢é", "😀🇳漢é"),
    ("👨\u{200D}👩\u{200D}👧", "👨\u{200D}👩\u{200D}👧"),
    ("한국", "한국"), ("שלום", "שלום"), ("مرحبا", "مرحبا"), ("नमस्ते", "नमस्ते"), ("Привет", "Привет"),
    ("\u{1E9B}\u{323}", "\u{1E9B}\u{323}"), ("\u{344}", "\u{308}\u{301}"), ("<\u{338}", "\u{226E}"),
  ]

  @Test(arguments: texts) func `text is composed, and of one line`(_ raw: String, _ expected: String) {
    #expect(own(raw, ValueFormat(kind: .text, side: .hubspot)) == Own(expected))
    #expect(own(raw, ValueFormat(kind: .text, side: .salesforce)) == Own(expected))
  }

  static let longTexts: [(String, String)] = [
    ("a\nb", "a\nb"), ("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\r\r\nb", "a\n\nb"), ("a\n\rb", "a\n\nb"),
    ("a\r\n\r\nb", "a\n\nb"), ("\r\na\r\n", "a"), ("a\r\u{0}\nb", "a\nb"), ("e\u{301}\r\nb", "\u{E9}\nb"),
    ("e\u{301}\nb", "\u{E9}\nb"), ("  a  b  ", "a  b"), ("#N/A", ""), ("a\n#N/A", "a\n#N/A"), ("a\r\n", "a"),
    ("é\nb", "é\nb"), ("a\tb\nc", "a\tb\nc"),
  ]

  @Test(arguments: longTexts) func `long text keeps its lines, broken by LF`(
    _ raw: String, _ expected: String
  ) {
    #expect(own(raw, ValueFormat(kind: .longtext, side: .salesforce)) == Own(expected))
  }

  static let values: [(String, String)] = [
    ("a", "a"), ("a;b", "a;b"), ("b;a", "a;b"),
    (";b_consulting;c_tax; a_audit; d_training;", "a_audit;b_consulting;c_tax;d_training"),
    ("a;a", "a"), ("a; a ;a", "a"), (";", ""), (";;;", ""), (" ; ; ", ""), ("a;", "a"), (";a", "a"),
    ("a;;b", "a;b"),
    ("B;a", "B;a"), ("a;B", "B;a"), ("é;z;a", "a;z;é"), ("e\u{301};\u{E9}", "\u{E9}"), ("e\u{301}", "\u{E9}"),
    ("a b;a", "a;a b"), ("ab;a", "a;ab"), ("a;\u{A0};b", "a;b"), ("a\u{3000};b", "a;b"), ("10;9", "10;9"),
    ("9;10", "10;9"),
    ("#N/A;", ""), ("#N/A;a", "#N/A;a"), ("a\u{0};b", "a;b"), ("b\u{37E}a", "a;b"), ("a,b", "a,b"),
    ("a\nb;a", "a;a\nb"),
  ]

  @Test(arguments: values) func `values are trimmed, sorted, and stand once`(
    _ raw: String, _ expected: String
  ) {
    #expect(own(raw, ValueFormat(kind: .multipicklist, side: .hubspot)) == Own(expected))
  }

  @Test func `many values are sorted by bytes`() {
    let names = (0..<5000).map { "value \($0)" }
    let expected = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.joined(
      separator: ";")
    let raw = (names.reversed() + names).joined(separator: " ; ")
    #expect(own(raw, ValueFormat(kind: .multipicklist, side: .hubspot)) == Own(expected))
  }

  @Test func `a picklist value is only composed`() {
    let format = ValueFormat(kind: .picklist, side: .hubspot)
    #expect(own(" b;a ", format) == Own("b;a"))
    #expect(own("Me\u{301}dia", format) == Own("Média"))
  }

  static let broken: [[UInt8]] = [
    [0xE9], [0xE9, 0x74, 0xE9], [0x61, 0x62, 0x63, 0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0x80],
    [0xBF, 0x61],
    [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
    [0xED, 0xBF, 0xBF],
    [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
    [0xF5, 0x80, 0x80, 0x80],
    [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xC3, 0x28], [0x20, 0xC2], [0x31, 0xC2, 0x20],
    [0x23, 0x4E, 0x2F, 0x41, 0xFF],
  ]

  @Test(arguments: broken, Kind.allCases) func `a cell that is no UTF-8 is an issue of any kind`(
    _ raw: [UInt8], _ kind: Kind
  ) {
    #expect(own(raw, ValueFormat(kind: kind, side: .hubspot, blankIsFalse: true)) == Own("!invalid_encoding"))
    var canonicalizer = Canonicalizer()
    let count = raw.withUnsafeBufferPointer {
      canonicalizer.canonicalize($0, ValueFormat(kind: kind, side: .hubspot)).count
    }
    #expect(count == 0)
  }

  @Test(arguments: [
    "\u{80}", "\u{7FF}", "\u{800}", "\u{10000}", "\u{100000}", "\u{D7FF}", "\u{E000}",
  ]) func `the ends of each length of UTF-8 are read`(_ text: String) {
    #expect(own("a" + text + "b", ValueFormat(kind: .text, side: .hubspot)) == Own("a" + text + "b"))
  }

  @Test func `code points that are no characters are UTF-8 all the same`() {
    for raw: [UInt8] in [
      [0xEF, 0xBF, 0xBE], [0xEF, 0xBF, 0xBF], [0xEF, 0xB7, 0x90], [0xF4, 0x8F, 0xBF, 0xBF],
    ] {
      #expect(own(raw, ValueFormat(kind: .text, side: .hubspot)) == Own(bytes: raw, issue: .none))
      let mixed = raw + [0x65, 0xCC, 0x81]
      #expect(
        own(mixed, ValueFormat(kind: .text, side: .hubspot)) == Own(bytes: raw + [0xC3, 0xA9], issue: .none))
    }
  }

  @Test func `a cell with an issue is handed back trimmed and without NULs`() {
    var canonicalizer = Canonicalizer()
    let raw = Array("\u{A0} ab\u{0}c \u{3000}".utf8)
    raw.withUnsafeBufferPointer { raw in
      let cell = canonicalizer.canonicalize(raw, ValueFormat(kind: .number, side: .hubspot))
      #expect(cell.issue == .invalidNumber)
      #expect(value(cell, raw, canonicalizer.scratch.bytes).same(as: "abc"))
    }
    let plain = Array(" x1 ".utf8)
    plain.withUnsafeBufferPointer { raw in
      let cell = canonicalizer.canonicalize(raw, ValueFormat(kind: .datetime, side: .hubspot))
      #expect(cell.issue == .invalidDatetime)
      #expect(cell.place == .raw)
      #expect(value(cell, raw, canonicalizer.scratch.bytes).same(as: "x1"))
    }
  }

  @Test func `a broken cell is shown with replacement characters`() {
    let shown: ([UInt8]) -> String = { raw in
      appended { out in raw.withUnsafeBufferPointer { appendRepaired($0, into: &out) } }
    }
    #expect(shown([0xE9, 0x74, 0xE9]) == "\u{FFFD}t\u{FFFD}")
    #expect(shown([0x20, 0x61, 0x00, 0xFF, 0x20]) == "a\u{FFFD}")
  }

  @Test func `plain text is handed back in place`() {
    var canonicalizer = Canonicalizer()
    for text in [
      "Acme Corporation", "Zürich", "42", "2025-05-05", "2017-12-07T05:16:53.000Z", "true",
      "001DB5N7OCm8BLAY02",
    ] {
      for kind in Kind.allCases {
        withUTF8(text) { raw in
          let cell = canonicalizer.canonicalize(raw, ValueFormat(kind: kind, side: .salesforce))
          guard cell.issue == .none, value(cell, raw, canonicalizer.scratch.bytes).same(as: raw) else {
            return
          }
          #expect(cell.place == .raw, "\(text) as \(kind)")
        }
      }
    }
  }

  private func withUTF8(_ text: String, _ body: (Bytes) -> Void) {
    Array(text.utf8).withUnsafeBufferPointer(body)
  }

  /// Scalars of Unicode 14 and before, which every library in question knows. Foundation on Linux composes
  /// those beyond U+FFFF as if they had 16 bits, so for them it must do that the text is equivalent.
  @Test func `every character composes as Foundation composes it`() {
    var canonicalizer = Canonicalizer()
    let format = ValueFormat(kind: .text, side: .hubspot)
    for code in 0x21...0x10FFFF {
      guard let scalar = Unicode.Scalar(UInt32(code)), let age = scalar.properties.age, age.major <= 14 else {
        continue
      }
      if scalar.properties.generalCategory == .privateUse && code & 0xFF != 0 { continue }
      if scalar.properties.isWhitespace { continue }
      for text in ["a\(scalar)", "\(scalar)\u{301}\u{323}z"] {
        let found = Array(text.utf8).withUnsafeBufferPointer { raw in
          let cell = canonicalizer.canonicalize(raw, format)
          return String(decoding: value(cell, raw, canonicalizer.scratch.bytes), as: UTF8.self)
        }
        let isSame =
          code > 0xFFFF
          ? found == text
          : found.utf8.elementsEqual(text.precomposedStringWithCanonicalMapping.utf8)
        if !isSame { Issue.record("U+\(String(code, radix: 16))") }
      }
    }
  }

  @Test func `a long run of marks is composed as short ones are, and in no more than its share of time`() {
    var random = SeededRandom.announced("long runs of marks")
    func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    let marks = [
      "\u{300}", "\u{301}", "\u{308}", "\u{323}", "\u{327}", "\u{345}", "\u{338}", "\u{1D165}", "\u{3099}", "\u{200B}",
    ]
    func composed(_ text: String) -> [UInt8] { own(text, ValueFormat(kind: .text, side: .hubspot)).bytes }
    for round in 0..<60 {
      // Each piece begins with a letter that composes with nothing before it.
      let pieces = (0..<pick(900)).map { _ in
        ["a", "q", "か", "\u{212B}", "\u{958}", "x"][pick(6)]
          + (0..<pick(6)).map { _ in marks[pick(marks.count)] }.joined()
      }
      let expected = pieces.flatMap { composed($0) }
      let found = composed(pieces.joined())
      #expect(found == expected, "round \(round)")
    }
    let long = "a" + String(repeating: "\u{323}\u{301}\u{327}", count: 60_000)
    let time = ContinuousClock().measure { _ = own(long, ValueFormat(kind: .text, side: .hubspot)) }
    #expect(time < .seconds(20), "\(time)")
  }
}
