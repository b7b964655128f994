import Foundation
import TestSupport
import Testing

/// What else can go wrong beside a run: the disk, the folders, the exports, other runs, the reader of its messages.
/// Afterwards the same command leaves the same bytes as a night that nothing disturbed.
@Suite(.serialized) struct FaultTests {
  private let night: DisturbedNight
  private var pipeline: SmallPipeline { night.pipeline }
  private var sandbox: Sandbox { pipeline.sandbox }

  init() throws { night = try DisturbedNight("fault", rows: 600, chunkSize: 150) }

  private func expectGoesOn(_ what: String) throws {
    try night.complete("run", what)
    try night.expectUndisturbed(what)
  }

  // MARK: The disk

  /// The largest file that the process may write stands for the room on the disk: wherever it ends, it ends there.
  @Test func `no room for a file: it says which, and goes on when there is room`() throws {
    var random = SeededRandom.announced("no room")
    var refused = 0
    for attempt in 0..<faultCount(10) {
      try night.takeBack()
      let kilobytes = Int.random(in: 1...60, using: &random)
      let outcome = try night.start("run", under: "ulimit -f \(kilobytes)").wait()
      let what = "\(kilobytes) KB, attempt \(attempt), seed \(random.seed)"
      #expect([0, 1].contains(outcome.exitCode), "\(what): \(outcome.messages)")
      if outcome.exitCode == 1 {
        refused += 1
        #expect(outcome.messages.contains("cannot write \(sandbox.path)/"), "\(what): \(outcome.messages)")
      }
      try expectGoesOn(what)
    }
    print("no room for a file: \(refused) runs refused, and survived")
    #expect(refused > 0)
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small disk"))
  func `a disk that is full: the message says so, and the run goes on when there is room`() throws {
    for kilobytes in [100, 200, 300, 400, 500] {
      try night.takeBack()
      let disk = try SmallDisk(sandbox.file(DisturbedNight.staging), kilobytes: kilobytes)
      let outcome = try night.start().wait()
      #expect([0, 1].contains(outcome.exitCode), "\(kilobytes) KB: \(outcome.messages)")
      if outcome.exitCode == 1 {
        #expect(outcome.messages.contains("No space left on device"), "\(kilobytes) KB: \(outcome.messages)")
        #expect(outcome.messages.contains("free some space, and run the same command again"), "\(outcome.messages)")
      }
      try disk.grow()
      try night.complete("run", "\(kilobytes) KB")
      let files = try sandbox.contents(under: "out/n2")
      disk.remove()
      try night.takeBack()
      try night.complete()
      #expect(differences(try sandbox.contents(under: "out/n2"), files) == [], "\(kilobytes) KB")
    }
  }

  // MARK: Folders

  @Test(arguments: [
    "staging/companies/runs/n2", "staging/companies/runs/n2/extract/companies", "staging/companies/runs/n2/map",
    "staging/companies/baseline/companies/n2", "out/n2", "out/n2/salesforce", "out/n2/hubspot", "out/.resync",
  ])
  func `a folder that cannot be made: it says which, and goes on when it can`(folder: String) throws {
    try night.takeBack()
    if folder == "out/.resync" { try sandbox.copy(sandbox.file(folder), to: "kept") }
    try sandbox.remove(folder)
    try sandbox.write(folder, "in the way")
    let outcome = try night.start().wait()
    // What an attempt that was given up has left is removed, whatever it is.
    let isReplaced = folder.hasPrefix("out/n2/") || folder.hasSuffix("extract/companies")
    #expect(outcome.exitCode == (isReplaced ? 0 : 1), "\(outcome.messages)")
    if outcome.exitCode == 1 {
      #expect(outcome.messages.contains(sandbox.file(folder)), "\(outcome.messages)")
      try sandbox.remove(folder)
    }
    if folder == "out/.resync" { try sandbox.copy(sandbox.file("kept"), to: folder) }
    try expectGoesOn(folder)
  }

  @Test(
    .enabled(if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"), "needs root"),
    arguments: ["staging/companies/runs", "out"])
  func `a folder that may not be written: it says which, and goes on when it may`(folder: String) throws {
    try night.takeBack()
    // Somebody else, who may read everything, and write everything but the folder.
    try #require(Program.shell("chmod -R a+rwX \(sandbox.path) && chmod 555 \(sandbox.file(folder))"))
    let nobody = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\""
    let outcome = try night.start("run", under: nobody).wait()
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("\(sandbox.file(folder))/"), "\(outcome.messages)")
    try night.takeBack()
    try expectGoesOn(folder)
  }

  // MARK: Exports

  @Test func `an export that is cut short or changed while it is read is never half used`() throws {
    var random = SeededRandom.announced("cut short")
    let whole = try sandbox.data("companies.csv")
    var refused = 0
    for attempt in 0..<faultCount(12) {
      try night.takeBack()
      let program = try night.start()
      usleep(UInt32(Double.random(in: 0..<night.duration, using: &random) * 1_000_000))
      let cut = Int.random(in: 0..<whole.count, using: &random)
      if attempt % 2 == 0 {
        truncate(sandbox.file("companies.csv"), off_t(cut))
      } else {
        // As long as before, with other rows: those behind the cut have a cell more or less.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: sandbox.file("companies.csv")))
        try file.seek(toOffset: UInt64(cut))
        try file.write(contentsOf: Data(whole[cut...].map { $0 == 10 ? 44 : $0 == 44 ? 10 : $0 }))
        try file.close()
      }
      let outcome = try program.wait()
      let what = "attempt \(attempt), seed \(random.seed)"
      #expect([0, 1, 3].contains(outcome.exitCode), "\(what): \(outcome.exitCode) \(outcome.messages)")
      // If it ended well, it had read all of the whole export, or all of the shorter one.
      let manifest = "\(DisturbedNight.staging)/runs/n2/run.json"
      if outcome.exitCode == 0, try sandbox.text(manifest).contains("\"bytes\" : \(whole.count),") {
        #expect(try night.changedFiles() == [], "\(what)")
      }
      refused += outcome.exitCode == 0 ? 0 : 1
      try sandbox.write("companies.csv", whole)
      try night.takeBack()
      try expectGoesOn(what)
    }
    print("cut short: \(refused) runs refused, and survived")
  }

  @Test(arguments: ["extract", "normalize", "map", "conflict-resolve"])
  func `an export that changes between two stages begins the run anew`(last: String) throws {
    let whole = try sandbox.text("companies.csv")
    try night.takeBack()
    try sandbox.write("companies.csv", whole.replacingOccurrences(of: ",City ", with: ",Town "))
    try pipeline.complete("n2", "--to", last)
    try sandbox.write("companies.csv", whole)
    try expectGoesOn("changed behind \(last)")
  }

  // MARK: Others

  @Test func `of eight runs at once one works, the others say so with exit 4, and the result is that of one`() throws {
    for _ in 0..<3 {
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

  @Test(arguments: [
    // A reader that has gone, streams that are closed, a disk that is full, a reader that sleeps.
    ("exec 3> >(true); sleep 0.05; exec 2>&3", 0), ("exec 2>&-", 0), ("exec 0<&- 1>&- 2>&-", 0),
    ("exec >/dev/full", 1), ("exec 2>/dev/full", 0), ("exec 2> >(sleep 0.4; cat >/dev/null)", 0),
  ])
  func `whoever reads its messages, the run does its work`(shell: String, code: Int32) throws {
    try night.takeBack()
    let outcome = try night.start("run", under: shell).wait()
    #expect(outcome.exitCode == code, "\(outcome.exitCode) \(outcome.messages)")
    try night.expectUndisturbed(shell)
  }

  @Test func `a run whose reader sleeps can be terminated`() throws {
    try night.takeBack()
    // stderr is a pipe that is full before the run begins.
    let full = "exec 3> >(sleep 5); dd if=/dev/zero bs=1k count=64 >&3 2>/dev/null; exec 2>&3 3>&-"
    let program = try night.start("run", under: full)
    usleep(700_000)
    program.send(SIGTERM)
    #expect(try program.wait().exitCode == 143)
    try expectGoesOn("terminated with a full pipe")
  }

  @Test func `stopped and continued again and again, it does its work`() throws {
    try night.takeBack()
    let program = try night.start()
    for _ in 0..<40 {
      program.send(SIGSTOP)
      usleep(1_000)
      program.send(SIGCONT)
      usleep(2_000)
    }
    #expect(try program.wait().exitCode == 0)
    try night.expectUndisturbed("stopped and continued")
  }
}

/// A small file system in memory, mounted on a folder for as long as a test wants.
final class SmallDisk {
  private let path: String

  /// Whether this process may mount one.
  static let isPossible: Bool = {
    guard geteuid() == 0, let folder = try? Sandbox("disk") else { return false }
    return Program.shell("mount -t tmpfs -o size=64k none \(folder.path) 2>/dev/null && umount \(folder.path)")
  }()

  /// Mounts it over a folder; what the folder held is copied into it.
  init(_ path: String, kilobytes: Int) throws {
    self.path = path
    let copy = "\(path)-copy"
    let command =
      "cp -a \(path) \(copy) && mount -t tmpfs -o size=\(kilobytes + 2000)k none \(path) && cp -a \(copy)/. \(path) && "
      + "rm -rf \(copy) && used=$(du -sk \(path) | cut -f1) && mount -o remount,size=$((used + \(kilobytes)))k \(path)"
    guard Program.shell(command) else { throw HelperError("cannot mount a small disk on \(path)") }
  }

  /// Makes room.
  func grow() throws {
    guard Program.shell("mount -o remount,size=64m \(path)") else { throw HelperError("cannot grow \(path)") }
  }

  /// Takes it away, with what it holds.
  func remove() { _ = Program.shell("umount \(path)") }

  deinit { _ = Program.shell("umount \(path) 2>/dev/null") }
}
