import Testing

@testable import Pipeline

/// A bar has rows, rate, time left and chunk (issue 8); where the terminal is narrow, what matters least goes first.
@Suite struct ProgressBarTests {
  private let bar = ProgressBar(
    title: "conflict-resolve companies", unit: .rows, total: 1_280_000, done: 400_000, chunks: 4, chunksDone: 1)

  @Test func `a wide terminal shows rows, rate, time left and chunk`() {
    let line = bar.line(after: 2, on: Terminal(width: 140, hasColor: false))
    #expect(
      line == "conflict-resolve companies  ███████░░░░░░░░░░░░░░░░░  400,000 of 1,280,000 rows  200,000/s  4.4 s left  "
        + "chunk 2 of 4")
  }

  @Test(arguments: [10, 20, 30, 40, 60, 80, 100, 120, 200])
  func `a line never fills the terminal, at any time`(width: Int) {
    let terminal = Terminal(width: width, hasColor: false)
    for seconds in [0, 0.3, 2, 90, 5000, 1e12] {
      #expect(bar.line(after: seconds, on: terminal).count < width)
      #expect(bar.ending(after: seconds, on: terminal).count < width)
    }
  }

  @Test func `at 80 columns it still has the rows and the bar`() {
    let line = bar.line(after: 2, on: Terminal(width: 80, hasColor: false))
    #expect(line.contains("400,000 of 1,280,000 rows") && line.contains("█"), "\(line)")
  }

  @Test func `colour is written only where it may be`() {
    #expect(bar.line(after: 2, on: Terminal(width: 100, hasColor: true)).contains("\u{1B}[32m"))
    #expect(!bar.line(after: 2, on: Terminal(width: 100, hasColor: false)).contains("\u{1B}"))
  }

  @Test(arguments: [
    (0.44, "0.4 s"), (12.3, "12 s"), (185, "3 min 5 s"), (7800, "2 h 10 min"), (1e300, "long"), (-1, "0.0 s"),
  ])
  func `times are written as a person says them`(seconds: Double, text: String) {
    #expect(ProgressBar.duration(seconds) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
  func `thousands are set apart`(number: Int, text: String) { #expect(number.grouped == text) }
}
