import Foundation
import TestSupport
import Testing

/// The spec's worked examples: two nights, each compared with what it must leave behind. The example of all objects has
/// contacts with leads, deals, field histories, and a merged contact.
@Suite struct WorkedExampleTests {
  @Test(
    .enabled(
      if: Repository.examples != nil, "the spec's examples are not at hand: set RESYNC_SHARED to their folder"
    ), arguments: ["companies", "all-objects"], Store.installed)
  func `both nights of an example give the expected reports`(_ example: String, _ store: Store) throws {
    let examples = try #require(Repository.examples)
    let sandbox = try Sandbox("example-\(example)")
    for night in ["night1", "night2"] {
      try sandbox.copy("\(examples)/\(example)/\(night)", to: "\(example)/\(night)")
    }
    try store.take(["night1", "night2"].map { "\(example)/\($0)/pipeline.yaml" }, in: sandbox)
    for (night, run) in [("night1", "n1"), ("night2", "n2")] {
      let outcome = try Program.run(
        "resync", ["run", sandbox.file("\(example)/\(night)/pipeline.yaml"), "--run", run])
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      let expected = ResultFolder("\(examples)/\(example)/\(night)/expected")
      let differences = try ResultFolder(sandbox.file("\(example)/out/\(run)")).differences(from: expected)
      #expect(differences.isEmpty, "\(night): \(differences.prefix(20).joined(separator: "\n"))")
    }
  }
}
