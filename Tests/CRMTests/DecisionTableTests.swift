import CRM
import Testing

/// The table of semantics 4, row by row.
@Suite struct `Sync rules` {
  typealias Case = DecisionCase
  typealias Cell = DecisionSituation

  static let equal = [
    Case("the same, no baseline", Cell("a", "a"), "none"),
    Case("the same, both changed", Cell("a", "a", was: ("b", "c"), newer: .hubspot), "none"),
    Case("both blank", Cell("", ""), "none"),
    Case("both cleared since", Cell("", "", was: ("b", "b"), newer: .salesforce, fieldTimes: true), "none"),
  ]

  @Test(arguments: SyncRule.allCases, equal)
  func `equal values change nothing, whatever the rule`(_ rule: SyncRule, _ row: Case) {
    #expect(row.decided(by: rule) == "none")
    #expect(row.decided(by: rule, isOwner: true) == "none")
  }

  @Test(arguments: prefer + always + changes + newer + firstNight)
  func `don't sync decides nothing`(_ row: Case) {
    #expect(row.decided(by: .dontSync) == "none")
    #expect(row.decided(by: .dontSync, isOwner: true) == "none")
    #expect(row.decided(by: .dontSync, isOptOut: true) == "none")
  }

  // MARK: Prefer Salesforce unless blank

  static let prefer = [
    Case("s not blank", Cell("a", "b"), "hubspot := salesforce_value"),
    Case("s not blank, h blank", Cell("", "b"), "hubspot := salesforce_value"),
    Case("s not blank, though only h changed", Cell("a", "b", was: ("b", "b")), "hubspot := salesforce_value"),
    Case(
      "s not blank, though h is newer", Cell("a", "b", newer: .hubspot, fieldTimes: true),
      "hubspot := salesforce_value"),
    Case("s cleared, h not changed", Cell("a", "", was: ("a", "a")), "hubspot := cleared_in_salesforce"),
    Case("s cleared, h not changed, never equal", Cell("a", "", was: ("a", "b")), "hubspot := cleared_in_salesforce"),
    Case("s cleared, h changed", Cell("a", "", was: ("b", "b")), "salesforce := salesforce_blank, conflict"),
    Case("s blank as before, h not changed", Cell("a", "", was: ("a", "")), "salesforce := salesforce_blank"),
    Case("s blank as before, h changed", Cell("a", "", was: ("", "")), "salesforce := salesforce_blank"),
    Case("s blank, no baseline", Cell("a", ""), "salesforce := salesforce_blank"),
    Case(
      "s blank, no baseline, clears is for always only", Cell("a", ""), "salesforce := salesforce_blank",
      DecisionPolicy(salesforceBlankClears: true)),
  ]

  @Test(arguments: prefer) func `prefer Salesforce unless blank`(_ row: Case) {
    #expect(row.decided(by: .preferSalesforce) == row.expected)
  }

  // MARK: Always use Salesforce

  static let clears = DecisionPolicy(salesforceBlankClears: true)

  static let always = [
    Case("s not blank", Cell("a", "b"), "hubspot := salesforce_value"),
    Case("s not blank, h blank", Cell("", "b", was: ("b", "b")), "hubspot := salesforce_value"),
    Case("s not blank, though h is newer", Cell("a", "b", newer: .hubspot), "hubspot := salesforce_value"),
    Case("s cleared, h not changed", Cell("a", "", was: ("a", "a")), "hubspot := cleared_in_salesforce"),
    Case("s cleared, h changed too", Cell("c", "", was: ("a", "a")), "hubspot := cleared_in_salesforce"),
    Case("s cleared, and clears", Cell("a", "", was: ("a", "a")), "hubspot := cleared_in_salesforce", clears),
    Case("s blank as before", Cell("a", "", was: ("", "")), "none"),
    Case("s blank, no baseline", Cell("a", ""), "none"),
    Case("s blank as before, and clears", Cell("a", "", was: ("", "")), "hubspot := salesforce_blank", clears),
    Case("s blank, no baseline, and clears", Cell("a", ""), "hubspot := salesforce_blank", clears),
  ]

  @Test(arguments: always) func `always use Salesforce`(_ row: Case) {
    #expect(row.decided(by: .alwaysSalesforce) == row.expected)
  }

  // MARK: Two-way

  static let hubspotAtTies = DecisionPolicy(tie: .hubspot)

  static let changes = [
    Case("only h changed", Cell("b", "a", was: ("a", "a")), "salesforce := hubspot_changed"),
    Case("only h changed, to blank", Cell("", "a", was: ("a", "a")), "salesforce := hubspot_changed"),
    Case(
      "only h changed, s is newer", Cell("b", "a", was: ("a", "a"), newer: .salesforce, fieldTimes: true),
      "salesforce := hubspot_changed"),
    Case("only s changed", Cell("a", "b", was: ("a", "a")), "hubspot := salesforce_changed"),
    Case("only s changed, to blank", Cell("a", "", was: ("a", "a")), "hubspot := salesforce_changed"),
    Case(
      "only s changed, h is newer", Cell("a", "b", was: ("a", "a"), newer: .hubspot, fieldTimes: true),
      "hubspot := salesforce_changed"),
    Case(
      "both changed, h is newer", Cell("b", "c", was: ("a", "a"), newer: .hubspot),
      "salesforce := both_changed, conflict"),
    Case(
      "both changed, s is newer", Cell("b", "c", was: ("a", "a"), newer: .salesforce),
      "hubspot := both_changed, conflict"),
    Case(
      "both changed, the newer is blank", Cell("", "c", was: ("a", "a"), newer: .hubspot),
      "salesforce := both_changed, conflict"),
    Case("both changed, a tie", Cell("b", "c", was: ("a", "a")), "hubspot := tie_salesforce, conflict"),
    Case(
      "both changed, a tie for HubSpot", Cell("b", "c", was: ("a", "a")), "salesforce := tie_hubspot, conflict",
      hubspotAtTies),
    Case(
      "both changed, first_run does not matter", Cell("b", "c", was: ("a", "a"), newer: .hubspot),
      "salesforce := both_changed, conflict", DecisionPolicy(firstRunWinner: .salesforce)),
  ]

  static let newer = [
    Case(
      "no baseline, field times, h newer", Cell("a", "b", newer: .hubspot, fieldTimes: true),
      "salesforce := newer_field, conflict"),
    Case(
      "no baseline, field times, s newer and blank", Cell("a", "", newer: .salesforce, fieldTimes: true),
      "hubspot := newer_field, conflict"),
    Case(
      "no baseline, field times, h newer and blank", Cell("", "b", newer: .hubspot, fieldTimes: true),
      "salesforce := newer_field, conflict"),
    Case(
      "no baseline, field times, a tie", Cell("a", "b", fieldTimes: true), "hubspot := tie_salesforce, conflict"),
    Case(
      "no baseline, field times, a tie for HubSpot", Cell("a", "b", fieldTimes: true),
      "salesforce := tie_hubspot, conflict", hubspotAtTies),
    Case(
      "field times go before first_run", Cell("a", "b", newer: .hubspot, fieldTimes: true),
      "salesforce := newer_field, conflict", DecisionPolicy(firstRunWinner: .salesforce)),
    Case(
      "neither changed, field times", Cell("a", "b", was: ("a", "b"), newer: .hubspot, fieldTimes: true),
      "salesforce := newer_field, conflict"),
    Case("neither changed, h blank", Cell("", "b", was: ("", "b"), newer: .hubspot), "hubspot := filled_blank"),
    Case("neither changed, s blank", Cell("a", "", was: ("a", ""), newer: .salesforce), "salesforce := filled_blank"),
    Case(
      "neither changed", Cell("a", "b", was: ("a", "b"), newer: .hubspot), "salesforce := newer_record, conflict"),
    Case(
      "neither changed, first_run does not matter", Cell("a", "b", was: ("a", "b"), newer: .hubspot),
      "salesforce := newer_record, conflict", DecisionPolicy(firstRunWinner: .salesforce)),
    Case("neither changed, a tie", Cell("a", "b", was: ("a", "b")), "hubspot := tie_salesforce, conflict"),
  ]

  static let firstNight = [
    Case("no baseline, h blank", Cell("", "b", newer: .hubspot), "hubspot := filled_blank"),
    Case("no baseline, s blank", Cell("a", "", newer: .salesforce), "salesforce := filled_blank"),
    Case(
      "no baseline, a blank is filled before first_run", Cell("a", ""), "salesforce := filled_blank",
      DecisionPolicy(firstRunWinner: .salesforce)),
    Case("no baseline, h newer", Cell("a", "b", newer: .hubspot), "salesforce := newer_record, conflict"),
    Case("no baseline, s newer", Cell("a", "b", newer: .salesforce), "hubspot := newer_record, conflict"),
    Case("no baseline, a tie", Cell("a", "b"), "hubspot := tie_salesforce, conflict"),
    Case("no baseline, a tie for HubSpot", Cell("a", "b"), "salesforce := tie_hubspot, conflict", hubspotAtTies),
    Case(
      "first_run: salesforce", Cell("a", "b", newer: .hubspot), "hubspot := first_run, conflict",
      DecisionPolicy(firstRunWinner: .salesforce)),
    Case(
      "first_run: hubspot", Cell("a", "b", newer: .salesforce), "salesforce := first_run, conflict",
      DecisionPolicy(firstRunWinner: .hubspot)),
    Case(
      "first_run: hubspot, at a tie", Cell("a", "b"), "salesforce := first_run, conflict",
      DecisionPolicy(firstRunWinner: .hubspot)),
  ]

  @Test(arguments: changes + newer + firstNight) func `two-way`(_ row: Case) {
    #expect(row.decided(by: .twoWay) == row.expected)
  }
}
