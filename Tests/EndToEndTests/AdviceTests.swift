import Foundation
import TestSupport
import Testing

/// What a newcomer gets wrong is answered with what, where, and what now (issue 8).
@Suite(.overBothStores) struct AdviceTests {
  @Test(arguments: [
    (["rnu", "x.yaml"], "there is no command resync rnu; did you mean resync run?"),
    (["mappings", "chek", "x.yaml"], "there is no command resync mappings chek; did you mean resync mappings check?"),
    (["runs", "prun"], "did you mean resync runs prune?"),
    (["run", "nowhere.yaml"], "nowhere.yaml: there is no such file; name a pipeline file; resync init"),
    (["status", "/"], "is no file; name a pipeline file"),
  ])
  func `a wrong word is answered with the right one`(words: [String], answer: String) throws {
    let outcome = try Program.run("resync", words)
    #expect(outcome.exitCode == 2 && outcome.messages.contains(answer), "\(outcome.messages)")
    #expect(outcome.output.isEmpty)
  }

  @Test func `a run that is not there is answered with those that are`() throws {
    let pipeline = try SmallPipeline("advice")
    try pipeline.write(companies: ["101,One,one.example,,Oslo,,,2026-11-01T08:00:00Z"], accounts: [])
    for command in ["status", "report", "verify"] {
      let none = try Program.run("resync", [command, pipeline.file])
      #expect(none.exitCode == 2 && none.messages.contains("has no run yet: resync run "), "\(none.messages)")
    }
    for run in ["monday", "tuesday"] { #expect(try pipeline.run(run).exitCode == 0) }
    for words in [["status"], ["report"], ["verify"], ["normalize"], ["explain", "--record", "101"]] {
      let outcome = try Program.run("resync", [words[0], pipeline.file, "--run", "sunday"] + words.dropFirst())
      #expect(outcome.exitCode == 2, "\(words)")
      #expect(outcome.messages.contains("there is no run sunday; known runs: monday, tuesday"), "\(outcome.messages)")
    }
  }

  @Test func `a run of activities ends with its issues, the file to open, and the commands that come next`() throws {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "advice")
    let wrong = [["OwnerId": "x"], ["OwnerId": "y"], ["WhatId": "junk"]]
    try pipeline.write("Task", wrong.enumerated().map { ImportRuleTests.task($0 + 1, $1) })
    try pipeline.save()
    let preview = try pipeline.complete("look", "--dry-run").output
    #expect(preview.contains("issues: 3, all in") && preview.contains("/look/preview/rejects.csv\n  2  invalid_id"))
    #expect(
      preview.hasSuffix("next:\n  resync run \(pipeline.file) --run look  # loads what this shows\n"), "\(preview)")
    let loaded = try pipeline.complete("look").output
    #expect(loaded.contains("resync load \(pipeline.file) --run look --refused FILE  # HubSpot's answers"), "\(loaded)")
    #expect(loaded.hasSuffix("  resync run \(pipeline.file)  # with new exports: the next run\n"))
    let refused = pipeline.sandbox.file("answers.jsonl")
    try pipeline.sandbox.write("answers.jsonl", #"{"results":[]}"#)
    let taken = try Program.run("resync", ["load", pipeline.file, "--run", "look", "--refused", refused])
    #expect(taken.exitCode == 0, "\(taken.messages)")
  }

  @Test func `on a terminal of 80 columns no line is cut in the middle of a word`() throws {
    let nights = try SampleNights()
    let outcome = try TerminalProgram.run("resync", ["run", nights.pipeline(1), "--run", "n1"], columns: 80)
    #expect(outcome.exitCode == 0)
    let lines = outcome.messages.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "").split(whereSeparator: \.isNewline)
    #expect(lines.contains { $0.hasPrefix("schedule companies:") })
    for line in lines { #expect(line.split(separator: "\r").allSatisfy { $0.count <= 80 }, "\(line)") }
  }
}
