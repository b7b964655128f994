import TestSupport
import Testing

/// The pipelines leave of the sample data what `sample-data/expected` holds, to the byte: load files and reports.
@Suite struct SampleDataTests {
  @Test func `both nights of companies, and the nightly resync of all objects, leave the golden files`() throws {
    let sandbox = try Sandbox("golden")
    try sandbox.copy("\(Repository.root)/sample-data", to: "sample-data")
    try sandbox.copy("\(Repository.root)/pipelines", to: "pipelines")
    let runs = [("companies", "night-1"), ("companies-second-night", "night-2"), ("nightly-resync", "nightly")]
    for (pipeline, night) in runs {
      let outcome = try Program.run("resync", ["run", sandbox.file("pipelines/\(pipeline).yaml"), "--run", night])
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      let expected = try sandbox.contents(under: "sample-data/expected/\(night)")
      #expect(!expected.isEmpty)
      let differing = differences(expected, try sandbox.contents(under: "out/\(night)"))
      #expect(differing.isEmpty, "\(night): \(differing.joined(separator: ", "))")
    }
  }
}
