import CRM
import Records
import Testing

@Suite struct TextLengthValueTests {
  static let lengths: [(String, Int, Int)] = [
    ("", 0, 0), ("abc", 3, 3), ("é", 1, 1), ("漢", 1, 1), ("😀", 2, 2), ("🇳", 2, 2), ("a\nb", 3, 4),
    ("a\r\nb", 4, 4),
    ("a\rb", 3, 4), ("\n\n", 2, 4), ("\n\r", 2, 4), ("\r\r\n", 3, 4), ("x😀\n漢", 5, 6), ("\u{FFFD}", 1, 1),
    ("\u{10000}", 2, 2),
  ]

  @Test(arguments: lengths) func `length counts UTF-16 code units, and line breaks once or twice`(
    _ text: String, _ once: Int, _ twice: Int
  ) {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      #expect(utf16Length(bytes, lineBreaksCountTwo: false) == once)
      #expect(utf16Length(bytes, lineBreaksCountTwo: true) == twice)
    }
    #expect(text.utf16.count == once)
  }

  /// Text, limit, whether line breaks count two, what stays.
  static let cuts: [(String, Int, Bool, String)] = [
    ("abcdef", 6, true, "abcdef"), ("abcdef", 5, true, "abcde"), ("abcdef", 0, true, ""),
    ("abcdef", -1, true, ""), ("", 0, true, ""),
    ("", -5, false, ""), ("ab cd", 3, true, "ab"), ("ab \u{3000}\u{A0}cd", 5, true, "ab"),
    ("ab\ncd", 4, true, "ab"),
    ("ab\ncd", 5, true, "ab\nc"), ("ab\ncd", 6, true, "ab\ncd"), ("ab\ncd", 4, false, "ab\nc"),
    ("ab\ncd", 3, false, "ab"),
    ("x😀y", 2, true, "x"), ("x😀y", 3, true, "x😀"), ("😀😀", 3, true, "😀"), ("漢字漢", 2, true, "漢字"),
    ("éé", 1, false, "é"),
    ("   ", 2, true, ""), ("a\u{301}b", 1, true, "a"), ("é", 1, true, "é"), ("漢", 1, false, "漢"),
    ("漢", 0, false, ""), ("a ", 2, true, "a "),
    ("ab\r\ncd", 3, true, "ab"), ("abc", 100, false, "abc"), ("😀", 1, false, ""),
    ("a\u{200B}b", 2, true, "a\u{200B}"),
  ]

  @Test(arguments: cuts) func `a cut keeps whole code points, and no white space at its end`(
    _ text: String, _ limit: Int, _ twice: Bool, _ expected: String
  ) {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      let count = truncated(bytes, toUTF16: limit, lineBreaksCountTwo: twice)
      #expect(bytes.prefix(count).elementsEqual(expected.utf8))
    }
  }

  @Test func `a cut fits, is the longest that does, and cutting again keeps it`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let alphabet: [Unicode.Scalar] = ["a", "é", "漢", "😀", "\n", " ", "\u{3000}", "\u{301}"]
    for _ in 0..<5000 {
      let scalars = (0..<random.pick(0...20)).map { _ in random.pick(alphabet) }
      let limit = random.pick(0...30)
      let twice = random.pick([true, false])
      let length: (Unicode.Scalar) -> Int = { $0 == "\n" && twice ? 2 : UTF16.width($0) }
      var kept: [Unicode.Scalar] = []
      while kept.count < scalars.count, (kept + [scalars[kept.count]]).map(length).reduce(0, +) <= limit {
        kept.append(scalars[kept.count])
      }
      if kept.count < scalars.count {
        while let last = kept.last, last.properties.isWhitespace { kept.removeLast() }
      }
      func utf8(_ scalars: [Unicode.Scalar]) -> [UInt8] { scalars.flatMap { Array(String($0).utf8) } }
      utf8(scalars).withUnsafeBufferPointer { bytes in
        let count = truncated(bytes, toUTF16: limit, lineBreaksCountTwo: twice)
        #expect(bytes.prefix(count).elementsEqual(utf8(kept)), "seed \(seed)")
        #expect(utf16Length(bytes.part(0, count), lineBreaksCountTwo: twice) <= limit, "seed \(seed)")
        #expect(
          truncated(bytes.part(0, count), toUTF16: limit, lineBreaksCountTwo: twice) == count, "seed \(seed)")
      }
    }
  }
}
