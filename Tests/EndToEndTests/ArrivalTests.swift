import Foundation
import TestSupport
import Testing

/// What happens on the night after the load files were sent: all of them, or all but those of some records
/// (semantics 5).
@Suite(.overBothStores) struct ArrivalTests {
  private static let hubspot = "sample-data/hubspot/companies.csv"
  private static let salesforce = "sample-data/salesforce/Account.csv"

  /// What is applied to the exports: the report, or what is really sent.
  enum Source: String, CaseIterable { case changes, loadFiles }

  private func writes(_ source: Source, _ nights: SampleNights, _ run: String) throws -> [RecordWrite] {
    let files = try nights.sandbox.contents(under: "out/\(run)")
    return switch source {
    case .changes: try RecordWrite.readChanges(files["changes.csv"] ?? Data())
    case .loadFiles: try RecordWrite.readLoadFiles(files, hubspotIDField: "HubSpot_Id__c")
    }
  }

  private func apply(_ writes: [RecordWrite], _ nights: SampleNights) throws {
    var exports = CRMExports([
      "companies": try nights.sandbox.data(Self.hubspot), "Account": try nights.sandbox.data(Self.salesforce),
    ])
    try exports.apply(writes)
    try nights.sandbox.write(Self.hubspot, exports["companies"].data)
    try nights.sandbox.write(Self.salesforce, exports["Account"].data)
  }

  /// The counts of `not_arrived` in a run's accounting.
  private func notArrived(_ nights: SampleNights, _ run: String) throws -> [String: Int] {
    try ResultFolder(nights.sandbox.file("out/\(run)")).accounting().filter {
      $0.key.contains(" not_arrived ")
    }
  }

  @Test func `the load files say what changes says`() throws {
    for run in ["out/n1", "out/n2"] {
      let files = try Reference.files().under(run)
      let changes = try RecordWrite.readChanges(files["changes.csv"] ?? Data())
      let sent = try RecordWrite.readLoadFiles(files, hubspotIDField: "HubSpot_Id__c").map(Self.withDays)
      #expect(Set(sent) == Set(changes), "\(run)")
      #expect(sent.count == changes.count, "each record is written once")
    }
  }

  /// The one field where changes.csv has the day, and the load file its midnight in the pipeline's zone.
  private static func withDays(_ write: RecordWrite) -> RecordWrite {
    guard let text = write.values["Contract_Start__c"], !text.isEmpty else { return write }
    var (result, style) = (write, Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    style.timeZone = .gmt
    guard let zone = TimeZone(identifier: "Europe/Oslo"), let instant = try? Date(text, strategy: style)
    else {
      return write
    }
    result.values["Contract_Start__c"] = instant.formatted(
      Date.ISO8601FormatStyle(timeZone: zone).year().month().day())
    return result
  }

  @Test(arguments: Source.allCases)
  func `when every write has arrived, the next run changes nothing`(source: Source) throws {
    let nights = try SampleNights()
    try nights.complete(1, ["--create-anyway"])
    let sent = try writes(source, nights, "n1")
    #expect(
      sent.contains { $0.side == .hubspot && $0.isCreate }
        && sent.contains { $0.side == .salesforce && $0.isCreate })
    try apply(sent, nights)
    try nights.complete(1, as: "n2")
    let again = try writes(.changes, nights, "n2")
    #expect(again.isEmpty, "\(again.map(\.description).joined(separator: "\n"))")
    #expect(try notArrived(nights, "n2").isEmpty)
  }

  @Test func `writes that were lost, and only those, are made again`() throws {
    var random = SeededRandom.announced("lost writes")
    let nights = try SampleNights()
    try nights.complete(1, ["--create-anyway"])
    let sent = try writes(.loadFiles, nights, "n1")
    let lost = Set(sent.filter { _ in Int.random(in: 0..<5, using: &random) == 0 })
    try #require(!lost.isEmpty && lost.count < sent.count)
    try apply(sent.filter { !lost.contains($0) }, nights)
    // The export still has rows that cannot be read, which holds creates in HubSpot.
    try nights.complete(1, as: "n2", ["--retry-creates", "--create-anyway"])
    let again = Set(try writes(.loadFiles, nights, "n2"))
    let wrong = [
      ("not made again", lost.subtracting(again)), ("made, though it was not lost", again.subtracting(lost)),
    ].flatMap { what, writes in writes.map { "\(what): \($0)" } }
    #expect(wrong.isEmpty, "seed \(random.seed): \(wrong.joined(separator: "\n"))")
    #expect(try notArrived(nights, "n2").isEmpty == !lost.contains { !$0.isCreate })

    try apply(Array(again), nights)
    try nights.complete(1, as: "n3")
    let third = try writes(.changes, nights, "n3")
    #expect(third.isEmpty, "seed \(random.seed): \(third.map(\.description).joined(separator: "\n"))")
    #expect(try notArrived(nights, "n3").isEmpty)
  }
}
