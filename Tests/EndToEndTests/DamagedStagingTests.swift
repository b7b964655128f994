import Foundation
import TestSupport
import Testing

/// Staged tables and the baseline can be damaged like any file. Whatever stands in them, the stage that reads them ends with
/// a message, or with a result; it never dies of it.
@Suite struct DamagedStagingTests {
  private func night(_ kind: DisturbedNight.Kind = .recordsInFiles) throws -> DisturbedNight {
    try DisturbedNight("damaged", kind, rows: 120, chunkSize: 50)
  }

  private static let words = [
    "-1", "2147483648", "99999999999999999999", "65536", "\"", "\n", ",", "\u{0}", "é", "Infinity", "",
  ]

  /// Changes some places of a file: words that a reader might stumble on, flipped bits, a missing end.
  private func damage(_ name: String, in sandbox: Sandbox, _ random: inout SeededRandom) throws {
    var bytes = Array(try sandbox.data(name))
    for _ in 0...Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        // A number, or what is left of it, becomes a word.
        let end = bytes[place...].firstIndex { !(48...57).contains($0) } ?? bytes.count
        bytes.replaceSubrange(place..<end, with: Array((Self.words.randomElement(using: &random) ?? "").utf8))
      case 1: bytes.insert(contentsOf: Array((Self.words.randomElement(using: &random) ?? "").utf8), at: place)
      case 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      default: bytes.removeLast(Int.random(in: 0...min(40, bytes.count), using: &random))
      }
    }
    try sandbox.remove(name)
    try sandbox.write(name, Data(bytes))
  }

  @Test(arguments: [
    ("extract", "normalize"), ("normalize", "map"), ("map", "conflict-resolve"), ("conflict-resolve", "load"),
  ])
  func `a stage that reads damaged tables ends with a message or a result`(last: String, stage: String) throws {
    var random = SeededRandom.announced("damaged tables before \(stage)")
    let night = try night()
    try night.takeBack()
    try night.pipeline.complete("n2", "--to", last)
    try night.keep("ready")
    let folder = "\(night.folder)/runs/n2"
    // Conflict-resolve reads the pairs of the baseline too, as extract has cut them.
    let names = try night.sandbox.names(under: folder).filter { $0.hasSuffix(".csv") }
    let wanted = names.filter { $0.hasPrefix("\(last)/") || (stage == "conflict-resolve" && $0.contains("/baseline/")) }
    var messages = 0
    for attempt in 0..<faultCount(12) {
      try night.takeBack(to: "ready")
      let name = try #require(wanted.randomElement(using: &random))
      try damage("\(folder)/\(name)", in: night.sandbox, &random)
      let outcome = try night.start(stage).wait()
      let what = "\(stage), \(name), attempt \(attempt), seed \(random.seed): \(outcome.messages)"
      #expect([0, 1, 3].contains(outcome.exitCode), "\(outcome.exitCode) \(what)")
      #expect(outcome.exitCode == 0 || !outcome.messages.isEmpty, "\(what)")
      messages += outcome.exitCode == 0 ? 0 : 1
    }
    print("damaged tables before \(stage): \(messages) refused, none died")
  }

  @Test func `a run over a damaged baseline ends with a message or a result`() throws {
    var random = SeededRandom.announced("damaged baseline")
    let night = try night()
    try night.takeBack()
    let folder = "\(night.folder)/baseline/companies"
    let names = try night.sandbox.names(under: folder)
    for attempt in 0..<faultCount(12) {
      try night.takeBack()
      let name = try #require(names.randomElement(using: &random))
      try damage("\(folder)/\(name)", in: night.sandbox, &random)
      let outcome = try night.start().wait()
      let what = "\(name), attempt \(attempt), seed \(random.seed): \(outcome.messages)"
      #expect([0, 1, 2, 3].contains(outcome.exitCode), "\(outcome.exitCode) \(what)")
      #expect(outcome.exitCode == 0 || !outcome.messages.isEmpty, "\(what)")
    }
  }

  // MARK: Cut behind a row

  /// The first `lines` lines of a file that a pipeline of the sandbox has staged.
  private func cut(_ name: String, to lines: Int, in sandbox: Sandbox) throws {
    let text = try sandbox.data(name)
    let ends = text.indices.filter { text[$0] == 10 }
    try #require(ends.count > lines)
    try sandbox.write(name, lines == 0 ? Data() : text.prefix(through: ends[lines - 1]))
  }

  /// What is cut there still looks like a table: its rows must not be lost in silence.
  @Test(
    arguments: [DisturbedNight.Kind.recordsInFiles, .activitiesInFiles],
    ["extract", "normalize", "map", "conflict-resolve"])
  func `a staged table that was cut behind a row is missed, and made anew`(
    kind: DisturbedNight.Kind, stage: String
  ) throws {
    let night = try night(kind)
    let folder = "\(night.folder)/runs/n2"
    // What map leaves of Salesforce's records is a second name of what normalize has left.
    let parts =
      kind.isOfRecords ? (stage == "map" ? "hubspot" : stage == "conflict-resolve" ? "changes" : "salesforce") : ""
    for lines in [0, 1, 5] {
      try night.takeBack()
      try night.pipeline.complete("n2", "--to", stage)
      let names = try night.sandbox.names(under: "\(folder)/\(stage)")
      let wanted = names.filter { $0.hasSuffix("/0000.csv") && (parts.isEmpty || $0.contains("/\(parts)/")) }
      let longest = try wanted.max {
        try night.sandbox.data("\(folder)/\(stage)/\($0)").count < night.sandbox.data("\(folder)/\(stage)/\($1)").count
      }
      let name = "\(stage)/\(try #require(longest))"
      try cut("\(folder)/\(name)", to: lines, in: night.sandbox)
      let outcome = try night.start().wait()
      #expect(outcome.exitCode == 1, "\(name), \(lines) lines: \(outcome.messages)")
      #expect(outcome.messages.contains("run the \(stage) stage again"), "\(name): \(outcome.messages)")
      try night.pipeline.complete("n2", "--from", stage)
      try night.expectUndisturbed("\(name), \(lines) lines")
    }
  }

  @Test func `a baseline that was cut or lost is missed before it is used`() throws {
    let night = try night()
    for isGone in [false, true] {
      try night.takeBack()
      let name = "\(night.folder)/baseline/companies/n1/0001.csv"
      let whole = try night.sandbox.data(name)
      if isGone { try night.sandbox.remove(name) } else { try cut(name, to: 5, in: night.sandbox) }
      let outcome = try night.start().wait()
      #expect(outcome.exitCode == 1)
      for part in ["the baseline is damaged", night.sandbox.file(name), "take it from a backup"] {
        #expect(outcome.messages.contains(part), "\(outcome.messages)")
      }
      try night.sandbox.write(name, whole)
      try night.expectGoesOn("the baseline is whole again")
    }
  }

  /// What the ledger does not know is created a second time.
  @Test(arguments: ["csv", "digests"])
  func `a ledger that was cut or lost is missed before anything is created twice`(part: String) throws {
    let night = try night(.activitiesInFiles)
    let ledger = "\(night.folder)/ledger/000001-n1"
    for isGone in [false, true] {
      try night.takeBack()
      let name = "\(ledger)/0000.\(part)"
      let whole = try night.sandbox.data(name)
      if isGone { try night.sandbox.remove(name) } else { try cut(name, to: 3, in: night.sandbox) }
      let outcome = try night.start().wait()
      #expect(outcome.exitCode == 1, "\(outcome.messages)")
      for text in ["the ledger of run n1, chunk 0, is damaged", night.sandbox.file(name), "--forget"] {
        #expect(outcome.messages.contains(text), "\(outcome.messages)")
      }
      #expect(!night.sandbox.has("out/n2/hubspot"))
      try night.sandbox.write(name, whole)
      try night.pipeline.complete("n2")
      #expect(try night.changedFiles() == [], "the ledger is whole again")
      try night.takeBack()
      try night.sandbox.remove(name)
      let forgotten = try Program.run("resync", ["load", night.pipeline.file, "--run", "n1", "--forget"])
      #expect(forgotten.exitCode == 0, "what is damaged can be taken out: \(forgotten.messages)")
      try night.pipeline.complete("n2")
    }
  }
}
