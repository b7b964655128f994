import Foundation
import TestSupport
import Testing

/// A run may end at any moment: the same command goes on, and leaves the same bytes as one that nothing
/// disturbed. RESYNC_FAULTS says how often each test hits it.
@Suite(.serialized) struct KillTests {
  private func night(_ kind: DisturbedNight.Kind) throws -> DisturbedNight {
    try DisturbedNight("kill", kind, rows: 2000)
  }

  @Test(arguments: DisturbedNight.Kind.possible)
  func `killed at any moment, the same command leaves the same bytes`(kind: DisturbedNight.Kind) throws {
    var random = SeededRandom.announced("kill -9, \(kind)")
    let count = faultCount(kind.share(of: 6))
    let night = try night(kind)
    #expect(try night.killAtRandom(count, seconds: night.duration, &random) > count / 2)
  }

  @Test(arguments: DisturbedNight.Kind.possible)
  func `killed while it loads, the same command leaves the same bytes`(kind: DisturbedNight.Kind) throws {
    var random = SeededRandom.announced("kill -9 in the load, \(kind)")
    let night = try night(kind)
    try night.takeBack()
    try night.pipeline.complete("n2", "--to", "conflict-resolve")
    try night.keep("resolved")
    let start = ContinuousClock.now
    try night.complete()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let count = faultCount(kind.share(of: 5))
    #expect(try night.killAtRandom(count, from: "resolved", seconds: seconds, &random) > count / 2)
  }

  /// Each stage by itself, as a data engineer runs it.
  @Test(arguments: DisturbedNight.Kind.possible)
  func `a stage that is killed or stopped is done again by the same command`(kind: DisturbedNight.Kind) throws {
    var random = SeededRandom.announced("signals in a stage, \(kind)")
    let night = try night(kind)
    try night.takeBack()
    var state = "before"
    for stage in ["extract", "normalize", "map", "conflict-resolve", "load"] {
      try night.takeBack(to: state)
      let start = ContinuousClock.now
      try night.complete(stage)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      // Before load nothing is in the load folder.
      if stage != "load" { try night.keep(stage) }
      let count = faultCount(kind.share(of: 2))
      let hit = try night.killAtRandom(
        count, stage, from: state, seconds: seconds, signals: [SIGKILL, SIGTERM, SIGINT], &random)
      #expect(hit > count / 3)
      state = stage
    }
  }

  @Test(arguments: DisturbedNight.Kind.possible)
  func `interrupted it ends with 130, terminated with 143, and the same command goes on`(
    kind: DisturbedNight.Kind
  ) throws {
    let night = try night(kind)
    for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
      var outcome = try interrupted(night, by: signal)
      // On a busy machine it may have ended before it was hit.
      for _ in 0..<4 where outcome.exitCode == 0 { outcome = try interrupted(night, by: signal) }
      #expect(outcome.exitCode == code, "\(outcome.messages)")
      #expect(outcome.messages.contains("interrupted"), "a person is told so: \(outcome.messages)")
      try night.complete()
      try night.expectUndisturbed("signal \(signal)")
    }
  }

  /// What the second night says that a signal hits when it is at work.
  private func interrupted(_ night: DisturbedNight, by signal: Int32) throws -> Outcome {
    try night.takeBack()
    let program = try night.start()
    // It is at work for certain when it has something to say.
    try wait(until: "a message") { !program.messages.isEmpty }
    program.send(signal)
    return try program.wait()
  }
}
