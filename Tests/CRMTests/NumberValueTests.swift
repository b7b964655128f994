import CRM
import Testing

@Suite struct NumberValueTests {
  static let accepted: [(String, String)] = [
    ("0", "0"), ("1", "1"), ("7", "7"), ("42", "42"), ("1981983201", "1981983201"), ("+42", "42"),
    ("-42", "-42"),
    ("007", "7"), ("-007", "-7"), ("+007", "7"), ("000", "0"), ("-0", "0"), ("+0", "0"), ("-0.00", "0"),
    ("0.0", "0"),
    (".0", "0"), ("-.0", "0"), ("0.", "0"), ("5.", "5"), (".5", "0.5"), ("-.5", "-0.5"), ("+.5", "0.5"),
    ("0.5", "0.5"), ("-0.5", "-0.5"), ("00.5", "0.5"), ("-00.5", "-0.5"), ("1.50", "1.5"),
    ("1.500000", "1.5"),
    ("-1.50", "-1.5"), ("+1981983201.", "1981983201"), ("-34.000", "-34"), ("100", "100"), ("100.0", "100"),
    ("10.010", "10.01"), ("1,234", "1234"), ("12,345", "12345"), ("123,456", "123456"),
    ("1,234,567", "1234567"),
    ("-1,234", "-1234"), ("+1,234.50", "1234.5"), ("1,234.", "1234"), ("0,001", "1"), ("000,000", "0"),
    ("2,354,837,328,576.91", "2354837328576.91"), ("1e3", "1000"), ("1E3", "1000"), ("1e+3", "1000"),
    ("1e-3", "0.001"), ("978E-2", "9.78"), ("66.32098e5", "6632098"), ("287170E-2", "2871.7"),
    ("815.9E0", "815.9"),
    ("0.0000035e6", "3.5"), ("14800e-2", "148"), ("6e+0", "6"), ("550e-1", "55"), ("5.e3", "5000"),
    (".5e1", "5"),
    ("1,234e2", "123400"), ("1,234.5e-2", "12.345"), ("0e400", "0"), ("1e0000002", "100"), ("1e-0", "1"),
    ("-1e-2", "-0.01"), ("9.600000000000000000000001", "9.600000000000000000000001"),
    ("123456789012345678901234567890", "123456789012345678901234567890"),
    ("0.1", "0.1"), ("0.30000000000000004", "0.30000000000000004"),
    ("-670760722543244613", "-670760722543244613"),
    ("23578216056122791.00", "23578216056122791"), ("", ""), (" ", ""), ("#N/A", ""), (" #N/A ", ""),
    (" 42 ", "42"), ("\t42\u{2003}", "42"), ("\u{A0}61592800.8", "61592800.8"), ("\u{3000}4 ", "4"),
    ("86,57\u{0}4,017", "86574017"), ("\u{0}-9", "-9"), ("-618\u{0}.089", "-618.089"), ("4\u{0}", "4"),
  ]

  static let refused = [
    ".", "-", "+", "-.", "+.", "+-5", "--5", "1-", "- 5", "1 000", "1\u{A0}000", "$100", "100%", "0x10", "1e",
    "1e+",
    "e5", ".e5", "1e5.0", "1e 5", "1 e5", "1e401", "1e-401", "0e401", "1e99999999999999999999", "1,23",
    "1,2345",
    "1234,567", "12,34,567", "1,234,56", ",123", "1,,234", "1,234,", "1.234,567", ".1,234", "1.2.3", "1..2",
    "5..",
    "٣", "１２", "−5", "½", "NaN", "nan", "Infinity", "inf", "1_000", "1'000", "1d", "1f", "(5)", "5-", "abc",
    "true",
    "1,234e1,000", "1e٣", "#N/B",
  ]

  @Test(arguments: accepted) func `a number becomes its plain decimal`(_ raw: String, _ expected: String) {
    #expect(own(raw, ValueFormat(kind: .number, side: .hubspot)) == Own(expected))
    #expect(own(raw, ValueFormat(kind: .number, side: .salesforce)) == Own(expected))
  }

  @Test(arguments: refused) func `what is no number is refused`(_ raw: String) {
    #expect(own(raw, ValueFormat(kind: .number, side: .hubspot)) == Own("!invalid_number"))
  }

  static let rounded: [(String, Int, String)] = [
    ("1.005", 2, "1.01"), ("1.004", 2, "1"), ("1.0049999999", 2, "1"), ("-1.005", 2, "-1.01"),
    ("2.5", 0, "3"),
    ("-2.5", 0, "-3"), ("0.5", 0, "1"), ("-0.5", 0, "-1"), ("0.4", 0, "0"), ("-0.4", 0, "0"),
    ("-0.4999", 0, "0"),
    (".5", 0, "1"), ("9.5", 0, "10"), ("99.995", 2, "100"), ("-99.995", 2, "-100"), ("999.9949", 2, "999.99"),
    ("0.006", 2, "0.01"), ("0.005", 2, "0.01"), ("0.0049", 2, "0"), ("0.0005", 2, "0"), ("0.05", 0, "0"),
    ("469.7051", 2, "469.71"), ("9.600000000000000000000001", 2, "9.6"), ("-618.089", 1, "-618.1"),
    ("1e-400", 2, "0"), ("5e-3", 2, "0.01"), ("15e-1", 0, "2"), ("1,234.565", 2, "1234.57"),
    ("45305.999", 0, "45306"),
    ("9669.51", 0, "9670"), ("1.95", 1, "2"), ("1.15", 1, "1.2"), ("2.675", 2, "2.68"), ("1.25", 1, "1.3"),
    ("1.10", 3, "1.1"), ("123", 2, "123"), ("0.9999999999", 3, "1"), ("12.3456", 18, "12.3456"),
    ("00.5", 0, "1"),
    ("-0.004", 2, "0"), ("-6.3900000000000000000000001", 18, "-6.39"),
  ]

  @Test(arguments: rounded) func `digits round half away from zero`(
    _ raw: String, _ scale: Int, _ expected: String
  ) {
    #expect(own(raw, ValueFormat(kind: .number, side: .salesforce, scale: scale)) == Own(expected))
  }

  static let limits: [(String, Int, Int, String)] = [
    ("999", 2, 3, "999"), ("1000", 2, 3, "!number_too_large"), ("999.994", 2, 3, "999.99"),
    ("999.995", 2, 3, "!number_too_large"), ("-999.995", 2, 3, "!number_too_large"), ("0001", 0, 1, "1"),
    ("00012", 0, 1, "!number_too_large"), ("1e30", 2, 16, "!number_too_large"),
    ("-1e25", 2, 3, "!number_too_large"),
    ("1,000", 0, 3, "!number_too_large"), ("0.01", 2, 1, "0.01"), ("0", 0, 1, "0"), ("0e400", 0, 1, "0"),
    ("1e400", 0, 400, "!number_too_large"), ("9.5", 0, 1, "!number_too_large"), ("9.4", 0, 1, "9"),
    ("99999999", 0, 8, "99999999"), ("100000000", 0, 8, "!number_too_large"),
    ("abc", 0, 1, "!invalid_number"), ("0.99", 2, 0, "0.99"), ("0.994", 2, 0, "0.99"),
    ("0.995", 2, 0, "!number_too_large"), ("1", 2, 0, "!number_too_large"), ("0", 2, 0, "0"),
    ("-.5", 2, 0, "-0.5"),
  ]

  @Test(arguments: limits) func `integer digits are counted after rounding`(
    _ raw: String, _ scale: Int, _ digits: Int, _ expected: String
  ) {
    let format = ValueFormat(kind: .number, side: .hubspot, scale: scale, maxIntegerDigits: digits)
    #expect(own(raw, format) == Own(expected))
  }

  @Test func `without a limit a number may have any number of integer digits`() {
    let large = "1" + String(repeating: "0", count: 400)
    #expect(own("1e400", ValueFormat(kind: .number, side: .hubspot)) == Own(large))
    #expect(own("1e400", ValueFormat(kind: .number, side: .hubspot, scale: 0)) == Own(large))
  }

  @Test func `an exponent of magnitude 400 moves the point exactly`() {
    let small = "0." + String(repeating: "0", count: 399) + "1"
    #expect(own("1e-400", ValueFormat(kind: .number, side: .hubspot)) == Own(small))
  }

  @Test func `a number of any length keeps its digits`() {
    let digits = String(repeating: "1234567890", count: 2000)
    let format = ValueFormat(kind: .number, side: .hubspot)
    #expect(own(digits + "." + digits + "5", format) == Own(digits + "." + digits + "5"))
    #expect(
      own(String(repeating: "9", count: 5000) + ".5", ValueFormat(kind: .number, side: .hubspot, scale: 0))
        == Own("1" + String(repeating: "0", count: 5000)))
  }

  @Test func `a scale that no describe gives does not trap`() {
    for scale in [Int.min, -1, Int.max] {
      let format = ValueFormat(kind: .number, side: .hubspot, scale: scale, maxIntegerDigits: Int.min)
      #expect(own("1,234.5", format) == Own(scale == .max ? "1234.5" : "1235"))
    }
  }

  /// A decimal on digit arrays: slow, plain, and written apart from the code that it checks.
  private func oracle(
    _ negative: Bool, _ whole: [Int], _ fraction: [Int], _ exponent: Int, _ scale: Int?
  ) -> String {
    var digits = whole + fraction
    var decimals = fraction.count - exponent
    while decimals < 0 {
      digits.append(0)
      decimals += 1
    }
    while digits.count <= decimals { digits.insert(0, at: 0) }
    if let scale, decimals > scale {
      let first = digits[digits.count - decimals + scale]
      digits.removeLast(decimals - scale)
      decimals = scale
      var place = digits.count - 1
      var carry = first >= 5 ? 1 : 0
      while carry > 0, place >= 0 {
        carry = digits[place] == 9 ? 1 : 0
        digits[place] = (digits[place] + 1) % 10
        place -= 1
      }
      if carry > 0 { digits.insert(1, at: 0) }
    }
    let text = digits.map(String.init).joined()
    var before = String(text.dropLast(decimals).drop { $0 == "0" })
    var after = String(text.suffix(decimals))
    while after.hasSuffix("0") { after.removeLast() }
    if before.isEmpty { before = "0" }
    if before == "0", after.isEmpty { return "0" }
    return (negative ? "-" : "") + before + (after.isEmpty ? "" : "." + after)
  }

  @Test func `any number equals the decimal of a digit-array oracle`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let negative = random.pick([true, false])
      let biased = random.pick([[0, 9, 5, 4], Array(0...9)])
      var whole = (0..<random.pick(0...12)).map { _ in random.pick(biased) }
      let fraction = (0..<random.pick(0...12)).map { _ in random.pick(biased) }
      if whole.isEmpty, fraction.isEmpty { whole = [random.pick(biased)] }
      let exponent = random.pick([0, 0, random.pick(-30...30)])
      let scale: Int? = random.pick([nil, random.pick(0...20)])
      var text = whole.map(String.init).joined()
      if random.pick(0...3) == 0, whole.count > 3 { text = grouped(text) }
      if !fraction.isEmpty || (whole.count > 0 && random.pick(0...9) == 0) {
        text += "." + fraction.map(String.init).joined()
      }
      if exponent != 0 || random.pick(0...9) == 0 {
        text += random.pick(["e", "E"]) + (exponent >= 0 ? random.pick(["", "+"]) : "") + String(exponent)
      }
      text = (negative ? "-" : random.pick(["", "", "+"])) + text
      let expected = oracle(negative, whole, fraction, exponent, scale)
      let found = own(text, ValueFormat(kind: .number, side: .hubspot, scale: scale))
      #expect(found == Own(expected), "\(text) to \(String(describing: scale)), seed \(seed)")
    }
  }

  private func grouped(_ digits: String) -> String {
    var groups: [String] = []
    var rest = digits
    while rest.count > 3 {
      groups.insert(String(rest.suffix(3)), at: 0)
      rest.removeLast(3)
    }
    return ([rest] + groups).joined(separator: ",")
  }
}
