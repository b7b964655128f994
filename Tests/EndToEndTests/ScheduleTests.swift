import Foundation
import TestSupport
import Testing

/// The examples for cron, systemd, Airflow and Kubernetes hold commands that work (issue 8).
@Suite(.overBothStores) struct ScheduleTests {
  /// The commands in an example, in their order, with what the scheduler puts in their places.
  private func commands(_ file: String, _ nights: SampleNights) throws -> [[String]] {
    let text = try String(contentsOfFile: "\(Repository.root)/pipelines/schedules/\(file)", encoding: .utf8)
    let fillings = [
      "/etc/resync/nightly.yaml": nights.pipeline(1), "/data/nightly.yaml": nights.pipeline(1), "$(RUN)": "r1",
      "/var/lib/node_exporter/textfile/resync.prom": nights.sandbox.file("m.prom"),
      "/data/resync.prom": nights.sandbox.file("m.prom"), "{PIPELINE}": nights.pipeline(1), "{{{{ ds }}}}": "r1",
    ]
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    return lines.compactMap { line in
      guard let match = line.firstMatch(of: /\bresync ((?:run|\{stage\}) [^"]*)/) else { return nil }
      let filled = fillings.reduce(String(match.1)) { $0.replacing($1.key, with: $1.value) }
      return filled.split(separator: " ").map(String.init)
    }
  }

  private func run(_ words: [String]) throws {
    let outcome = try Program.run("resync", words)
    #expect(outcome.exitCode == 0, "\(words): \(outcome.messages)")
  }

  @Test(arguments: ["resync.cron", "resync.service"])
  func `the nightly command runs, and leaves its figures`(file: String) throws {
    let nights = try SampleNights()
    let commands = try commands(file, nights)
    #expect(commands.count == 1)
    for command in commands { try run(command) }
    #expect(nights.sandbox.has("m.prom") && nights.sandbox.has("out"))
  }

  @Test func `the tasks of Airflow are the stages, one behind the other`() throws {
    let nights = try SampleNights()
    let command = try #require(try commands("airflow_dag.py", nights).first)
    for stage in ["extract", "normalize", "map", "conflict-resolve", "load"] {
      try run(command.map { $0 == "{stage}" ? stage : $0 })
    }
    #expect(nights.sandbox.has("out/r1/changes.csv"))
  }

  @Test func `an index of the Kubernetes job does its chunk, and one without a chunk nothing`() throws {
    let nights = try SampleNights(chunkSize: 100)
    let commands = try commands("kubernetes.yaml", nights)
    try #require(commands.count == 2)
    for index in 0..<6 { try run(commands[0].map { $0 == "$(JOB_COMPLETION_INDEX)" ? "\(index)" : $0 }) }
    #expect(!nights.sandbox.has("out"), "chunks are not loaded yet")
    try run(commands[1])
    let whole = try SampleNights(chunkSize: 100)
    try whole.complete(1, as: "r1")
    let changed = differences(try whole.leftBehind(), try nights.leftBehind())
    #expect(changed.isEmpty, "the same bytes as one command leaves: \(changed)")
  }
}
