import Foundation
import TestSupport
import Testing

/// A machine that gives little: few open files, a disk that is full.
@Suite struct NarrowMachineTests {
  /// Pairs of records whose cities differ.
  private func write(_ pipeline: SmallPipeline, pairs: Int) throws {
    try pipeline.write(
      companies: (0..<pairs).map { number in
        "\(101 + number),Company \(number),,,Oslo,,\(SalesforceIDs.account(number)),2026-11-01T08:00:00Z"
      },
      accounts: (0..<pairs).map { number in
        "\(SalesforceIDs.account(number)),Company \(number),,,Bergen,,,2026-11-01T08:00:00Z"
      })
  }

  @Test func `an export of more chunks than files may be open is cut into all of them`() throws {
    let pipeline = try SmallPipeline("files", "chunk_size: 1")
    try write(pipeline, pairs: 300)
    let outcome = try Program.run(
      "resync-extract", [pipeline.file, "--run", "n1"], under: "ulimit -n 200")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    for side in ["hubspot", "salesforce", "baseline"] {
      let names = try pipeline.sandbox.names(under: "staging/companies/runs/n1/extract/companies/\(side)")
      #expect(names.count == 300, "\(side)")
    }
    let last = try pipeline.sandbox.text("staging/companies/runs/n1/extract/companies/hubspot/0299.csv")
    #expect(last.contains(",400,") && last.split(separator: "\n").count == 2, "\(last)")
  }

  /// A file system of its own needs rights that a test does not have. A limit on the size of files stops a write as a full
  /// disk does: with an error, not with a signal, since that is ignored.
  @Test(arguments: [32, 100, 200])
  func `a write that fails stops the run with its reason, and the same command goes on where there is room`(
    blocks: Int
  ) throws {
    let pipeline = try SmallPipeline("full", "chunk_size: 1000")
    try write(pipeline, pairs: 3000)
    let full = try Program.run(
      "resync", ["run", pipeline.file, "--run", "n1"], under: "trap '' XFSZ; ulimit -f \(blocks)")
    #expect(full.exitCode == 1, "\(full.output)")
    #expect(full.messages.contains("cannot write") && full.messages.contains("File too large"), "\(full.messages)")
    #expect(!pipeline.sandbox.has("out/n1/changes.csv"))
    try pipeline.complete("n1")
    #expect(try pipeline.sandbox.names(under: "staging").allSatisfy { !$0.hasSuffix(".part") })

    let roomy = try SmallPipeline("roomy", "chunk_size: 1000")
    try write(roomy, pairs: 3000)
    try roomy.complete("n1")
    #expect(
      differences(try pipeline.sandbox.contents(under: "out"), try roomy.sandbox.contents(under: "out")) == [])
  }

  @Test func `forty open files are enough, and with too few it says what to raise`() throws {
    let pipeline = try SmallPipeline("few", "chunk_size: 50")
    try write(pipeline, pairs: 200)
    for limit in [5, 8, 10, 12, 14, 16, 20, 30] {
      let few = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: "ulimit -n \(limit)")
      #expect(few.exitCode == 1, "\(limit): \(few.output)")
      #expect(few.messages.contains("raise the limit on open files (ulimit -n)"), "\(limit): \(few.messages)")
    }
    // What the test runner has open does not count.
    let closing = "for n in {3..99}; do eval \"exec $n>&-\"; done"
    let enough = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: "\(closing); ulimit -n 40")
    #expect(enough.exitCode == 0, "\(enough.messages)")
  }

  /// Without threads a run would wait for ever: Dispatch tries again until it gets them.
  @Test(
    .enabled(if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "a limit on processes needs another user"))
  func `a system that gives no threads is named at once, with what to raise`() throws {
    let pipeline = try SmallPipeline("threads", "chunk_size: 50")
    try write(pipeline, pairs: 200)
    try #require(Program.shell("chmod -R a+rwX \(pipeline.sandbox.path)"))
    // A user that nobody else is: the limit counts all processes of one.
    let narrow =
      "exec setpriv --reuid 64999 --regid 64999 --clear-groups bash -c 'ulimit -u 1; exec \"$@\"' bash \"$@\""
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: narrow)
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    #expect(outcome.messages.contains("the system gives no more threads"), "\(outcome.messages)")
    #expect(outcome.messages.contains("ulimit -u"), "\(outcome.messages)")
    #expect(!pipeline.sandbox.has("staging"), "nothing was touched")
    try pipeline.complete("n1")
  }

  @Test(arguments: ["000", "777"])
  func `whatever the umask, its folders and files are its owner's, and only the owner's`(umask: String) throws {
    let pipeline = try SmallPipeline("umask", "chunk_size: 50")
    try write(pipeline, pairs: 100)
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: "umask \(umask)")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    for name in try FileManager.default.subpathsOfDirectory(atPath: pipeline.sandbox.file("staging")) {
      var info = stat()
      try #require(stat(pipeline.sandbox.file("staging/\(name)"), &info) == 0)
      let mode = info.st_mode & S_IFMT == S_IFDIR ? mode_t(0o700) : 0o600
      #expect(info.st_mode & 0o777 == mode, "\(name): \(String(info.st_mode & 0o777, radix: 8))")
    }
    try pipeline.complete("n2")
  }

  /// No variable that programs rely on is needed.
  @Test(arguments: ["exec env -i \"$@\"", "export TMPDIR=/nowhere HOME=/nowhere LC_ALL=xx_YY.none TZ=Mars/Base"])
  func `it needs no environment`(shell: String) throws {
    let pipeline = try SmallPipeline("bare", "chunk_size: 50")
    try write(pipeline, pairs: 100)
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: shell)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(try pipeline.report("n1", "changes").rows.count == 100)
  }

  @Test(.enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
  func `with staging in a database it needs a folder for temporary files, and says so`() throws {
    let pipeline = try SmallPipeline("temporary", "chunk_size: 50")
    try write(pipeline, pairs: 100)
    try Store.postgres.take(["pipeline.yaml"], in: pipeline.sandbox)
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: "export TMPDIR=/nowhere")
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("/nowhere") && outcome.messages.contains("TMPDIR"), "\(outcome.messages)")
    try pipeline.complete("n1")
  }
}
