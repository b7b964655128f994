import Testing

@testable import Pipeline

/// On a terminal long lines break between words (issue 8).
@Suite struct WordWrapTests {
  @Test(arguments: [
    ("short", "short"),
    ("  11 creates held back: look at them", "  11 creates held\n    back: look at\n    them"),
    (
      "  resync run x.yaml --create-anyway  # creates what was held",
      "  resync run x.yaml --create-anyway\n    # creates what\n    # was held"
    ),
    ("see /a/path/that/is/longer/than/the/line now", "see\n  /a/path/that/is/longer/than/the/line\n  now"),
    ("one\n\ntwo", "one\n\ntwo"),
  ])
  func `lines break between words, and commands stay whole`(text: String, lines: String) {
    #expect(text.wrapped(to: 20) == lines)
  }

  @Test func `what is no terminal gets the text as it is`() {
    let text = String(repeating: "word ", count: 50)
    #expect(text.wrapped(to: nil) == text)
  }
}
