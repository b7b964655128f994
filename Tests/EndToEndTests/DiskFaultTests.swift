import Foundation
import TestSupport
import Testing

/// No room on the disk, and folders that cannot be made or written.
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

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small disk"))
  func `a disk that is full: the message says so, and the run goes on when there is room`() throws {
    let night = try night(.recordsInFiles)
    for kilobytes in [100, 200, 300, 400, 500] {
      try night.takeBack()
      let disk = try SmallDisk(night.sandbox.file(DisturbedNight.folder), kilobytes: kilobytes)
      let outcome = try night.start().wait()
      #expect([0, 1].contains(outcome.exitCode), "\(kilobytes) KB: \(outcome.messages)")
      if outcome.exitCode == 1 {
        #expect(outcome.messages.contains("No space left on device"), "\(kilobytes) KB: \(outcome.messages)")
        #expect(outcome.messages.contains("free some space, and run the same command again"), "\(outcome.messages)")
      }
      try disk.grow()
      try night.complete("run", "\(kilobytes) KB")
      let files = try night.sandbox.contents(under: "out/n2")
      disk.remove()
      try night.takeBack()
      try night.complete()
      #expect(differences(try night.sandbox.contents(under: "out/n2"), files) == [], "\(kilobytes) KB")
    }
  }

  @Test(arguments: [
    "staging/companies/runs/n2", "staging/companies/runs/n2/extract/companies", "staging/companies/runs/n2/map",
    "staging/companies/baseline/companies/n2", "out/n2", "out/n2/salesforce", "out/n2/hubspot", "out/.resync",
  ])
  func `a folder that cannot be made: it says which, and goes on when it can`(folder: String) throws {
    let night = try night(.recordsInFiles)
    try night.takeBack()
    if folder == "out/.resync" { try night.sandbox.copy(night.sandbox.file(folder), to: "kept") }
    try night.sandbox.remove(folder)
    try night.sandbox.write(folder, "in the way")
    let outcome = try night.start().wait()
    // What an attempt that was given up has left is removed, whatever it is.
    let isReplaced = folder.hasPrefix("out/n2/") || folder.hasSuffix("extract/companies")
    #expect(outcome.exitCode == (isReplaced ? 0 : 1), "\(outcome.messages)")
    if outcome.exitCode == 1 {
      #expect(outcome.messages.contains(night.sandbox.file(folder)), "\(outcome.messages)")
      try night.sandbox.remove(folder)
    }
    if folder == "out/.resync" { try night.sandbox.copy(night.sandbox.file("kept"), to: folder) }
    try night.expectGoesOn(folder)
  }

  @Test(
    .enabled(if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"), "needs root"),
    arguments: ["staging/companies/runs", "out"])
  func `a folder that may not be written: it says which, and goes on when it may`(folder: String) throws {
    let night = try night(.recordsInFiles)
    try night.takeBack()
    // Somebody else, who may read everything, and write everything but the folder.
    try #require(Program.shell("chmod -R a+rwX \(night.sandbox.path) && chmod 555 \(night.sandbox.file(folder))"))
    let nobody = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\""
    let outcome = try night.start("run", under: nobody).wait()
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("\(night.sandbox.file(folder))/"), "\(outcome.messages)")
    try night.takeBack()
    try night.expectGoesOn(folder)
  }
}
