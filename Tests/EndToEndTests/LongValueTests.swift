import Foundation
import TestSupport
import Testing

/// Values that no field of either side can hold (semantics 4, "After the decision"; 5).
@Suite(.overBothStores) struct LongValueTests {
  @Test func `a value of megabytes is an issue of its cell, and the nights after it go on`() throws {
    let pipeline = try SmallPipeline("long")
    let (one, other) = (String(repeating: "a", count: 3 << 20), String(repeating: "b", count: 3 << 20))
    try pipeline.write(
      companies: ["101,One,,,\(one),,\(SalesforceIDs.account(1)),2026-11-01T08:00:00Z"],
      accounts: ["\(SalesforceIDs.account(1)),Uno,,,\(other),,,2026-11-01T08:00:00Z"])
    for night in ["n1", "n2", "n3"] {
      try pipeline.complete(night)
      #expect(
        try pipeline.lines(night, "rejects", "side", "record_id", "field", "code") == [
          "hubspot 101 city too_long", "salesforce \(SalesforceIDs.account(1)) BillingCity too_long",
        ])
      #expect(try pipeline.changes(night) == ["hubspot set name Uno salesforce_value"])
    }
  }

  @Test func `a value of half a megabyte in both records goes through the baseline, night after night`() throws {
    let pipeline = try SmallPipeline("long")
    let value = String(repeating: "a \"quote\", ", count: 50_000)
    let cell = "\"" + value.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    try pipeline.write(
      companies: ["101,One,,,\(cell),,\(SalesforceIDs.account(1)),2026-11-01T08:00:00Z"],
      accounts: ["\(SalesforceIDs.account(1)),One,,,\(cell),,,2026-11-01T08:00:00Z"])
    for night in ["n1", "n2"] {
      try pipeline.complete(night)
      #expect(try pipeline.changes(night) == [])
    }
  }
}
