import Foundation
import TestSupport
import Testing

/// No room on the disk.
/// Afterwards the same command leaves the same bytes as a night that nothing disturbed.
@Suite(.serialized) struct DiskFaultTests {
  private func night(_ kind: DisturbedNight.Kind) throws -> DisturbedNight {
    try DisturbedNight("fault", kind, rows: 600, chunkSize: 150)
  }

  /// The largest file that the process may write stands for the room on the disk: wherever it ends, it ends there.
  @Test(arguments: DisturbedNight.Kind.possible)
  func `no room for a file: it says which, and goes on when there is room`(kind: DisturbedNight.Kind) throws {
    var random = SeededRandom.announced("no room, \(kind)")
    let night = try night(kind)
    var refused = 0
    for attempt in 0..<faultCount(kind.share(of: 6)) {
      try night.takeBack()
      // The first leaves no room at all for a table.
      let kilobytes = attempt == 0 ? 2 : Int.random(in: 1...60, using: &random)
      let outcome = try night.start("run", under: "ulimit -f \(kilobytes)").wait()
      let what = "\(kilobytes) KB, attempt \(attempt), seed \(random.seed)"
      #expect([0, 1].contains(outcome.exitCode), "\(what): \(outcome.messages)")
      if outcome.exitCode == 1 {
        refused += 1
        #expect(outcome.messages.contains("cannot write "), "\(what): \(outcome.messages)")
      }
      try night.expectGoesOn(what)
    }
    print("no room for a file, \(kind): \(refused) runs refused, and survived")
    #expect(refused > 0)
  }

  /// Where a disk is full.
  enum Disk: String, CaseIterable {
    case staging, loads = "load files", temporary = "temporary files"

    /// Those that pipelines write to: in a database, what a chunk leaves lies in a temporary file until it is sent.
    static let used: [(DisturbedNight.Kind, Disk)] = DisturbedNight.Kind.possible.flatMap { kind in
      allCases.filter { $0 == .loads || kind.isInPostgres == ($0 == .temporary) }.map { (kind, $0) }
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small disk"), arguments: Disk.used)
  func `a disk that is full in any stage: the message says so, and the stage goes on when there is room`(
    kind: DisturbedNight.Kind, place: Disk
  ) throws {
    var random = SeededRandom.announced("full disk, \(kind), \(place.rawValue)")
    let night = try night(kind)
    try night.sandbox.write("temporary/empty", "")
    let folder = [.staging: night.folder, .loads: "out", .temporary: "temporary"][place] ?? ""
    var refused = 0
    for round in 0..<faultCount(kind.share(of: 2)) {
      try night.takeBack()
      let disk = try SmallDisk(night.sandbox.file(folder))
      // The first disk has no room at all.
      let room = round == 0 ? 0 : Int.random(in: 0...200, using: &random)
      let what = "\(room) KB, seed \(random.seed)"
      try night.completeStages(what) { stage in
        try disk.leave(kilobytes: room)
        let outcome = try night.start(stage, under: "export TMPDIR=\(night.sandbox.file("temporary"))").wait()
        #expect([0, 1].contains(outcome.exitCode), "\(stage), \(what): \(outcome.messages)")
        if outcome.exitCode == 1 {
          refused += 1
          #expect(outcome.messages.contains("No space left on device"), "\(stage), \(what): \(outcome.messages)")
          #expect(outcome.messages.contains("free some space, and run the same command again"), "\(outcome.messages)")
        }
        try disk.grow()
      }
      disk.remove()
    }
    print("full disk, \(kind), \(place.rawValue): \(refused) stages refused, and survived")
    #expect(refused >= (place == .loads ? 1 : DisturbedNight.stages.count - 1))
  }
}
