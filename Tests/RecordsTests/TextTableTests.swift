import Records
import Testing

/// Texts that are looked up by their numbers.
@Suite struct `A table of texts` {
  @Test(arguments: [[], [""], ["a"], ["", "a", "", "é", ",hubspot,set,name,"]])
  func `has each text under its number`(_ texts: [String]) {
    let table = TextTable(texts)
    for (number, text) in texts.enumerated() { #expect(table[number].text == text) }
  }

  @Test func `holds more than fits its first memory`() {
    let texts = (0..<3_000).map { String(repeating: "x", count: $0 % 40) + "\($0)" }
    let table = TextTable(texts)
    for (number, text) in texts.enumerated() where table[number].text != text {
      Issue.record("text \(number) is \(table[number].text)")
    }
  }
}
