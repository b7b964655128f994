import Foundation
import TestSupport
import Testing

/// The README's sessions, typed anew from its top to its end, as a newcomer does: what it shows is what is printed (issue 8).
/// CI runs the tests on a fresh clone.
@Suite struct ReadmeTests {
  private static let sessions: [ReadmeSession] = {
    let text = (try? String(contentsOfFile: "\(Repository.root)/README.md", encoding: .utf8)) ?? ""
    return ReadmeSession.all(in: text)
  }()

  @Test func `the README has sessions`() {
    #expect(Self.sessions.count > 2 && Self.sessions.allSatisfy { !$0.steps.isEmpty })
  }

  @Test func `the commands, one after the other in one folder, print what the README shows`() throws {
    let nights = try SampleNights()
    let tools = (Program.path("resync") as NSString).deletingLastPathComponent
    for step in Self.sessions.flatMap(\.steps) {
      let script = "cd '\(nights.sandbox.path)' && PATH='\(tools)':$PATH && \(step.command)"
      let outcome = try Program.run(path: "/bin/sh", ["-c", script])
      let difference = step.firstDifference(from: outcome.messages + outcome.output)
      #expect(difference == nil, "\(step.command): \(difference ?? "")\n\(outcome.messages)\(outcome.output)")
    }
  }

  @Test(arguments: [
    (["a", "…", "d"], "a\nb\nc\nd\n", true), (["a", "b …z"], "a\nb xyz", true), (["a", "c"], "a\nb\nc", false),
    (["a", "…", "x"], "a\nb", false), (["load c: 3 rows"], "load c: 3 rows, 1234 rows a second", true),
    (["7 in 0.1 s"], "7 in 12.0 s", true),
    (["7 in 0.1 s"], "8 in 0.1 s", false),
  ])
  func `the comparison itself tells right from wrong`(shown: [String], printed: String, isSame: Bool) {
    let step = ReadmeSession.Step(command: "", shown: shown)
    #expect((step.firstDifference(from: printed) == nil) == isSame)
  }
}
