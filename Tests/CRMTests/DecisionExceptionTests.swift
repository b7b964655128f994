import CRM
import Testing

/// Cells with issues, owners and opt-outs: the exceptions of semantics 4.
@Suite struct `Exceptions of the sync rules` {
  typealias Case = DecisionCase
  typealias Cell = DecisionSituation

  // MARK: Issues

  static let unusable = [
    Case("an issue in s", Cell("a", "!"), "none"),
    Case("an issue in s, with a baseline", Cell("a", "!", was: ("b", "b"), newer: .hubspot), "none"),
    Case("an issue in both", Cell("!", "!", was: ("a", "a"), newer: .salesforce, fieldTimes: true), "none"),
    Case("an issue in h, s blank", Cell("!", ""), "none"),
    Case("an issue in h, s cleared", Cell("!", "", was: ("a", "a")), "none"),
    Case(
      "an issue in h, s blank, and clears", Cell("!", ""), "none", DecisionPolicy(salesforceBlankClears: true)),
  ]

  @Test(arguments: SyncRule.allCases, unusable)
  func `a cell with an issue decides nothing`(_ rule: SyncRule, _ row: Case) {
    #expect(row.decided(by: rule) == "none")
  }

  @Test(arguments: [SyncRule.preferSalesforce, .alwaysSalesforce], [("a", "a"), nil] as [(String, String)?])
  func `Salesforce's value goes over a HubSpot cell with an issue`(_ rule: SyncRule, _ was: (String, String)?) {
    let row = Case("", Cell("!", "b", was: was, newer: .hubspot), "hubspot := salesforce_value")
    #expect(row.decided(by: rule) == row.expected)
  }

  @Test func `two-way leaves a HubSpot cell with an issue alone`() {
    let row = Case("", Cell("!", "b", was: ("a", "a"), newer: .salesforce, fieldTimes: true), "none")
    #expect(row.decided(by: .twoWay) == "none")
  }

  // MARK: Owners

  static let owners = [
    Case("a blank HubSpot owner, no baseline", Cell("", "b", newer: .hubspot), "hubspot := owner_restored"),
    Case(
      "a cleared HubSpot owner is no edit", Cell("", "a", was: ("a", "a"), newer: .hubspot),
      "hubspot := owner_restored"),
    Case(
      "a cleared HubSpot owner, Salesforce's changed",
      Cell("", "b", was: ("a", "a"), newer: .hubspot, fieldTimes: true),
      "hubspot := owner_restored"),
    Case("no baseline", Cell("a", "b", newer: .hubspot), "hubspot := first_sync_owner, conflict"),
    Case(
      "no baseline, before first_run", Cell("a", "b", newer: .hubspot), "hubspot := first_sync_owner, conflict",
      DecisionPolicy(firstRunWinner: .hubspot)),
    Case(
      "no baseline, behind field times", Cell("a", "b", newer: .hubspot, fieldTimes: true),
      "salesforce := newer_field, conflict"),
    Case("only h changed", Cell("b", "a", was: ("a", "a")), "salesforce := hubspot_changed"),
    Case("only s changed", Cell("a", "b", was: ("a", "a")), "hubspot := salesforce_changed"),
    Case(
      "neither changed", Cell("a", "b", was: ("a", "b"), newer: .hubspot), "salesforce := newer_record, conflict"),
    Case("an unknown owner", Cell("!", "b"), "none"),
    Case("a blank HubSpot owner, and Salesforce's cannot be used", Cell("", "!"), "none"),
  ]

  @Test(arguments: owners) func `owners are two-way, and a blank HubSpot owner is no edit`(_ row: Case) {
    #expect(row.decided(by: .twoWay, isOwner: true) == row.expected)
  }

  // MARK: Opt-out

  static let optOuts = [
    Case("true in HubSpot", Cell("true", "false"), "salesforce := opted_out"),
    Case("true in Salesforce", Cell("false", "true"), "hubspot := opted_out"),
    Case(
      "taken back in HubSpot", Cell("false", "true", was: ("true", "true"), newer: .hubspot), "hubspot := opted_out"),
    Case(
      "taken back in Salesforce", Cell("true", "false", was: ("true", "true"), newer: .salesforce, fieldTimes: true),
      "salesforce := opted_out"),
    Case("Salesforce blank", Cell("true", "", was: ("true", "true")), "salesforce := opted_out"),
    Case("HubSpot blank", Cell("", "true", was: ("true", "true"), newer: .hubspot), "hubspot := opted_out"),
    Case("over an issue in HubSpot", Cell("!", "true"), "hubspot := opted_out"),
    Case("over an issue in Salesforce", Cell("true", "!"), "salesforce := opted_out"),
    Case("true on both sides", Cell("true", "true", was: ("false", "false")), "none"),
    Case("false on both sides", Cell("false", "false", was: ("true", "true")), "none"),
    Case("two issues", Cell("!", "!"), "none"),
  ]

  @Test(arguments: [SyncRule.preferSalesforce, .alwaysSalesforce, .twoWay], optOuts)
  func `an opt-out wins, whatever the rule, and nothing clears it`(_ rule: SyncRule, _ row: Case) {
    #expect(row.decided(by: rule, isOptOut: true) == row.expected)
  }

  // The spec does not say what the rules make of an opt-out that nobody set; a cell that cannot be read may be one.
  @Test(arguments: [SyncRule.preferSalesforce, .alwaysSalesforce, .twoWay], ["", "!"])
  func `without a true, an opt-out cell that is blank or unreadable stays`(_ rule: SyncRule, _ h: String) {
    #expect(Case("", Cell(h, "false", newer: .salesforce), "none").decided(by: rule, isOptOut: true) == "none")
  }
}
