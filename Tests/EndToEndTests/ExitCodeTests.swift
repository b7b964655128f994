import Foundation
import TestSupport
import Testing

/// Exit codes 0, 1, 2 and 4, each with a message that says what is wrong (interface, "Command line").
@Suite(.overBothStores) struct ExitCodeTests {
  private let pipeline: SmallPipeline

  init() throws {
    pipeline = try SmallPipeline("exit", "max_creates: 5")
    try pipeline.write(
      companies: ["101,One,one.example,,Oslo,,,2026-11-01T08:00:00Z"],
      accounts: ["\(SalesforceIDs.account(1)),One,one.example,,Bergen,,,2026-11-01T08:00:00Z"])
  }

  private func expectNothingDone() throws {
    #expect(!pipeline.sandbox.has("out"))
    #expect(try !pipeline.sandbox.hasBaseline(of: "companies", staging: "staging/companies"))
  }

  @Test func `0: done`() throws {
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("n1"), "the summary goes to stdout")
    #expect(!outcome.messages.contains("paired"), "and progress alone to stderr")
  }

  @Test func `0: help is no error`() throws {
    for arguments in [["--help"], ["run", "--help"], ["--version"]] {
      let outcome = try Program.run("resync", arguments)
      #expect(outcome.exitCode == 0 && !outcome.output.isEmpty, "\(arguments): \(outcome.messages)")
    }
  }

  @Test func `1: an export that is not there`() throws {
    try pipeline.sandbox.remove("Account.csv")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1, "\(outcome.messages)")
    #expect(outcome.messages.contains("Account.csv"), "\(outcome.messages)")
    try expectNothingDone()
  }

  @Test func `1: a quote that is never closed, by file and line`() throws {
    try pipeline.write(
      companies: ["101,One,one.example,,Oslo,,,", "102,\"Two,two.example,,Oslo,,,", "103,Three,,,Oslo,,,"],
      accounts: [])
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains("companies.csv:3"), "\(outcome.messages)")
    try expectNothingDone()
  }

  @Test(arguments: [
    (["--chunks", "1-x"], "--chunks 1-x"), (["--chunks", "3-1"], "--chunks 3-1"),
    (["--chunks", ""], "--chunks"),
    (["--workers", "0"], "--workers"), (["--workers", "two"], "workers"), (["--from", "extrct"], "extract"),
    (["--to", "everything"], "conflict-resolve"), (["--from", "map", "--to", "extract"], "--from"),
    (["--object", "deals"], "companies"), (["--run", "../up"], "../up"),
    (["--run", "n1\n"], "n1"),
    (["--no-such-flag"], "--no-such-flag"),
  ])
  func `2: a command line that makes no sense`(options: [String], word: String) throws {
    let outcome = try Program.run("resync", ["run", pipeline.file] + options)
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains(word), "\(outcome.messages)")
    try expectNothingDone()
  }

  @Test(arguments: ["../up", "n1\n", ""])
  func `2: the status of a run whose name cannot be one`(name: String) throws {
    let outcome = try Program.run("resync", ["status", pipeline.file, "--run", name])
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains("not usable"), "\(outcome.messages)")
  }

  @Test func `1: owners that are not there, as any other export`() throws {
    let sandbox = try SampleNights().sandbox
    try sandbox.remove("sample-data/hubspot/owners.csv")
    let outcome = try Program.run("resync", ["run", sandbox.file(SampleNights.pipelines[0]), "--run", "n1"])
    #expect(outcome.exitCode == 1, "\(outcome.messages)")
    #expect(outcome.messages.contains("owners.csv"), "\(outcome.messages)")
  }

  @Test func `owners and users may be packed, as any other export`() throws {
    let sandbox = try SampleNights().sandbox
    let pipeline = SampleNights.pipelines[0]
    let owners = Packing.gzip(try sandbox.data("sample-data/hubspot/owners.csv"))
    try sandbox.write("sample-data/hubspot/owners.csv.gz", owners)
    let users = Packing.zip([("Büro.csv", try sandbox.data("sample-data/salesforce/User.csv"))])
    try sandbox.write("sample-data/salesforce/User.zip", users)
    try sandbox.change(pipeline, "hubspot/owners.csv", to: "hubspot/owners.csv.gz")
    try sandbox.change(pipeline, "salesforce/User.csv", to: "salesforce/User.zip")
    let outcome = try Program.run("resync", ["run", sandbox.file(pipeline), "--run", "n1"])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let plain = try SampleNights().sandbox
    #expect(try Program.run("resync", ["run", plain.file(pipeline), "--run", "n1"]).exitCode == 0)
    #expect(try sandbox.data("out/n1/changes.csv") == plain.data("out/n1/changes.csv"))
  }

  @Test func `2: two mapped properties with one label, where the header has labels`() throws {
    try pipeline.sandbox.change("companies.properties.json", "\"label\": \"City\"", to: "\"label\": \"Name\"")
    try pipeline.sandbox.change("pipeline.yaml", "csv: companies.csv,", to: "csv: companies.csv, labels: true,")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains("name and city have one label, Name"), "\(outcome.messages)")
    try expectNothingDone()
  }

  @Test(arguments: ["normalize", "map", "conflict-resolve", "load"])
  func `2: a stage of a run that is not there`(stage: String) throws {
    let outcome = try Program.run("resync-\(stage)", [pipeline.file, "--run", "nobody"])
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains("nobody"), "\(outcome.messages)")
    try expectNothingDone()
  }

  @Test(arguments: [
    ("max_creates: 5", "max_create: 5", "max_creates"), ("keys:", "kyes:", "keys"),
    ("companies: {csv: companies.csv,", "companies: {csw: companies.csv,", "csv"),
    ("max_creates: 5", "chunk_size: 200001", "200,000"),
    ("max_creates: 5", "max_rejects: many", "max_rejects"),
    ("max_creates: 5", "timezone: Europe/Osslo", "Europe/Osslo"),
  ])
  func `2: a pipeline that cannot be, with what was meant`(part: String, wrong: String, word: String) throws {
    try pipeline.sandbox.change("pipeline.yaml", part, to: wrong)
    let line = try pipeline.sandbox.text("pipeline.yaml").split(separator: "\n").firstIndex {
      $0.contains(wrong)
    }
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(outcome.messages.contains("pipeline.yaml:\(try #require(line) + 1)"), "\(outcome.messages)")
    #expect(outcome.messages.contains(word), "\(outcome.messages)")
    try expectNothingDone()
  }

  @Test(arguments: [
    ("city,BillingCity", "city,BilingCity", "BillingCity"), ("phone,Phone", "phon,Phone", "phone"),
  ])
  func `0: a mapping of a field that there is not moves no data, and the run says so by name`(
    part: String, wrong: String, name: String
  ) throws {
    try pipeline.sandbox.change("mappings.csv", part, to: wrong)
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 0)
    #expect(outcome.messages.contains("mappings.csv:"), "\(outcome.messages)")
    #expect(outcome.messages.contains("did you mean \(name)"), "\(outcome.messages)")
    let mapping = wrong.replacingOccurrences(of: ",", with: " ↔ ")
    #expect(
      outcome.output.contains("1 mapping has an issue and moves no data: \(mapping) (unknown name)"),
      "\(outcome.output)")
  }

  @Test func `2: a row of the mapping file that cannot be read`() throws {
    try pipeline.sandbox.change("mappings.csv", "city,BillingCity,prefer_salesforce", to: "city,BillingCity,sometimes")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains("mappings.csv:5"), "\(outcome.messages)")
    try expectNothingDone()
  }

  @Test(.overFilesOnly("it takes the lock file; PostgresStagingTests has the lock of a database"))
  func `4: another run holds the pipeline`() throws {
    try pipeline.sandbox.write("staging/companies/lock", "")
    let lock = open(pipeline.sandbox.file("staging/companies/lock"), O_RDWR | O_CLOEXEC)
    try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
    let held = try pipeline.run("n1")
    #expect(held.exitCode == 4)
    #expect(held.messages.contains("companies"), "\(held.messages)")
    try expectNothingDone()
    close(lock)
    #expect(try pipeline.run("n1").exitCode == 0, "once it is free, the same command works")
  }
}
