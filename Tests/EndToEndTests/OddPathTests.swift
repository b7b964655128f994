import Foundation
import TestSupport
import Testing

/// Paths that name no file, or one that the run itself makes anew: refused before anything is touched.
@Suite struct OddPathTests {
  private let pipeline: SmallPipeline
  private var sandbox: Sandbox { pipeline.sandbox }

  init() throws {
    pipeline = try SmallPipeline("paths", "max_creates: 1000")
    let exports = GeneratedExports(30, night: 1, seed: 4)
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
  }

  private func expectRefused(_ exitCode: Int32, _ parts: String...) throws {
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == exitCode, "\(outcome.messages)")
    for part in parts { #expect(outcome.messages.contains(part), "\(part): \(outcome.messages)") }
    #expect(!sandbox.has("out/n1/changes.csv"))
  }

  // MARK: No file

  /// How a shell makes something else than a file of a name.
  private static let others = ["mkfifo", "ln -s /dev/null", "ln -s /dev/zero", "ln -s /nowhere", "mkdir"]

  @Test(arguments: others)
  func `an export that is no file is refused, and nobody waits for it`(make: String) throws {
    try sandbox.remove("companies.csv")
    try #require(Program.shell("\(make) \(sandbox.file("companies.csv"))"))
    try expectRefused(1, "pipeline.yaml:6: sources.hubspot.companies: ", sandbox.file("companies.csv"))
  }

  @Test(arguments: ["mappings.csv", "companies.properties.json", "Account.describe.json"], others)
  func `a mapping or metadata file that is no file is refused, and nobody waits for it`(
    name: String, make: String
  ) throws {
    try sandbox.remove(name)
    try #require(Program.shell("\(make) \(sandbox.file(name))"))
    try expectRefused(2, sandbox.file(name))
  }

  @Test func `people in a pipe are refused, for they are read more than once`() throws {
    try #require(Program.shell("mkfifo \(sandbox.file("owners.csv"))"))
    try sandbox.write("User.csv", "Id,Email,IsActive\n")
    try sandbox.change("pipeline.yaml", "  hubspot:\n", to: "  hubspot:\n    owners: {csv: owners.csv}\n")
    try sandbox.change("pipeline.yaml", "  salesforce:\n", to: "  salesforce:\n    User: {csv: User.csv}\n")
    try sandbox.write(
      "mappings.csv", try sandbox.text("mappings.csv") + "hubspot_owner_id,OwnerId,two_way,default,,,,\n")
    try expectRefused(1, sandbox.file("owners.csv"), "is no file but a pipe or a device")
  }

  @Test func `init looks at files only`() throws {
    try #require(Program.shell("mkfifo \(sandbox.file("deals.csv")) && ln -s /nowhere \(sandbox.file("Lead.csv"))"))
    try sandbox.remove("pipeline.yaml")
    let outcome = try Program.run("resync", ["init", sandbox.path])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    for name in ["deals.csv", "Lead.csv"] {
      #expect(outcome.output.contains("\(name): is no file"), "\(outcome.output)")
    }
  }

  @Test(arguments: ["pipe", "folder", "link to a device"])
  func `what is no file is never replaced by one`(kind: String) throws {
    let target = sandbox.file("figures.prom")
    let commands = ["pipe": "mkfifo", "folder": "mkdir", "link to a device": "ln -s /dev/null"]
    try #require(Program.shell("\(commands[kind] ?? "") \(target)"))
    let before = try kindOfFile(target)
    let outcome = try pipeline.run("n1", "--metrics", target)
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("cannot write \(target): what has this name is no file"), "\(outcome.messages)")
    #expect(try kindOfFile(target) == before)
  }

  private func kindOfFile(_ path: String) throws -> mode_t {
    var info = stat()
    try #require(lstat(path, &info) == 0)
    return info.st_mode & S_IFMT
  }

  // MARK: The run's own folders

  @Test(arguments: [
    "out/n1/salesforce/Account-update-0000.csv", "out/n1/changes.csv", "out/n1/hubspot/export.csv",
    "staging/companies/runs/n1/extract/export.csv", "staging/companies/runs/older/export.csv",
  ])
  func `an export in a folder that the run makes anew is refused, and stays`(place: String) throws {
    let export = try sandbox.data("Account.csv")
    try sandbox.write(place, export)
    try sandbox.change("pipeline.yaml", "csv: Account.csv", to: "csv: \(place)")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains(sandbox.file(place)) && outcome.messages.contains("move it elsewhere"))
    #expect(try sandbox.data(place) == export)
  }

  @Test func `nor does a link lead there`() throws {
    try sandbox.copy(sandbox.file("Account.csv"), to: "out/n1/hubspot/export.csv")
    try #require(
      Program.shell("ln -sf \(sandbox.file("out/n1/hubspot/export.csv")) \(sandbox.file("Account.csv"))"))
    try expectRefused(2, "lies in", "out/n1, which the run makes anew")
    #expect(sandbox.has("out/n1/hubspot/export.csv"))
  }

  @Test func `an export in the load folder of another run, or beside those of runs, is read`() throws {
    for (number, place) in ["out/older/export.csv", "out/export.csv"].enumerated() {
      try sandbox.copy(sandbox.file("Account.csv"), to: place)
      try pipeline.save()
      try sandbox.change("pipeline.yaml", "csv: Account.csv", to: "csv: \(place)")
      try pipeline.complete("n\(number + 1)")
    }
  }

  @Test(arguments: [("staging/companies", "n1"), ("staging/companies/runs", "n1"), ("staging", "companies")])
  func `load files do not lie in what the run stages`(folder: String, run: String) throws {
    try sandbox.change("pipeline.yaml", "files: out", to: "files: \(folder)")
    let outcome = try pipeline.run(run)
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains("give load.files and staging.csv folders of their own"), "\(outcome.messages)")
    #expect(!sandbox.has("staging/companies/runs"))
  }

  @Test(arguments: ["a/../../b", "..", "a\nb", String(repeating: "a", count: 300), "-n", "a b", "é"])
  func `a run name that cannot name a folder is refused, and shown harmlessly`(name: String) throws {
    for command in ["run", "status", "verify"] {
      let outcome = try Program.run("resync", [command, pipeline.file, "--run=\(name)"])
      #expect(outcome.exitCode == 2, "\(command): \(outcome.messages)")
      #expect(outcome.messages.contains("is not usable: take up to 100 letters, digits"), "\(outcome.messages)")
      #expect(outcome.messages.split(separator: "\n").count == 1, "\(outcome.messages)")
      #expect(!sandbox.has("staging") && !sandbox.has("out"))
    }
  }
}
