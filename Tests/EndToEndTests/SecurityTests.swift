import Foundation
import TestSupport
import Testing

/// Customers' data stay where they belong, and what comes from outside stays data.
@Suite struct SecurityTests {
  private let pipeline: SmallPipeline
  private var sandbox: Sandbox { pipeline.sandbox }
  private static let run = "staging/companies/runs/n1"

  init() throws {
    pipeline = try SmallPipeline("security", "max_creates: 1000", "max_rejects: 100%")
    let exports = GeneratedExports(60, night: 1, seed: 7)
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
  }

  // MARK: Modes

  @Test func `whatever a run leaves is its owner's only, whatever the umask`() throws {
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: "umask 0")
    #expect(outcome.exitCode == 0)
    var seen = 0
    for folder in ["staging", "out"] {
      for name in try FileManager.default.subpathsOfDirectory(atPath: sandbox.file(folder)) {
        var info = stat()
        #expect(lstat(sandbox.file("\(folder)/\(name)"), &info) == 0)
        let mode = info.st_mode & 0o7777
        #expect(info.st_mode & S_IFMT == S_IFDIR ? mode == 0o700 : mode == 0o600, "\(folder)/\(name): \(mode)")
        seen += 1
      }
    }
    #expect(seen > 30)
  }

  // MARK: Links

  @Test(arguments: [
    "staging/companies", "staging/companies/runs", run, "\(run)/extract", "\(run)/normalize/companies",
    "\(run)/conflict-resolve/companies/changes", "staging/companies/baseline", "staging/companies/baseline/companies",
    "out/n1", "out/n1/salesforce", "out/.resync",
  ])
  func `a folder of the run's own that is a link is refused, and nothing is written through it`(folder: String) throws {
    try sandbox.write("elsewhere/mine", "mine")
    let path = sandbox.file(folder)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: sandbox.file("elsewhere"))
    let outcome = try pipeline.run("n1")
    // Load files of an attempt that was given up are removed, and so is the link: what it leads to stays.
    if folder == "out/n1/salesforce" {
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
    } else if !folder.hasPrefix(Self.run + "/") {
      #expect(outcome.exitCode == 1)
      #expect(outcome.messages.contains("\(path) is a link"), "\(outcome.messages)")
    }
    #expect(try sandbox.contents(under: "elsewhere") == ["mine": Data("mine".utf8)])
  }

  @Test(arguments: ["out/n1/changes.csv", "out/n1/changes.csv.part", "staging/companies/lock", "\(run)/run.json"])
  func `a file that is a link is replaced or refused, never written through`(file: String) throws {
    try sandbox.write("elsewhere", "mine")
    let path = sandbox.file(file)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: sandbox.file("elsewhere"))
    _ = try pipeline.run("n1")
    #expect(try sandbox.text("elsewhere") == "mine")
  }

  @Test func `staging and load folder may be links themselves, as an administrator sets them`() throws {
    for name in ["staging", "out"] {
      try FileManager.default.createDirectory(atPath: sandbox.file("disk/\(name)"), withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: sandbox.file(name), withDestinationPath: sandbox.file("disk/\(name)"))
    }
    try pipeline.complete("n1")
    #expect(sandbox.has("disk/out/n1/changes.csv"))
  }

  // MARK: Formulas

  @Test func `a value that a spreadsheet would carry out is text in rejects.csv, and itself in load files`() throws {
    let formulas = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"]
    let companies = formulas.enumerated().map { number, formula in
      // As a number it is an issue; as a name it is data.
      "\(201 + number),\"\(formula)\",d\(number).example,,,\"\(formula)\",,2026-11-02T08:00:00Z"
    }
    try pipeline.write(companies: companies + ["=1+1,x,,,,,,"], accounts: [])
    try pipeline.complete("n1", "--create-anyway")
    let rejects = try pipeline.report("n1", "rejects")
    let values = rejects.rows.map { rejects.text($0, "value") }
    #expect(values.count == 7)
    #expect(values.allSatisfy { $0.hasPrefix("'") }, "\(values)")
    #expect(values.contains("'=cmd|' /C calc'!A0"))
    #expect(try pipeline.lines("n1", "rejects", "record_id").contains("'=1+1"))
    let created = CSVDocument(try sandbox.data("out/n1/salesforce/Account-create-0000.csv"))
    #expect(created.rows.map { created.text($0, "Name") }.sorted().last == "@SUM(A1)")
    #expect(try pipeline.lines("n1", "changes", "new").contains("=cmd|' /C calc'!A0"))
  }

  // MARK: Archives

  /// Packs `megabytes` of zeros.
  private func gzippedZeros(megabytes: Int) throws -> Data {
    try #require(Program.shell("head -c \(megabytes)M /dev/zero | gzip -n > \(sandbox.file("zeros.gz"))"))
    return try sandbox.data("zeros.gz")
  }

  private func readArchive(_ name: String, _ data: Data) throws -> Outcome {
    try sandbox.change("pipeline.yaml", "csv: companies.csv", to: "csv: \(name)")
    try sandbox.write(name, data)
    return try pipeline.run("n1")
  }

  @Test func `an archive that would explode is refused, and leaves nothing`() throws {
    let zeros = try gzippedZeros(megabytes: 200)
    var zip = ZipArchive()
    for number in 0..<2 { zip.add("part\(number).csv", gzip: try gzippedZeros(megabytes: 50)) }
    for (name, data) in [("bomb.gz", zeros), ("bomb.zip", zip.data)] {
      let outcome = try readArchive(name, data)
      #expect(outcome.exitCode == 1)
      #expect(outcome.messages.contains("\(name): unpacks to more than 250 times its size"), "\(outcome.messages)")
      #expect(try sandbox.names(under: "\(Self.run)/scratch") == [])
      try sandbox.change("pipeline.yaml", "csv: \(name)", to: "csv: companies.csv")
    }
  }

  @Test func `names inside an archive lead nowhere, and write no lines`() throws {
    let content = try sandbox.data("companies.csv")
    let lines = String(decoding: content, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    var zip = ZipArchive()
    let names = ["../../../evil.csv", "/tmp/resync-evil.csv", "a\nb\u{1B}[31m.csv"]
    for (number, name) in names.enumerated() {
      let rows = lines.dropFirst().enumerated().filter { $0.offset % 3 == number }.map(\.element)
      zip.add(name, Data(([lines[0]] + rows + ["broken,row"]).joined(separator: "\n").utf8))
    }
    let outcome = try readArchive("exports.zip", zip.data)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(!sandbox.has("../evil.csv") && !FileManager.default.fileExists(atPath: "/tmp/resync-evil.csv"))
    #expect(try sandbox.names(under: ".").allSatisfy { !$0.contains("evil") })
    #expect(
      try pipeline.lines("n1", "rejects", "file") == [
        "exports.zip/../../../evil.csv", "exports.zip//tmp/resync-evil.csv", "exports.zip/a?b?[31m.csv",
      ])
  }

  @Test(arguments: [0, 1, 30, 200]) func `an archive that is cut or is none is refused by name`(count: Int) throws {
    var zip = ZipArchive()
    zip.add("companies.csv", try sandbox.data("companies.csv"))
    for (name, data) in [("cut.zip", zip.data), ("cut.gz", try gzippedZeros(megabytes: 1))] {
      let outcome = try readArchive(name, Data(data.prefix(count)))
      #expect(outcome.exitCode == 1, "\(outcome.output)")
      #expect(outcome.messages.contains(name), "\(outcome.messages)")
      #expect(!sandbox.has("out"))
      try sandbox.change("pipeline.yaml", "csv: \(name)", to: "csv: companies.csv")
    }
  }
}
