import Foundation
import TestSupport
import Testing

/// The examples that the spec's page on activities works out: exports in one block each, and what becomes of them.
@Suite(
  .overBothStores,
  .enabled(if: SpecPage.shared != nil, "the spec's pages are not at hand: set RESYNC_SHARED to their folder"))
struct ActivityPageTests {
  @Test func `the import's examples give the inputs that the page shows`() throws {
    let page = try #require(SpecPage.shared)
    let groups = page.groups { $0.hasPrefix("json ") && !$0.hasSuffix("json") }
    #expect(groups.count == 4)
    for (number, group) in groups.enumerated() {
      let pipeline = try ActivityPipeline(.salesforceToHubSpot, "page")
      try pipeline.write(
        "contacts",
        [
          ["hs_object_id": "101", "salesforcecontactid": ActivityPipeline.contact],
          ["hs_object_id": "102", "salesforcecontactid": "0035g00000BBBBBAA5"],
        ])
      try pipeline.write("Task", [])
      for file in group.files { try pipeline.sandbox.write(file.name, file.text) }
      try pipeline.save()
      try pipeline.complete("r")
      let folder = try pipeline.sandbox.contents(under: "out/r/hubspot")
      let expected = Dictionary(
        uniqueKeysWithValues: group.results.map { ("\($0.name.dropFirst(5))-create-0000.jsonl", Data($0.text.utf8)) })
      #expect(differences(expected, folder).isEmpty, "example \(number + 1): \(differences(expected, folder))")
    }
  }

  @Test func `the sync's example gives the tasks that the page shows`() throws {
    let page = try #require(SpecPage.shared)
    let group = try #require(page.groups { $0 == "csv Task-upsert" }.first)
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "page")
    for file in group.files { try pipeline.sandbox.write(file.name, file.text) }
    let types = [
      "marketing_email": "Email", "sales_email": "Email", "meetings": "Meeting", "calls": "Call",
      "integration_events": "Other",
    ]
    let kinds = ActivityPipeline.syncKinds.map { kind in
      let type = types.first { kind.hasPrefix($0.key) }?.value ?? "\"\""
      return "\(kind): {enabled: true, task_type: \(type)}"
    }
    try pipeline.save(settings: ["clock: \"2026-03-06T02:00:00Z\""], kinds: kinds)
    try pipeline.complete("r")
    let expected = try #require(group.results.first).text
    #expect(try pipeline.sandbox.text("out/r/salesforce/Task-upsert-0000.csv") == expected)
  }
}

/// The fenced blocks of the spec's page on the two activity pipelines.
struct SpecPage {
  struct Block {
    /// What stands behind the fence: `csv Task.csv`.
    var name: String
    var text: String
  }

  /// Exports, and the results behind them.
  struct Group {
    var files: [Block] = []
    var results: [Block] = []
  }

  private let blocks: [Block]

  /// The page, where it is at hand.
  static let shared: SpecPage? = Repository.examples.flatMap { examples in
    let page = (examples as NSString).deletingLastPathComponent + "/activities-pipelines.md"
    return (try? String(contentsOfFile: page, encoding: .utf8)).map(SpecPage.init)
  }

  init(_ text: String) {
    blocks = text.matches(of: /(?ms)^```(\w[^\n]*)\n(.*?\n)```$/).map { Block(name: String($0.1), text: String($0.2)) }
  }

  /// Runs of CSV files that are followed by results.
  func groups(_ isResult: (String) -> Bool) -> [Group] {
    var groups: [Group] = []
    var open = Group()
    for block in blocks {
      if isResult(block.name) {
        open.results.append(block)
      } else if block.name.hasPrefix("csv "), block.name.hasSuffix(".csv") {
        if !open.results.isEmpty {
          groups.append(open)
          open = Group()
        }
        open.files.append(Block(name: String(block.name.dropFirst(4)), text: block.text))
      } else {
        if !open.results.isEmpty { groups.append(open) }
        open = Group()
      }
    }
    return open.results.isEmpty ? groups : groups + [open]
  }
}
