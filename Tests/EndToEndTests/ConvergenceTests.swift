import Foundation
import TestSupport
import Testing

/// Nights on which people edit both sides and some writes get lost, and then a quiet one (semantics 4 and 5).
@Suite(.overBothStores) struct ConvergenceTests {
  private static let companies = "companies.csv"
  private static let accounts = "Account.csv"
  /// The columns that the mappings join, by the side's own names.
  private static let fields = [
    ("name", "Name"), ("domain", "Website"), ("phone", "Phone"), ("city", "BillingCity"),
    ("numberofemployees", "NumberOfEmployees"),
  ]
  /// Those that people edit: under all rules, but for the key.
  private static let edited = ["phone", "city", "numberofemployees"]

  @Test func `after nights of edits and lost writes, one night that arrives whole makes both sides equal`()
    throws
  {
    var random = SeededRandom.announced("convergence")
    let pipeline = try SmallPipeline(
      "convergence", "max_creates: 1000", "max_clears: 1000", "chunk_size: 100")
    let exports = GeneratedExports(300, night: 1, seed: random.next())
    try pipeline.write(companies: exports.companies, accounts: exports.accounts)
    for night in 1...4 {
      let sent = try run(pipeline, night)
      try #require(!sent.isEmpty, "a night without work shows nothing")
      try change(pipeline) { sides in
        try sides.apply(sent.filter { _ in night == 4 || Int.random(in: 0..<4, using: &random) > 0 })
        if night < 4 { try Self.edit(&sides, night, &random) }
      }
    }
    let left = try run(pipeline, 5)
    #expect(
      left.isEmpty, "seed \(random.seed): \(left.prefix(10).map(\.description).joined(separator: "\n"))")
    let unequal = try Self.unequalCells(try sides(pipeline))
    #expect(unequal.isEmpty, "seed \(random.seed): \(unequal.prefix(10).joined(separator: "\n"))")
  }

  private func sides(_ pipeline: SmallPipeline) throws -> CRMExports {
    CRMExports([
      "companies": try pipeline.sandbox.data(Self.companies), "Account": try pipeline.sandbox.data(Self.accounts),
    ])
  }

  private func change(_ pipeline: SmallPipeline, _ body: (inout CRMExports) throws -> Void) throws {
    var sides = try sides(pipeline)
    try body(&sides)
    try pipeline.sandbox.write(Self.companies, sides["companies"].data)
    try pipeline.sandbox.write(Self.accounts, sides["Account"].data)
  }

  /// Runs a night; what it sends.
  private func run(_ pipeline: SmallPipeline, _ night: Int) throws -> [RecordWrite] {
    let outcome = try pipeline.run("n\(night)", "--retry-creates")
    try #require(outcome.exitCode == 0, "\(outcome.messages)")
    let files = try pipeline.sandbox.contents(under: "out/n\(night)")
    return try RecordWrite.readLoadFiles(files, hubspotIDField: "HubSpot_Id__c")
  }

  /// People change and clear cells of every eighth record of both sides.
  private static func edit(_ sides: inout CRMExports, _ night: Int, _ random: inout SeededRandom) throws {
    for row in sides["companies"].rows.indices where Int.random(in: 0..<8, using: &random) == 0 {
      let time = "2026-11-2\(night)T0\(Int.random(in: 0..<9, using: &random)):00:00.000Z"
      let value = Bool.random(using: &random) ? "" : "\(Int.random(in: 1..<9, using: &random))"
      try sides["companies"].set(row, edited.randomElement(using: &random) ?? "phone", value)
      try sides["companies"].set(row, "hs_lastmodifieddate", time)
    }
    for row in sides["Account"].rows.indices where Int.random(in: 0..<8, using: &random) == 0 {
      let time = "2026-11-2\(night)T0\(Int.random(in: 0..<9, using: &random)):00:00.000Z"
      let value = Bool.random(using: &random) ? "" : "\(Int.random(in: 1..<9, using: &random))"
      let property = edited.randomElement(using: &random)
      let field = try #require(fields.first { $0.0 == property }?.1)
      try sides["Account"].set(row, field, value)
      try sides["Account"].set(row, "LastModifiedDate", time)
    }
  }

  /// The cells of linked records that are not the same on both sides, and records that have no partner.
  private static func unequalCells(_ sides: CRMExports) throws -> [String] {
    let accounts = Dictionary(
      sides["Account"].rows.map { (sides["Account"].text($0, "Id"), $0) },
      uniquingKeysWith: { first, _ in first })
    var found: [String] = []
    for row in sides["companies"].rows {
      let id = sides["companies"].text(row, "hs_object_id")
      guard let account = accounts[sides["companies"].text(row, "salesforceaccountid")] else {
        found.append("company \(id) has no account")
        continue
      }
      for (property, field) in fields {
        let (h, s) = (sides["companies"].text(row, property), sides["Account"].text(account, field))
        if h != s { found.append("company \(id), \(property): \(h) / \(s)") }
      }
    }
    if sides["companies"].rows.count != accounts.count { found.append("not every account has a company") }
    return found
  }
}
