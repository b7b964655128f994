import Foundation
import TestSupport
import Testing

/// How a run tells what it is doing (interface, "Command line": a bar on a terminal, plain lines elsewhere, JSON on
/// request; issue 8: quiet under cron except for problems, and what to type next).
@Suite(.overBothStores) struct ProgressTests {
  private func arguments(_ nights: SampleNights, _ options: String...) -> [String] {
    ["run", nights.pipeline(1), "--run", "n1"] + options
  }

  @Test func `a terminal shows a bar for each stage, and keeps a line of each`() throws {
    let nights = try SampleNights(chunkSize: 100)
    let outcome = try TerminalProgram.run("resync", arguments(nights), environment: ["TERM=xterm", "NO_COLOR=1"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("█") && outcome.messages.contains("chunk 2 of 4"), "\(outcome.messages)")
    #expect(!outcome.messages.contains("\u{1B}[32m"), "NO_COLOR is honoured")
    let kept = outcome.messages.components(separatedBy: "\r\n").map { line in
      line.components(separatedBy: "\u{1B}[K").last ?? ""
    }
    for stage in ["extract companies", "conflict-resolve companies", "load"] {
      #expect(kept.contains { $0.hasPrefix(stage) && $0.contains(" rows, ") }, "\(stage): \(kept)")
    }
    #expect(outcome.output.contains("run n1: loaded"), "results go to stdout")
  }

  @Test func `a terminal that cannot take a line back gets plain lines`() throws {
    let nights = try SampleNights()
    let outcome = try TerminalProgram.run("resync", arguments(nights), environment: ["TERM=dumb"])
    #expect(!outcome.messages.contains("\u{1B}") && !outcome.messages.contains("█"), "\(outcome.messages)")
    #expect(outcome.messages.contains("extract companies: 1 chunk, 629 rows"), "\(outcome.messages)")
  }

  @Test func `elsewhere there are plain lines, and first of all what is going to be done`() throws {
    let nights = try SampleNights(chunkSize: 100)
    let outcome = try nights.run(1)
    let lines = outcome.messages.split(separator: "\n")
    #expect(lines.first?.hasPrefix("schedule companies: hubspot ") == true, "\(lines)")
    #expect(lines.first?.hasSuffix("about 4 chunks of at most 100, at most 1 HubSpot import file") == true, "\(lines)")
    #expect(!outcome.messages.contains("\u{1B}"))
  }

  @Test(arguments: [["--progress", "json"], ["--log-format", "json"]])
  func `every line of JSON has run, object, stage and chunk where it has one`(options: [String]) throws {
    let nights = try SampleNights(chunkSize: 100)
    let outcome = try nights.run(1, as: nil, options)
    let lines = try outcome.messages.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String], "\(line)")
    }
    #expect(lines.count == 1 + 1 + 4 + 4, "\(lines)")
    for line in lines {
      #expect(line["run"] == "n1" && line["object"] == "companies" && line["time"] != nil, "\(line)")
      if let stage = line["stage"], stage != "extract" { #expect(line["chunk"] != nil, "\(line)") }
    }
  }

  @Test func `errors are JSON too where the log is`() throws {
    let outcome = try Program.run("resync", ["run", "/nowhere.yaml", "--log-format", "json"])
    let line = try JSONSerialization.jsonObject(with: Data(outcome.messages.utf8)) as? [String: String]
    #expect(outcome.exitCode == 2 && line?["level"] == "error", "\(outcome.messages)")
  }

  @Test func `under cron a run is quiet, unless a person should look at something`() throws {
    let nights = try SampleNights()
    // A shell that is called cron: the name of a parent is what tells.
    let shell = URL(fileURLWithPath: "/bin/sh").resolvingSymlinksInPath().path
    try nights.sandbox.copy(shell, to: "bin/cron")
    func underCron(_ pipeline: String, _ run: String) throws -> Outcome {
      let line = "\(Program.path("resync")) run \(pipeline) --run \(run); exit $?"
      return try Program.run(path: nights.sandbox.file("bin/cron"), ["-c", line])
    }
    let night = try underCron(nights.pipeline(1), "n1")
    #expect(night.exitCode == 0 && night.messages.isEmpty, "\(night.messages)")
    #expect(night.output.contains("creates held back"), "\(night.output)")
    let quiet = try SmallPipeline("cron")
    let account = SalesforceIDs.account(1)
    try quiet.write(
      companies: ["1,Ada,ada.example,,,,\(account),2026-11-01T08:00:00Z"],
      accounts: ["\(account),Ada,ada.example,,,,1,2026-11-01T08:00:00Z"])
    let good = try underCron(quiet.file, "n1")
    #expect(good.exitCode == 0 && good.output.isEmpty && good.messages.isEmpty, "\(good)")
  }

  @Test func `the summary has the most frequent issues, the file to open, and what to type next`() throws {
    let nights = try SampleNights()
    let dry = try nights.run(1, as: nil, ["--dry-run"])
    #expect(dry.output.contains("resync run \(nights.pipeline(1)) --run n1  # loads what this shows"), "\(dry.output)")
    let outcome = try nights.run(1)
    let rejects = CSVDocument(try nights.sandbox.data("out/n1/rejects.csv"))
    #expect(
      outcome.output.contains("issues: \(rejects.rows.count), all in \(nights.sandbox.file("out/n1/rejects.csv"))"),
      "\(outcome.output)")
    let codes = Dictionary(grouping: rejects.rows) { row in
      ["code", "object", "side", "field"].map { rejects.text(row, $0) }
    }
    let most = try #require(codes.max { $0.value.count < $1.value.count })
    let line = try #require(outcome.output.split(separator: "\n").drop { !$0.hasPrefix("issues:") }.dropFirst().first)
    #expect(line.contains("\(most.value.count)") && line.contains(most.key[0]), "\(line)")
    #expect(outcome.output.contains("resync run \(nights.pipeline(1)) --create-anyway"), "\(outcome.output)")
  }

  @Test func `a failure says how to go on with what is left`() throws {
    let nights = try SampleNights()
    try nights.sandbox.remove("sample-data/salesforce/Account.csv")
    try nights.sandbox.write("sample-data/salesforce/Account.csv", "Id,Name\n\"001")
    let outcome = try nights.run(1, as: nil, ["--from", "extract"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.messages.contains("to go on with what is left: resync run \(nights.pipeline(1)) --run n1\n"),
      "\(outcome.messages)")
  }
}
