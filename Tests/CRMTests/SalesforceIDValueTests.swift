import CRM
import Records
import Testing

@Suite struct SalesforceIDValueTests {
  /// The published pairs of 15 and 18 characters.
  static let pairs: [(String, String)] = [
    ("a01M00000062mPg", "a01M00000062mPgIAI"), ("001M000000qfPyS", "001M000000qfPySIAU"),
    ("a0FE000000D6r3F", "a0FE000000D6r3FMAR"),
    ("0F9E000000092w2", "0F9E000000092w2KAA"), ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaAAA"),
    ("AbCdEfGhIjKlMnO", "AbCdEfGhIjKlMnOVKV"),
    ("aBcDEfgHIJKLMNO", "aBcDEfgHIJKLMNO025"), ("a0D30000001n7Pi", "a0D30000001n7PiEAI"),
    ("0031G00001S3ckZ", "0031G00001S3ckZQAR"),
    ("00T1G00003Ufap9", "00T1G00003Ufap9UAB"),
  ]

  private func id(_ raw: String, _ kind: Kind = .id, _ side: Side = .salesforce) -> Own {
    own(raw, ValueFormat(kind: kind, side: side))
  }

  @Test(arguments: pairs) func `fifteen characters become eighteen`(_ short: String, _ long: String) {
    #expect(salesforceID18(short) == long)
    #expect(salesforceID18(long) == long)
    for side in Side.allCases {
      #expect(id(short, .id, side) == Own(long))
      #expect(id(long, .id, side) == Own(long))
    }
    #expect(id(short, .owner) == Own(long))
    #expect(id(" " + long + "\u{A0}", .owner) == Own(long))
  }

  @Test(arguments: pairs) func `lost case is restored from the suffix`(_ short: String, _ long: String) {
    #expect(id(long.uppercased()) == Own(long))
    #expect(id(long.lowercased()) == Own(long))
  }

  @Test(arguments: pairs) func `a key packs the id exactly`(_ short: String, _ long: String) throws {
    let key = try #require(Array(short.utf8).withUnsafeBufferPointer { SalesforceKey($0) })
    for form in [long, long.uppercased(), long.lowercased()] {
      #expect(Array(form.utf8).withUnsafeBufferPointer { SalesforceKey($0) } == key)
    }
    #expect(appended { key.write18(into: &$0) } == long)
    #expect(SalesforceKey(hi: key.hi, lo: key.lo) == key)
  }

  static let accepted: [(String, String)] = [
    ("A0R000000000001EAA", "a0R000000000001EAA"), ("a0r000000000002eaa", "a0R000000000002EAA"),
    ("001000000000001aaa", "001000000000001AAA"), ("001000000000001AAA", "001000000000001AAA"),
    ("a0R000\u{0}00000000\u{0}1EAA", "a0R000000000001EAA"),
    ("\u{3000}001zIhuei76pzZTQAY ", "001zIhuei76pzZTQAY"),
    ("00153Ijqpn0Y4WI", "00153Ijqpn0Y4WIAB0"), ("", ""), ("#N/A", ""),
    ("000000000000000", "000000000000000AAA"),
    ("ZZZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZ555"), ("zzzzzzzzzzzzzzz555", "ZZZZZZZZZZZZZZZ555"),
    ("aaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaAAA"),
  ]

  @Test(arguments: accepted) func `an id becomes its eighteen characters`(_ raw: String, _ expected: String) {
    #expect(id(raw) == Own(expected))
    #expect(id(raw, .id, .hubspot) == Own(expected))
    #expect(id(raw, .owner) == Own(expected))
  }

  static let refused = [
    "001A0000006Vm9uIAB", "005nonsense", "0", "001DB5N7OCm8BLA", "001DB5N7OCm8BLAY0", "001DB5N7OCm8BLAY020",
    "001DB5N7OCm8BLAy02", "001DB5N7OCm8BLAAAA", "a0R000000000001eaa", "a0r000000000001EAA",
    "A0R000000000001eaa",
    "001DB5N7OCm8BL-", "001DB5N7OCm8BL Y02", "001DB5N7OCm8BLÆ", "00\u{660}DB5N7OCm8BLA", "A0R000000000001EA6",
    "a0r000000000001ea9", "010000000000001EAA", "10000000007", "001DB5N7OCm8BLA;01", "http://x/001DB5N7",
    "@@@@@@@@@@@@@@@",
    "[[[[[[[[[[[[[[[", "```````````````", "{{{{{{{{{{{{{{{", "///////////////", ":::::::::::::::",
  ]

  @Test(arguments: refused.filter { $0 != "001DB5N7OCm8BLA" }) func `any other id is refused`(_ raw: String) {
    #expect(id(raw) == Own("!invalid_id"))
    #expect(id(raw, .id, .hubspot) == Own("!invalid_id"))
    #expect(id(raw, .owner) == Own("!invalid_id"))
    #expect(salesforceID18(raw) == nil)
    #expect(Array(raw.utf8).withUnsafeBufferPointer { SalesforceKey($0) } == nil)
  }

  @Test func `only ASCII letters and digits make an id, at each of its places`() {
    let good = Array("001DB5N7OCm8BLA".utf8)
    for place in good.indices {
      for byte in UInt8.min...UInt8.max {
        var raw = good
        raw[place] = byte
        let isPart =
          Character(UnicodeScalar(byte)).isASCII
          && (Character(UnicodeScalar(byte)).isLetter || byte >= 0x30 && byte <= 0x39)
        #expect((raw.withUnsafeBufferPointer { SalesforceKey($0) } != nil) == isPart, "byte \(byte) at \(place)")
      }
    }
  }

  @Test(arguments: ["705", "  705", "\u{A0}704\u{2003}", "0", "00705", "123456789012345678901234567890"])
  func `a HubSpot owner is digits`(_ raw: String) {
    let digits = String(raw.filter { $0.isASCII && $0.isNumber })
    #expect(id(raw, .owner, .hubspot) == Own(digits))
  }

  @Test(arguments: [
    "abc", "70 5", "-705", "+705", "705.0", "7,05", "٧", "005DB5N7OCm8BLA", "owner@example.com",
  ])
  func `any other HubSpot owner is refused`(_ raw: String) {
    #expect(id(raw, .owner, .hubspot) == Own("!invalid_id"))
  }

  @Test func `random ids come back from their key, in order, and from lost case`() throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    var last: (String, SalesforceKey)?
    for _ in 0..<5000 {
      let short = String((0..<15).map { _ in random.pick(alphabet) })
      let long = try #require(salesforceID18(short))
      let key = try #require(Array(long.utf8).withUnsafeBufferPointer { SalesforceKey($0) })
      #expect(appended { key.write18(into: &$0) } == long, "seed \(seed)")
      #expect(id(long.lowercased()) == Own(long), "seed \(seed)")
      // In capitals the suffix may happen to fit only if it does not change, so the id is the same again.
      #expect(
        id(long.uppercased())
          == Own(salesforceID18(short.uppercased()) == long.uppercased() ? long.uppercased() : long))
      if let last {
        #expect(
          (Array(last.0.utf8).lexicographicallyPrecedes(Array(short.utf8))) == (last.1 < key), "seed \(seed)")
      }
      last = (short, key)
    }
  }

  @Test func `a key that was never packed does not trap`() {
    #expect(appended { SalesforceKey.absent.write18(into: &$0) }.count == 18)
    #expect(appended { SalesforceKey.zero.write18(into: &$0) } == "000000000000000AAA")
  }
}
