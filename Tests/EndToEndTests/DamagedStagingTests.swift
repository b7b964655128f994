import Foundation
import TestSupport
import Testing

/// Staged tables and the baseline can be damaged like any file. Whatever stands in them, the stage that reads them ends with
/// a message, or with a result; it never dies of it.
@Suite struct DamagedStagingTests {
  private let night: DisturbedNight
  private var sandbox: Sandbox { night.pipeline.sandbox }

  init() throws { night = try DisturbedNight("damaged", rows: 120, chunkSize: 50) }

  private static let words = [
    "-1", "2147483648", "99999999999999999999", "65536", "\"", "\n", ",", "\u{0}", "é", "Infinity", "",
  ]

  /// Changes some places of a file: words that a reader might stumble on, flipped bits, a missing end.
  private func damage(_ name: String, _ random: inout SeededRandom) throws {
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
    try night.takeBack()
    try night.pipeline.complete("n2", "--to", last)
    try night.keep("ready")
    let folder = "\(night.folder)/runs/n2"
    // Conflict-resolve reads the pairs of the baseline too, as extract has cut them.
    let names = try sandbox.names(under: folder).filter { $0.hasSuffix(".csv") }
    let wanted = names.filter { $0.hasPrefix("\(last)/") || (stage == "conflict-resolve" && $0.contains("/baseline/")) }
    var messages = 0
    for attempt in 0..<faultCount(12) {
      try night.takeBack(to: "ready")
      let name = try #require(wanted.randomElement(using: &random))
      try damage("\(folder)/\(name)", &random)
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
    try night.takeBack()
    let folder = "\(night.folder)/baseline/companies"
    let names = try sandbox.names(under: folder)
    for attempt in 0..<faultCount(12) {
      try night.takeBack()
      let name = try #require(names.randomElement(using: &random))
      try damage("\(folder)/\(name)", &random)
      let outcome = try night.start().wait()
      let what = "\(name), attempt \(attempt), seed \(random.seed): \(outcome.messages)"
      #expect([0, 1, 2, 3].contains(outcome.exitCode), "\(outcome.exitCode) \(what)")
      #expect(outcome.exitCode == 0 || !outcome.messages.isEmpty, "\(what)")
    }
  }
}
