import CRM
import Records
import Testing

@Suite struct ComparisonValueTests {
  private func equal(_ a: String, _ b: String, _ comparison: Comparison) -> Bool {
    var comparer = Comparer()
    return Array(a.utf8).withUnsafeBufferPointer { a in
      Array(b.utf8).withUnsafeBufferPointer { comparer.equal(a, $0, comparison) }
    }
  }

  private func key(_ value: String, _ comparison: Comparison) -> String {
    var comparer = Comparer()
    return appended { out in
      Array(value.utf8).withUnsafeBufferPointer { comparer.key($0, comparison, into: &out) }
    }
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `comparisons have the names of the mapping file`() {
    #expect(Comparison.allCases.map(\.rawValue) == ["exact", "ignore_case", "phone", "domain"])
  }

  @Test func `exact is byte for byte`() {
    #expect(equal("Acme", "Acme", .exact))
    #expect(!equal("Acme", "acme", .exact))
    #expect(!equal("Acme", "", .exact))
    #expect(equal("", "", .exact))
    #expect(key("Acme", .exact) == "Acme")
  }

  static let folded: [(String, String)] = [
    ("ACME", "acme"), ("Ærø", "ærø"), ("Straße", "strasse"), ("STRASSE", "strasse"), ("ẞ", "ss"), ("ﬁ", "fi"),
    ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("ς", "σ"), ("K", "k"), ("ſ", "s"), ("Łódź", "łódź"), ("ПРИВЕТ", "привет"),
    ("北京", "北京"),
    ("İ", "i\u{307}"), ("I", "i"), ("ı", "ı"), ("ŉ", "\u{2BC}n"), ("ǰ", "j\u{30C}"), ("ᾳ", "αι"), ("Ա", "ա"),
    ("և", "եւ"), ("A@B.COM", "a@b.com"),
    ("[\\]^_`@{", "[\\]^_`@{"), ("Ꭰ", "Ꭰ"), ("ꭰ", "Ꭰ"), ("𐐀", "𐐨"), ("", ""),
  ]

  @Test(arguments: folded) func `ignore_case is full default case folding`(
    _ value: String, _ expected: String
  ) {
    #expect(bytes(key(value, .ignoreCase)) == bytes(expected))
    #expect(
      bytes(appended { out in bytes(value).withUnsafeBufferPointer { caseFold($0, into: &out) } })
        == bytes(expected))
    #expect(equal(value, expected, .ignoreCase))
  }

  static let phones: [(String, String)] = [
    ("+47 (33 0422432", "+47330422432"), ("+47-62 9341326", "+47629341326"),
    ("00 13) 9627440", "00139627440"),
    ("00-14.2381874", "00142381874"), ("531697552", "531697552"), ("++47", "+47"), ("+ 47", "+47"),
    ("(+47) 1", "471"),
    ("47+1", "471"), ("+47 ext. 12", "+4712"), ("call me", "call me"), ("+", "+"), ("+abc", "+abc"),
    ("٣", "٣"), ("٣1", "1"), ("", ""),
    ("１2", "2"), ("+é1", "+1"),
  ]

  @Test(arguments: phones) func `phone is the digits and a leading plus`(_ value: String, _ expected: String) {
    #expect(key(value, .phone) == expected)
  }

  @Test func `phones with and without a plus differ, and those without digits compare as they are`() {
    #expect(equal("+47 91 05", "+479105", .phone))
    #expect(!equal("+479105", "479105", .phone))
    #expect(!equal("none", "n/a", .phone))
    #expect(equal("none", "none", .phone))
    #expect(!equal("", "none", .phone))
    #expect(!equal("12", "", .phone))
  }

  static let hosts: [(String, String)] = [
    ("example.com", "example.com"), ("EXAMPLE.COM", "example.com"), ("http://example.com", "example.com"),
    ("https://example.com/", "example.com"), ("HTTPS://Example.Com/A?b=c", "example.com"),
    ("www.example.com", "example.com"),
    ("WWW.Example.com/a?b=c", "example.com"),
    ("http://www.site65.example.com:443/about", "site65.example.com"),
    ("SITE114.EXAMPLE.COM:443/about", "site114.example.com"), ("//example.com/x", "example.com"),
    ("//www.example.com", "example.com"),
    ("user:pw@example.com:443", "example.com"), ("user@example.com", "example.com"),
    ("http://user:p@ss@example.com/x@y", "example.com"),
    ("ftp://example.com", "example.com"), ("git+ssh://example.com", "example.com"),
    ("example.com?x=http://other.com", "example.com"),
    ("example.com#frag", "example.com"), ("example.com:8080", "example.com"), ("example.com:", "example.com"),
    ("localhost", "localhost"),
    ("wwww.example.com", "wwww.example.com"), ("www2.example.com", "www2.example.com"),
    ("www.www.example.com", "www.example.com"),
    ("http://[2001:DB8::1]:443/x", "[2001:db8::1]"), ("http://ÆRØ.example", "ærø.example"),
    ("https://straße.example", "straße.example"),
    ("北京.example/x", "北京.example"), ("http:///path", "http:///path"), ("/path", "/path"), ("?q", "?q"),
    ("www.", "www."), ("#", "#"),
    ("://example.com", "://example.com"), ("1http://example.com", "1http"), ("example.com /x", "example.com"),
    ("http://", "http://"),
    ("www.com", "com"), ("@", "@"), (":80", ":80"), ("", ""), ("[", "["), ("http://[::1", "[::1"),
    ("www", "www"), ("a://b", "b"),
    ("http:/", "http"), ("http:", "http"), ("h://", "h://"),
  ]

  @Test(arguments: hosts) func `domain is the host of a URL`(_ value: String, _ expected: String) {
    #expect(bytes(key(value, .domain)) == bytes(expected))
    #expect(
      bytes(appended { out in bytes(value).withUnsafeBufferPointer { domainHost($0, into: &out) } })
        == bytes(expected))
    #expect(equal(value, value, .domain))
    let isWhole = value != "" && expected != ""
    #expect(
      equal(value, expected, .domain) == true || !isWhole || value.hasPrefix("www.www.")
        || expected.hasPrefix("www."))
  }

  /// What the specification says of a domain, in ASCII, a step a line.
  private func hostByTheSteps(_ value: String) -> String {
    var rest = Substring(value)
    let scheme = rest.prefix { $0.isLetter || $0.isNumber || "+-.".contains($0) }
    if scheme.first?.isLetter == true, rest.dropFirst(scheme.count).hasPrefix("://") {
      rest = rest.dropFirst(scheme.count + 3)
    } else if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
    }
    rest = rest.prefix { !"/?#".contains($0) }
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    rest = rest.prefix { $0 != ":" }
    let host = rest.lowercased().trimmingPrefix { $0 == " " }.reversed().trimmingPrefix { $0 == " " }.reversed()
    let lower = String(host)
    let bare = lower.hasPrefix("www.") ? String(lower.dropFirst(4)) : lower
    return bare.isEmpty ? value : bare
  }

  @Test func `a domain of any length is what the steps of the specification make of it`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let usual = Array("abcxyzABCXYZ0189.-").map(String.init)
    let signs = Array("/?#@:+ _`{}~^").map(String.init) + ["://", "//", "www.", "WWW.", "\u{1}", "\u{7F}"]
    for _ in 0..<20_000 {
      let beginning = random.pick(["", "", "https://", "HTTP://", "www.", "//", "https://www."])
      let rarity = random.pick(1...40)
      let text = (0..<random.pick(0...40)).map { _ in random.pick(random.pick(0...rarity) == 0 ? signs : usual) }
      let value = beginning + text.joined()
      let made = appended { out in bytes(value).withUnsafeBufferPointer { domainHost($0, into: &out) } }
      #expect(made == hostByTheSteps(value), "\(value.debugDescription) seed \(seed)")
    }
  }

  @Test func `keys are appended behind what a buffer holds`() {
    var comparer = Comparer()
    let text = appended { out in
      for (value, comparison) in [
        ("www.A.b", Comparison.domain), ("+4 7", .phone), ("ÆX", .ignoreCase), ("x", .exact), ("-", .phone),
      ] {
        bytes(value).withUnsafeBufferPointer { comparer.key($0, comparison, into: &out) }
      }
    }
    #expect(text == "a.b+47æxx-")
  }

  @Test func `any two texts are equal just when their keys are`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("aAbB.:/@+1?#ßsS æÆ-w[]é漢").map(String.init) + ["www.", "://", "http://", ""]
    for _ in 0..<20_000 {
      let a = (0..<random.pick(0...6)).map { _ in random.pick(alphabet) }.joined()
      let b = (0..<random.pick(0...6)).map { _ in random.pick(alphabet) }.joined()
      for comparison in Comparison.allCases {
        #expect(
          equal(a, b, comparison) == (bytes(key(a, comparison)) == bytes(key(b, comparison))),
          "\(a) \(b) seed \(seed)")
      }
    }
  }
}
