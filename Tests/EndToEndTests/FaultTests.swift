import Foundation
import TestSupport
import Testing

/// What else can go wrong beside a run: the exports, other runs, the reader of its messages.
/// Afterwards the same command leaves the same bytes as a night that nothing disturbed.
@Suite(.serialized) struct FaultTests {
  private func night(_ kind: DisturbedNight.Kind) throws -> DisturbedNight {
    try DisturbedNight("fault", kind, rows: 600, chunkSize: 150)
  }

  // MARK: Exports

  @Test(arguments: DisturbedNight.Kind.possible)
  func `an export that is cut short or changed while it is read is never half used`(kind: DisturbedNight.Kind) throws {
    var random = SeededRandom.announced("cut short, \(kind)")
    let night = try night(kind)
    let whole = try night.sandbox.data(night.export)
    var refused = 0
    for attempt in 0..<faultCount(kind.share(of: 4)) {
      try night.takeBack()
      let program = try night.start()
      usleep(UInt32(Double.random(in: 0..<night.duration, using: &random) * 1_000_000))
      let cut = Int.random(in: 0..<whole.count, using: &random)
      if attempt % 2 == 0 {
        truncate(night.sandbox.file(night.export), off_t(cut))
      } else {
        // As long as before, with other rows: those behind the cut have a cell more or less.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: night.sandbox.file(night.export)))
        try file.seek(toOffset: UInt64(cut))
        try file.write(contentsOf: Data(whole[cut...].map { $0 == 10 ? 44 : $0 == 44 ? 10 : $0 }))
        try file.close()
      }
      let outcome = try program.wait()
      let what = "attempt \(attempt), seed \(random.seed)"
      #expect([0, 1, 3].contains(outcome.exitCode), "\(what): \(outcome.exitCode) \(outcome.messages)")
      // If it ended well, it had read the whole export, or the changed one as it then was.
      if outcome.exitCode == 0, try night.hasReadTheExport() {
        #expect(try night.changedFiles() == [], "\(what)")
      }
      refused += outcome.exitCode == 0 ? 0 : 1
      try night.sandbox.write(night.export, whole)
      try night.takeBack()
      try night.expectGoesOn(what)
    }
    print("cut short, \(kind): \(refused) runs refused, and survived")
  }

  @Test(arguments: DisturbedNight.Kind.possible)
  func `an export that changes between two stages begins the run anew`(kind: DisturbedNight.Kind) throws {
    let night = try night(kind)
    let whole = try night.sandbox.text(night.export)
    for last in ["extract", "normalize", "map", "conflict-resolve"] {
      try night.takeBack()
      try night.sandbox.write(night.export, kind.changed(whole))
      try night.pipeline.complete("n2", "--to", last)
      try night.sandbox.write(night.export, whole)
      try night.expectGoesOn("changed behind \(last)")
    }
  }

  // MARK: Others

  @Test(arguments: DisturbedNight.Kind.possible)
  func `of eight runs at once one works, the others say so with exit 4, and the result is that of one`(
    kind: DisturbedNight.Kind
  ) throws {
    let night = try night(kind)
    for _ in 0..<faultCount(kind.share(of: 2)) {
      try night.takeBack()
      let codes = try (0..<8).map { _ in try night.start() }.map { try $0.wait().exitCode }
      #expect(codes.contains(0) && codes.allSatisfy { $0 == 0 || $0 == 4 }, "\(codes)")
      try night.expectUndisturbed("eight runs at once")
    }
  }

  @Test func `runs without a name that begin in one second have different names, in their order`() throws {
    let pipeline = try SmallPipeline("names", "max_creates: 10")
    for number in 1...3 {
      try pipeline.write(companies: ["\(100 + number),One,one.example,,Oslo,,,2026-11-01T08:00:00Z"], accounts: [])
      #expect(try Program.run("resync", ["run", pipeline.file]).exitCode == 0)
    }
    let list = try Program.run("resync", ["runs", "list", pipeline.file]).output.split(separator: "\n").dropFirst()
    #expect(list.count == 3)
    #expect(list.last?.hasSuffix("the baseline stands on it") == true, "\(list)")
  }

  /// A reader that has gone, streams that are closed, a disk that is full, a reader that sleeps.
  private static let readers = [
    ("exec 3> >(true); sleep 0.05; exec 2>&3", 0), ("exec 2>&-", 0), ("exec 0<&- 1>&- 2>&-", 0),
    ("exec >/dev/full", 1), ("exec 2>/dev/full", 0), ("exec 2> >(sleep 0.4; cat >/dev/null)", 0),
  ]

  @Test(arguments: DisturbedNight.Kind.possible)
  func `whoever reads its messages, the run does its work`(kind: DisturbedNight.Kind) throws {
    let night = try night(kind)
    for (shell, code) in Self.readers {
      try night.takeBack()
      let outcome = try night.start("run", under: shell).wait()
      #expect(Int(outcome.exitCode) == code, "\(shell): \(outcome.exitCode) \(outcome.messages)")
      try night.expectUndisturbed("\(kind), \(shell)")
    }
  }

  @Test(arguments: DisturbedNight.Kind.possible)
  func `a run whose reader sleeps can be terminated`(kind: DisturbedNight.Kind) throws {
    let night = try night(kind)
    try night.takeBack()
    // stderr is a pipe that is full before the run begins.
    let full = "exec 3> >(sleep 5); dd if=/dev/zero bs=1k count=64 >&3 2>/dev/null; exec 2>&3 3>&-"
    let program = try night.start("run", under: full)
    usleep(700_000)
    program.send(SIGTERM)
    #expect(try program.wait().exitCode == 143)
    try night.expectGoesOn("terminated with a full pipe")
  }

  // MARK: The system

  @Test(arguments: DisturbedNight.Kind.possible)
  func `stopped and continued again and again, each stage does its work`(kind: DisturbedNight.Kind) throws {
    let night = try night(kind)
    try night.takeBack()
    for stage in DisturbedNight.stages {
      let program = try night.start(stage)
      // Every signal interrupts what waits in the system; those that nobody has asked for must change nothing.
      for _ in 0..<40 where program.isRunning {
        for signal in [SIGSTOP, SIGCONT, SIGWINCH, SIGURG] { program.send(signal) }
        usleep(2_000)
      }
      let outcome = try program.wait()
      #expect(outcome.exitCode == 0, "\(stage): \(outcome.messages)")
    }
    try night.expectUndisturbed("stopped and continued")
  }

  @Test(
    .enabled(if: FaultyCalls.arePossible, "there is no C compiler"), arguments: DisturbedNight.Kind.possible,
    [FaultyCalls.interrupts, .clock])
  func `a clock that jumps, and calls that are interrupted, change nothing`(
    kind: DisturbedNight.Kind, calls: FaultyCalls
  ) throws {
    let night = try night(kind)
    try night.takeBack()
    for stage in DisturbedNight.stages {
      let outcome = try night.start(stage, under: calls.shell).wait()
      #expect(outcome.exitCode == 0, "\(calls), \(stage): \(outcome.messages)")
    }
    try night.expectUndisturbed("\(calls), stage by stage")
    try night.takeBack()
    #expect(try night.start("run", under: calls.shell).wait().exitCode == 0)
    try night.expectUndisturbed("\(calls), at once")
    let runs = try Program.run("resync", ["runs", "list", night.pipeline.file], under: calls.shell).output
    let names = runs.split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first }
    #expect(names == ["n1", "n2"], "in the order in which they began: \(runs)")
  }
}
