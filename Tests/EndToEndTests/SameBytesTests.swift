import Foundation
import TestSupport
import Testing

/// Output is a function of input, whatever the number of workers and the chunk size (semantics 6).
@Suite struct SameBytesTests {
  private static let reports = [
    "changes.csv", "conflicts.csv", "rejects.csv", "unmatched.csv", "accounting.json",
  ]

  @Test(arguments: Store.installed, [(1, 50), (2, 1000), (1, 200_000)])
  func `workers and chunk size change neither the reports nor the rows of the load files`(
    store: Store, size: (workers: Int, chunk: Int)
  ) throws {
    let nights = try SampleNights(chunkSize: size.chunk, in: store)
    for night in 1...2 { try nights.complete(night, ["--workers", "\(size.workers)"]) }
    let (expected, got) = (try Reference.files(), try nights.leftBehind())
    for run in ["out/n1", "out/n2"] {
      for report in Self.reports {
        #expect(got["\(run)/\(report)"] == expected["\(run)/\(report)"], "\(run)/\(report)")
      }
      let rows = try RecordWrite.readLoadFiles(got.under(run), hubspotIDField: "HubSpot_Id__c")
      #expect(try rows == RecordWrite.readLoadFiles(expected.under(run), hubspotIDField: "HubSpot_Id__c"))
    }
  }

  @Test(arguments: Store.installed) func `exports in another order give the same changes`(store: Store) throws {
    var random = SeededRandom.announced("shuffled exports")
    let nights = try SampleNights(in: store)
    for folder in ["sample-data", "sample-data/second-night"] {
      for (file, id) in [("hubspot/companies.csv", "hs_object_id"), ("salesforce/Account.csv", "Id")] {
        let shuffled = CSVDocument(try nights.sandbox.data("\(folder)/\(file)")).shuffled(by: id, &random)
        try nights.sandbox.write("\(folder)/\(file)", shuffled.data)
      }
    }
    for night in 1...2 { try nights.complete(night) }
    let reference = try Sandbox("reference")
    for (name, data) in try Reference.files().under("out") { try reference.write(name, data) }
    for run in ["n1", "n2"] {
      let found = try ResultFolder(nights.sandbox.file("out/\(run)"))
        .differences(from: ResultFolder(reference.file(run)), ordered: false)
      #expect(found.isEmpty, "\(run), seed \(random.seed): \(found.prefix(20).joined(separator: "\n"))")
    }
  }
}
