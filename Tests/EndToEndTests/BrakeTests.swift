import Foundation
import TestSupport
import Testing

/// The four brakes: exit 3 before anything is loaded, each with the flag or key that lets it pass (semantics
/// 7).
@Suite(.overBothStores) struct BrakeTests {
  /// Forty pairs with a city and a phone number; `change` makes other rows of them.
  private func write(
    _ pipeline: SmallPipeline, cities: Int = 40, companies count: Int = 40, extra: [String] = [],
    accounts: Int = 40
  ) throws {
    try pipeline.write(
      companies: (0..<count).map { number in
        "\(101 + number),Company \(number),,,City,,\(SalesforceIDs.account(number)),2026-11-01T08:00:00Z"
      } + extra,
      accounts: (0..<accounts).map { number in
        let city = number < cities ? "City" : ""
        return "\(SalesforceIDs.account(number)),Company \(number),,,\(city),,,2026-11-01T08:00:00Z"
      })
  }

  /// The run is stopped with the words in its message, and neither load files nor baseline have changed.
  private func expectStop(_ pipeline: SmallPipeline, _ run: String, words: [String]) throws {
    let before = try pipeline.sandbox.baselineState(staging: "staging/companies")
    let outcome = try pipeline.run(run)
    #expect(outcome.exitCode == 3, "\(outcome.messages)")
    for word in words { #expect(outcome.messages.contains(word), "\(word): \(outcome.messages)") }
    #expect(!pipeline.sandbox.has("out/\(run)"))
    #expect(try pipeline.sandbox.baselineState(staging: "staging/companies") == before)
  }

  private func complete(_ pipeline: SmallPipeline, _ run: String, _ options: [String] = []) throws {
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", run] + options)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(pipeline.sandbox.has("out/\(run)/accounting.json"))
  }

  @Test func `max_rejects: rows that cannot be read stop the run, until the pipeline allows them`() throws {
    var pipeline = try SmallPipeline("brake")
    try write(pipeline, extra: ["200,too,few"])
    try expectStop(pipeline, "n1", words: ["max_rejects", "1 of 41"])
    pipeline.settings = ["max_rejects: 1"]
    try pipeline.save()
    try complete(pipeline, "n1")
  }

  @Test func `a share is exact: 29% of a hundred rows is twenty-nine`() throws {
    let pipeline = try SmallPipeline("brake", "max_rejects: 29%")
    let bad = (0..<29).map { "\(500 + $0),too,few" }
    try write(pipeline, companies: 71, extra: bad, accounts: 71)
    try complete(pipeline, "n1")
    try write(pipeline, companies: 70, extra: bad + ["600,too,few"], accounts: 71)
    try expectStop(pipeline, "n2", words: ["max_rejects", "30 of 100"])
  }

  @Test func `max_shrink: an export that has lost rows stops the run, until the pipeline allows it`() throws {
    var pipeline = try SmallPipeline("brake")
    try write(pipeline)
    try complete(pipeline, "n1")
    try write(pipeline, companies: 31)
    try expectStop(pipeline, "n2", words: ["max_shrink", "31", "40"])
    pipeline.settings = ["max_shrink: 25%"]
    try pipeline.save()
    try complete(pipeline, "n2")
  }

  @Test func `max_clears: a column that has lost its values stops the run, until --allow-clears names it`()
    throws
  {
    let pipeline = try SmallPipeline("brake")
    try write(pipeline)
    try complete(pipeline, "n1")
    try write(pipeline, cities: 29)
    try expectStop(pipeline, "n2", words: ["max_clears", "11 of 40", "--allow-clears city"])
    try complete(pipeline, "n2", ["--allow-clears", "city"])
    #expect(try pipeline.lines("n2", "changes", "action", "field").filter { $0 == "clear city" }.count == 11)
  }

  @Test func `--allow-clears of a name that is not mapped is refused at once, and the nearest one is told`() throws {
    let pipeline = try SmallPipeline("brake")
    try write(pipeline)
    for command in [["run"], ["load", "--run", "n1"]] {
      let outcome = try Program.run(
        "resync", [command[0], pipeline.file] + command.dropFirst() + ["--allow-clears", "citty"])
      #expect(outcome.exitCode == 2)
      #expect(outcome.messages.contains("\"citty\"; did you mean city?"), "\(outcome.messages)")
    }
    #expect(try pipeline.sandbox.contents(under: "out").isEmpty, "no run has begun")
    #expect(try pipeline.sandbox.contents(under: "staging").isEmpty)
    // The name of the other side is one, too.
    try complete(pipeline, "n1", ["--allow-clears", "BillingCity"])
  }

  @Test func `max_clears: ten clears are no accident`() throws {
    let pipeline = try SmallPipeline("brake")
    try write(pipeline)
    try complete(pipeline, "n1")
    try write(pipeline, cities: 30)
    try complete(pipeline, "n2")
  }

  @Test func `max_creates: too many new records stop the run, until --create-anyway`() throws {
    let pipeline = try SmallPipeline("brake")
    try write(pipeline)
    try complete(pipeline, "n1")
    try write(pipeline, accounts: 51)
    try expectStop(pipeline, "n2", words: ["max_creates", "11", "--create-anyway"])
    try complete(pipeline, "n2", ["--create-anyway"])
    #expect(try pipeline.lines("n2", "changes", "action", "field").filter { $0 == "create name" }.count == 11)
  }
}
