import CRM
import Records
import Testing

@Suite struct CanonicalValuePropertyTests {
  /// Pieces of which cells are made: what each rule looks for, and what breaks it.
  private static let pieces: [[UInt8]] =
    [
      "0", "1", "9", "5", "00", "999", ".", ",", "-", "+", "e", "E", "e-3", "1,234", "true", "No", "y", "a",
      "b", "Z", ";", "; ", " ", "\t",
      "\r", "\n", "\r\n", "\u{0}", "#N/A", "2024-02-29", "1899-12-31", "T", "23:59", ":59", ":60", ".999",
      "Z", "+05:30", "-0800", "+01",
      "3/4/2025", "31.12.2024", "1717266600000", "-99597600000", "001DB5N7OCm8BLA", "Y02",
      "A0R000000000001EAA", "a0r000000000001eaa",
      "é", "e\u{301}", "\u{301}", "\u{323}", "漢", "😀", "\u{A0}", "\u{3000}", "\u{2000}", "\u{37E}",
      "\u{212B}", "\u{1100}", "\u{1161}",
      "\u{85}", "ß", "\u{FEFF}",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x82]]

  private func randomFormat(_ random: inout SeededGenerator, _ zones: [TimeZoneTable]) -> ValueFormat {
    ValueFormat(
      kind: random.pick(Kind.allCases), side: random.pick(Side.allCases), scale: random.pick([nil, 0, 2]),
      maxIntegerDigits: random.pick([nil, 0, 4, 16]), blankIsFalse: random.pick([true, false]),
      fieldHoldsInstant: random.pick([true, false]), dateOrder: random.pick([nil, .mdy, .dmy]),
      sourceZone: random.pick(zones), pipelineZone: random.pick(zones))
  }

  @Test func `an own value is its own value, and whole, and its canonicalizer can be used again`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let zones = [.utc, zone("Europe/Oslo"), zone("America/New_York"), zone("Asia/Kolkata")]
    var canonicalizer = Canonicalizer()
    for round in 0..<60_000 {
      let format = randomFormat(&random, zones)
      let raw = (0..<random.pick(0...5)).flatMap { _ in random.pick(Self.pieces) }
      let used = raw.withUnsafeBufferPointer { raw in
        let cell = canonicalizer.canonicalize(raw, format)
        return Own(bytes: Array(value(cell, raw, canonicalizer.scratch.bytes)), issue: cell.issue)
      }
      let first = own(raw, format)
      #expect(used == first, "\(raw) \(format.kind) seed \(seed) round \(round)")
      guard first.issue == .none else { continue }
      #expect(own(first.bytes, format) == first, "\(raw) \(format.kind) seed \(seed) round \(round)")
      #expect(String(validating: first.bytes, as: UTF8.self) != nil, "\(raw) seed \(seed) round \(round)")
      #expect(!first.bytes.contains(0), "\(raw) seed \(seed) round \(round)")
    }
  }

  @Test func `random bytes never trap`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    var canonicalizer = Canonicalizer()
    var comparer = Comparer()
    var out = ByteBuffer(capacity: 64)
    for _ in 0..<60_000 {
      let format = randomFormat(&random, [.utc])
      let raw = (0..<random.pick(0...30)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      raw.withUnsafeBufferPointer { raw in
        let cell = canonicalizer.canonicalize(raw, format)
        #expect(value(cell, raw, canonicalizer.scratch.bytes).count == cell.count)
        _ = parseInstant(raw, sourceZone: .utc, dateOrder: format.dateOrder)
        _ = SalesforceKey(raw)
        out.clear()
        for comparison in Comparison.allCases { comparer.key(raw, comparison, into: &out) }
        _ = truncated(raw, toUTF16: random.pick(-1...20), lineBreaksCountTwo: true)
      }
    }
  }
}
