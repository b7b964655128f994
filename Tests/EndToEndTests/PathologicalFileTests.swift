import Foundation
import TestSupport
import Testing

/// Files that nobody means to send: each is read in bounded memory, and refused or rejected by file, line and byte
/// (semantics 7; README, Limits).
@Suite(.serialized, .overBothStores) struct PathologicalFileTests {
  private let pipeline: ForeignPipeline
  private var sandbox: Sandbox { pipeline.sandbox }

  init() throws { pipeline = try ForeignPipeline(id: "id", name: "name") }

  /// What a program may hold at most, in MB, however large the file: measured are 40 for small files, 290 for a cell as
  /// long as 64 MiB.
  private static let most = 400

  /// Writes the export: a beginning, and `megabytes` of a piece of text.
  private func write(_ head: String, _ piece: String, megabytes: Int) throws {
    try sandbox.write("export.csv", head)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: sandbox.file("export.csv")))
    defer { try? file.close() }
    try file.seekToEnd()
    let block = Data(String(repeating: piece, count: (1 << 20) / piece.utf8.count).utf8)
    for _ in 0..<megabytes { try file.write(contentsOf: block) }
  }

  private func runMeasured() throws -> Outcome {
    let (outcome, peak) = try Program("resync", ["run", pipeline.file, "--run", "n1"]).waitMeasured()
    #expect(peak > 0 && peak < Self.most, "\(peak) MB")
    return outcome
  }

  private func expectRefused(_ outcome: Outcome, _ complaint: String) {
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    #expect(outcome.messages.contains("export.csv:\(complaint)"), "\(outcome.messages)")
    #expect(!sandbox.has("out"))
  }

  @Test(.overFilesOnly("it is refused before anything is staged"))
  func `a quote that never ends, over 80 MB of rows`() throws {
    try write("id,name\n1,Oslo\n2,\"Bergen\n", "3,Moss\n", megabytes: 80)
    expectRefused(
      try runMeasured(), "3: A cell is longer than 64 MiB: most often its opening quote is never closed. (byte 17)")
  }

  @Test func `a quote that never ends, in a small file`() throws {
    try write("id,name\n1,Oslo\n2,\"Bergen\n", "3,Moss\n", megabytes: 1)
    expectRefused(
      try runMeasured(), "3: a quote that opens here is never closed: mend the row, and export again (byte 17)")
  }

  @Test(.overFilesOnly("it is refused before anything is staged"), arguments: ["", "\""])
  func `a cell of 100 MB`(quote: String) throws {
    try write("id,name\n1,Oslo\n2,\(quote)", "x", megabytes: 100)
    let outcome = try runMeasured()
    expectRefused(outcome, "3: A cell is longer than 64 MiB")
  }

  @Test(.overFilesOnly("it is refused before anything is staged"))
  func `a row of 260 MB of short cells`() throws {
    try write("id,name\n1,Oslo\n2", ",xxxxxxx", megabytes: 260)
    let (outcome, peak) = try Program("resync", ["run", pipeline.file, "--run", "n1"]).waitMeasured()
    expectRefused(outcome, "3: ")
    #expect(peak < 1500, "\(peak) MB")
  }

  @Test func `10,000 columns`() throws {
    let names = (0..<10_000).map { "column \($0)" }.joined(separator: ",")
    let rows = (1...20).map { "\($0),Oslo" + String(repeating: ",x", count: 10_000) + "\n" }
    try sandbox.write("export.csv", "id,name,\(names)\n" + rows.joined() + "21,Oslo,x\n")
    let outcome = try runMeasured()
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let found = try pipeline.readAndRejected("n1")
    #expect(found.read == 21)
    #expect(found.rejects == ["22 ragged_row"])
  }

  @Test func `a header and nothing else`() throws {
    for (night, text) in ["id,name", "id,name\n", "\u{FEFF}id,name\r\n\r\n"].enumerated() {
      try sandbox.write("export.csv", text)
      #expect(try pipeline.readAndRejected("n\(night + 1)").read == 0)
    }
  }

  @Test func `NUL bytes go, and cost no row`() throws {
    try sandbox.write("export.csv", "id,name\n\u{0}1\u{0},Os\u{0}lo\n2,\"\u{0}\"\n\u{0}\n3,Moss\n")
    let found = try pipeline.readAndRejected("n1")
    #expect(found.read == 4)
    #expect(found.rejects == ["4 ragged_row"])
  }

  @Test func `lone CRs and mixed line ends are line ends`() throws {
    try sandbox.write("export.csv", "id,name\r1,Oslo\r\n2,Bergen\n\r3,\"Mo\rss\"\n\n4,Hamar,ragged\r5,Moss")
    let found = try pipeline.readAndRejected("n1")
    #expect(found.read == 5)
    #expect(found.rejects == ["8 ragged_row"])
  }

  @Test func `a row that is broken does not shift the rows behind it`() throws {
    try sandbox.write(
      "export.csv", "id,name\n1,\"Oslo\"x\n2,Ber\"gen\n3,\"Hamar\n4,\"Moss\"\n5,\"Molde\" \n6,Skien\n")
    let found = try pipeline.readAndRejected("n1")
    // Row 3 opens a quote, which the first of row 4 closes: text follows.
    #expect(found.rejects == ["2 malformed_quote", "3 malformed_quote", "4 malformed_quote", "6 malformed_quote"])
    #expect(found.read == 6)
    let report = try pipeline.report("n1", "rejects")
    #expect(report.text(report.rows[1], "message").hasSuffix("The row begins at byte 18."))
  }
}
