import Foundation
import FuzzTargets
import TestSupport
import Testing

/// Mutations of the corpus, each of which must keep the promise of its reader. RESYNC_FUZZ says how many, RESYNC_TEST_SEED
/// repeats a run. The input at work lies in `fuzz-TARGET.input` of the temporary folder, in case the process dies of it.
@Suite struct MutationTests {
  private static let words: [[UInt8]] =
    [
      "\"", "\"\"", ",", "\n", "\r", "\r\n", "\u{FEFF}", "\u{0}", "#N/A", "${", "}", "&a ", "*a", "<<: ", "- ", ": ",
      "{", "[",
      "]", "null", "-0", "1e400", "9999999999999999999999", "\u{1F600}", "e\u{301}", "T25:61:61Z", "\\ud800", "\\", "=",
      ";",
    ].map { Array($0.utf8) } + [[0xFF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]

  private static func seeds(_ target: FuzzTarget) throws -> [[UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: target.corpus).sorted()
    return try names.map { Array(try Data(contentsOf: URL(fileURLWithPath: "\(target.corpus)/\($0)"))) }
  }

  @Test(arguments: FuzzTarget.allCases) func `the corpus keeps the promise`(target: FuzzTarget) throws {
    let seeds = try Self.seeds(target)
    #expect(seeds.count >= 5)
    for seed in seeds { #expect(target.broken(by: seed) == nil, "\(String(decoding: seed, as: UTF8.self))") }
  }

  @Test(arguments: FuzzTarget.allCases) func `so does whatever becomes of it`(target: FuzzTarget) throws {
    var random = SeededRandom.announced("fuzzing \(target.rawValue)")
    let seeds = try Self.seeds(target)
    let count = ProcessInfo.processInfo.environment["RESYNC_FUZZ"].flatMap { Int($0) } ?? 1500
    let last = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(target.rawValue).input")
    var input: [UInt8] = []
    for number in 0..<count {
      // Often it goes on from the last input, so that changes add up.
      if input.isEmpty || input.count > 4000 || number % 4 == 0 { input = seeds.randomElement(using: &random) ?? [] }
      mutate(&input, seeds, &random)
      try Data(input).write(to: last)
      if let broken = target.broken(by: input) {
        Issue.record("\(broken); seed \(random.seed), input \(number): \(input)")
        return
      }
    }
    try? FileManager.default.removeItem(at: last)
    print("fuzzing \(target.rawValue): \(count) inputs, no promise broken")
  }

  private func mutate(_ input: inout [UInt8], _ seeds: [[UInt8]], _ random: inout SeededRandom) {
    for _ in 0...Int.random(in: 0..<4, using: &random) {
      let place = Int.random(in: 0...input.count, using: &random)
      let length = min(Int.random(in: 1...16, using: &random), input.count - place)
      let piece = Array(input[place..<place + length])
      switch Int.random(in: 0..<7, using: &random) {
      case 0: input.insert(contentsOf: Self.words.randomElement(using: &random) ?? [], at: place)
      case 1: input.removeSubrange(place..<place + length)
      case 2 where place < input.count: input[place] = UInt8.random(in: 0...255, using: &random)
      case 3 where place < input.count: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 4: input.insert(contentsOf: piece, at: Int.random(in: 0...input.count, using: &random))
      case 5: input.insert(contentsOf: Array(repeating: piece, count: 20).joined(), at: place)
      default:
        let other = seeds.randomElement(using: &random) ?? []
        input.replaceSubrange(place..., with: other.suffix(Int.random(in: 0...other.count, using: &random)))
      }
    }
  }
}
