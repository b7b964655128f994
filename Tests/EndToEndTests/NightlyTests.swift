import Foundation
import TestSupport
import Testing

/// Companies, contacts with leads, and deals in one pipeline: what holds of companies holds of all objects (semantics 5
/// and 6; requirements M1, P1, P2).
@Suite struct NightlyTests {
  private static let reports = ["changes.csv", "conflicts.csv", "rejects.csv", "unmatched.csv", "accounting.json"]
  private static let stages = ["extract", "normalize", "map", "conflict-resolve", "load"]

  /// What a run with chunks of 25 leaves when nothing disturbs it; made once.
  private static let undisturbed = Result {
    let sample = try NightlySample(chunkSize: 25, in: .files)
    try sample.complete("n", "--workers", "2")
    return try sample.leftBehind()
  }

  @Test(arguments: Store.installed, [(1, 50), (2, 1000), (1, 200_000)])
  func `workers and chunk size change neither the reports nor the rows of the load files`(
    store: Store, size: (workers: Int, chunk: Int)
  ) throws {
    let sample = try NightlySample(chunkSize: size.chunk, in: store)
    try sample.complete("n", "--workers", "\(size.workers)")
    let (expected, got) = (try Self.undisturbed.get(), try sample.leftBehind())
    for report in Self.reports { #expect(got["out/n/\(report)"] == expected["out/n/\(report)"], "\(report)") }
    let rows = try RecordWrite.readLoadFiles(expected.under("out/n"), hubspotIDField: "HubSpot_Id__c")
    #expect(try sample.sent("n") == rows)
  }

  @Test(arguments: Store.installed) func `exports in another order give the same changes`(store: Store) throws {
    var random = SeededRandom.announced("shuffled exports of all objects")
    let sample = try NightlySample(in: store)
    try sample.change { exports in
      for object in exports.objects {
        let id = exports[object].header.contains("hs_object_id") ? "hs_object_id" : "Id"
        exports[object] = exports[object].shuffled(by: id, &random)
      }
    }
    try sample.complete("n")
    let reference = try Sandbox("reference")
    for (name, data) in try Self.undisturbed.get().under("out") { try reference.write(name, data) }
    let found = try ResultFolder(sample.sandbox.file("out/n"))
      .differences(from: ResultFolder(reference.file("n")), ordered: false)
    #expect(found.isEmpty, "seed \(random.seed): \(found.prefix(20).joined(separator: "\n"))")
  }

  @Test(arguments: Store.installed)
  func `the five stages one by one leave, byte for byte, what one run leaves`(store: Store) throws {
    let sample = try NightlySample(chunkSize: 25, in: store)
    for stage in Self.stages { try sample.complete("n", stage: stage) }
    let changed = differences(store.common(try Self.undisturbed.get()), try sample.leftBehind())
    #expect(changed.isEmpty, "\(changed)")
  }

  @Test(arguments: Store.installed)
  func `killed at any moment, the same command leaves the same bytes`(store: Store) throws {
    var random = SeededRandom.announced("kill -9 over all objects")
    let sample = try NightlySample(chunkSize: 25, in: store)
    var killed = 0
    // Over PostgreSQL other suites do more of it.
    let count = store == .files ? 10 : 4
    for attempt in 1...3 * count where killed < count {
      try sample.forgetRuns()
      let program = try Program("resync", ["run", sample.file, "--run", "n"])
      usleep(UInt32.random(in: 0..<(store == .files ? 150_000 : 1_000_000), using: &random))
      program.send(SIGKILL)
      if try program.wait().exitCode == 128 + SIGKILL { killed += 1 }
      try sample.complete("n")
      let changed = differences(store.common(try Self.undisturbed.get()), try sample.leftBehind())
      #expect(changed.isEmpty, "attempt \(attempt), seed \(random.seed): \(changed)")
    }
    #expect(killed >= count / 2, "too few runs were still at work: \(killed)")
  }

  /// What is applied to the exports: the report, or what is really sent.
  enum Source: String, CaseIterable { case changes, loadFiles }

  @Test(arguments: Source.allCases, Store.installed)
  func `when every write has arrived, the next run changes nothing`(source: Source, store: Store) throws {
    let sample = try NightlySample(in: store)
    try sample.complete("n1", "--create-anyway")
    let sent =
      switch source {
      case .changes: try RecordWrite.readChanges(try sample.sandbox.data("out/n1/changes.csv"))
      case .loadFiles: try sample.sent("n1")
      }
    let objects = Set(sent.filter(\.isCreate).map(\.object))
    #expect(
      objects.isSuperset(of: ["companies", "contacts", "deals", "Account", "Contact", "Opportunity"]), "\(objects)")
    try sample.change { try $0.apply(sent) }
    try sample.complete("n2")
    let left = try RecordWrite.readChanges(try sample.report("n2", "changes").data)
    #expect(left.isEmpty, "\(left.map(\.description).joined(separator: "\n"))")
  }

  @Test(arguments: Store.installed)
  func `writes that were lost, and only those, are made again`(store: Store) throws {
    var random = SeededRandom.announced("lost writes of all objects")
    let sample = try NightlySample(in: store)
    try sample.complete("n1", "--create-anyway")
    let sent = try sample.sent("n1")
    let lost = Set(sent.filter { _ in Int.random(in: 0..<5, using: &random) == 0 })
    try #require(!lost.isEmpty && lost.count < sent.count)
    try sample.change { try $0.apply(sent.filter { !lost.contains($0) }) }
    // The export still has rows that cannot be read, which holds creates in HubSpot.
    try sample.complete("n2", "--retry-creates", "--create-anyway")
    let again = Set(try sample.sent("n2"))
    let wrong = [
      ("not made again", lost.subtracting(again)), ("made, though it was not lost", again.subtracting(lost)),
    ].flatMap { what, writes in writes.map { "\(what): \($0)" } }
    #expect(wrong.isEmpty, "seed \(random.seed): \(wrong.joined(separator: "\n"))")
    try sample.change { try $0.apply(Array(again)) }
    try sample.complete("n3")
    let third = try sample.sent("n3")
    #expect(third.isEmpty, "seed \(random.seed): \(third.map(\.description).joined(separator: "\n"))")
  }
}
