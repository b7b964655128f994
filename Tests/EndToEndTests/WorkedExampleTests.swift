import Foundation
import TestSupport
import Testing

/// The spec's worked examples: two nights, each compared with what it must leave behind.
@Suite struct WorkedExampleTests {
  @Test(
    .enabled(
      if: Repository.examples != nil, "the spec's examples are not at hand: set RESYNC_SHARED to their folder"
    ))
  func `both nights of the companies example give the expected reports`() throws {
    let examples = try #require(Repository.examples)
    let sandbox = try Sandbox("example")
    for night in ["night1", "night2"] {
      try sandbox.copy("\(examples)/companies/\(night)", to: "companies/\(night)")
    }
    for (night, run) in [("night1", "n1"), ("night2", "n2")] {
      let outcome = try Program.run(
        "resync", ["run", sandbox.file("companies/\(night)/pipeline.yaml"), "--run", run])
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      let expected = ResultFolder("\(examples)/companies/\(night)/expected")
      let differences = try ResultFolder(sandbox.file("companies/out/\(run)")).differences(from: expected)
      #expect(differences.isEmpty, "\(night): \(differences.prefix(20).joined(separator: "\n"))")
    }
  }
}
