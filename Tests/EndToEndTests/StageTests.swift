import Foundation
import TestSupport
import Testing

/// Every stage can be run alone, on what the stage before it left (requirements P1, interface "Command
/// line").
@Suite struct StageTests {
  private static let stages = ["extract", "normalize", "map", "conflict-resolve", "load"]

  /// How a stage is called.
  enum Form: String, CaseIterable { case subcommand, executable }

  private func runStage(
    _ stage: String, _ form: Form, _ nights: SampleNights, _ night: Int, _ options: [String] = []
  ) throws {
    let arguments = [nights.pipeline(night), "--run", "n\(night)"] + options
    let outcome =
      switch form {
      case .subcommand: try Program.run("resync", [stage] + arguments)
      case .executable: try Program.run("resync-\(stage)", arguments)
      }
    #expect(outcome.exitCode == 0, "\(stage): \(outcome.messages)")
  }

  @Test(arguments: Form.allCases, Store.installed)
  func `the five stages one by one leave, byte for byte, what one run leaves`(form: Form, store: Store) throws {
    let nights = try SampleNights(chunkSize: Reference.chunkSize, in: store)
    for night in 1...2 {
      for stage in Self.stages { try runStage(stage, form, nights, night) }
    }
    let changed = differences(store.common(try Reference.files()), try nights.leftBehind())
    #expect(changed.isEmpty, "\(changed)")
  }

  @Test(arguments: Store.installed)
  func `one chunk done again, stage by stage, changes nothing`(store: Store) throws {
    let nights = try SampleNights(chunkSize: Reference.chunkSize, in: store)
    for night in 1...2 { try nights.complete(night) }
    try #require(try Reference.files().under(".resync/companies/runs/n2/map/companies/hubspot").count > 3)
    for stage in Self.stages.dropFirst() {
      try runStage(stage, .subcommand, nights, 2, ["--chunks", "2"])
      let changed = differences(store.common(try Reference.files()), try nights.leftBehind())
      #expect(changed.isEmpty, "\(stage): \(changed)")
    }
  }

  @Test func `after one chunk of map was done again, run does what follows, and the bytes are the same`()
    throws
  {
    let nights = try SampleNights(chunkSize: Reference.chunkSize)
    for night in 1...2 { try nights.complete(night) }
    try runStage("map", .executable, nights, 2, ["--chunks", "2"])
    let before = try nights.sandbox.stamps(
      under: ".resync/companies/runs/n2/conflict-resolve/companies/changes")
    try nights.complete(2)
    let after = try nights.sandbox.stamps(
      under: ".resync/companies/runs/n2/conflict-resolve/companies/changes")
    #expect(
      before.filter { after[$0.key] != $0.value }.map(\.key) == ["0002.csv"],
      "only that chunk is resolved again")
    let changed = differences(try Reference.files(), try nights.leftBehind())
    #expect(changed.isEmpty, "\(changed)")
  }
}
