/// Exports of as many companies as a test wants: linked pairs, pairs that only a key finds, and records that
/// have no partner.
public struct GeneratedExports {
  /// Rows of the HubSpot export, in the columns of `SmallPipeline.companyColumns`.
  public var companies: [String] = []
  /// Rows of the Salesforce export, in the columns of `SmallPipeline.accountColumns`.
  public var accounts: [String] = []

  /// `count` records, most of them on both sides. `night` 2 is what a day has made of the records of night 1.
  public init(_ count: Int, night: Int, seed: UInt64) {
    for number in 0..<count {
      var random = SeededRandom(seed: seed &+ UInt64(number) &* 7919)
      add(number, night, &random)
    }
  }

  private mutating func add(_ number: Int, _ night: Int, _ random: inout SeededRandom) {
    let kind = Int.random(in: 0..<100, using: &random)
    let id = 50_000_000_000 + number
    let account = SalesforceIDs.account(number)
    let link = kind < 80 ? account : ""
    // Of the 100 kinds: 80 linked, 10 of one key, 5 in HubSpot only, 5 in Salesforce only.
    let company = Self.cells(number, night, &random)
    let other = Self.cells(number, night, &random)
    if kind < 95 {
      companies.append(
        "\(id),\(company),\(link),2026-11-0\(Int.random(in: 1...9, using: &random))T08:00:00.000Z")
    }
    if kind < 90 || kind >= 95 {
      accounts.append("\(account),\(other),,2026-11-0\(Int.random(in: 1...9, using: &random))T08:00:00.000Z")
    }
  }

  /// Name, domain, phone, city and number of employees; most of them the same on both sides and both nights.
  private static func cells(_ number: Int, _ night: Int, _ random: inout SeededRandom) -> String {
    func varied(_ value: String, _ random: inout SeededRandom) -> String {
      let choice = Int.random(in: 0..<20, using: &random)
      // Drawn in both nights, so that what is not edited stays the same.
      let isEdited = Int.random(in: 0..<10, using: &random) == 0 && night == 2
      if choice == 0 { return "" }
      return value + (choice == 1 ? "7" : "") + (isEdited ? "9" : "")
    }
    return [
      "\"Company, \(number)\"", "company-\(number).example", varied("+47 555 \(number)", &random),
      varied("City \(number % 50)", &random), varied("\(number % 900 + 10)", &random),
    ].joined(separator: ",")
  }
}
