import CRM
import Testing

/// The table of semantics 4 as a list that is read from the top, and every situation that there can be.
@Suite struct `Every decision there is` {
  /// What a cell holds.
  enum Content: CaseIterable { case blank, value, isTrue, issue }

  /// What has happened since the baseline.
  struct Past {
    var hChanged: Bool
    var sChanged: Bool
    var bsBlank: Bool
  }

  struct Question {
    var rule: SyncRule
    var h: Content
    var s: Content
    var equal: Bool
    var past: Past?
    var newer: CellFacts.Newer
    var fieldTimes: Bool
    var policy: DecisionPolicy
    var isOwner = false
    var isOptOut = false

    var onlyH: Bool { past.map { $0.hChanged && !$0.sChanged } ?? false }
    var onlyS: Bool { past.map { !$0.hChanged && $0.sChanged } ?? false }
    var both: Bool { past.map { $0.hChanged && $0.sChanged } ?? false }
    var bsFilled: Bool { past.map { !$0.bsBlank } ?? false }
    var hChanged: Bool { past?.hChanged ?? false }

    var facts: CellFacts {
      var facts = CellFacts()
      facts.hubspotIsBlank = h == .blank
      facts.salesforceIsBlank = s == .blank
      facts.hubspotHasIssue = h == .issue
      facts.salesforceHasIssue = s == .issue
      facts.hubspotIsTrue = h == .isTrue
      facts.salesforceIsTrue = s == .isTrue
      facts.areEqual = equal
      facts.newer = newer
      facts.fieldTimesAreKnown = fieldTimes
      guard let past else { return facts }
      facts.hasBaseline = true
      facts.hubspotChanged = past.hChanged
      facts.salesforceChanged = past.sChanged
      facts.baselineSalesforceIsBlank = past.bsBlank
      return facts
    }

    /// The newer side's value, with the reason that a tie replaces.
    func newest(_ reason: String) -> String {
      switch newer {
      case .hubspot: "salesforce := \(reason), conflict"
      case .salesforce: "hubspot := \(reason), conflict"
      case .tie:
        policy.tie == .salesforce ? "hubspot := tie_salesforce, conflict" : "salesforce := tie_hubspot, conflict"
      }
    }
  }

  typealias Row = (applies: @Sendable (Question) -> Bool, decision: @Sendable (Question) -> String)

  /// The rows of the table and the sentences around it; the first that applies decides.
  static let table: [Row] = [
    ({ $0.rule == .dontSync }, { _ in "none" }),
    ({ $0.isOptOut && $0.h == .isTrue && $0.s != .isTrue }, { _ in "salesforce := opted_out" }),
    ({ $0.isOptOut && $0.s == .isTrue && $0.h != .isTrue }, { _ in "hubspot := opted_out" }),
    ({ $0.isOptOut }, { _ in "none" }),
    (
      { $0.rule != .twoWay && $0.h == .issue && $0.s != .issue && $0.s != .blank },
      { _ in "hubspot := salesforce_value" }
    ),
    ({ $0.h == .issue || $0.s == .issue }, { _ in "none" }),
    ({ $0.equal }, { _ in "none" }),
    ({ $0.isOwner && $0.h == .blank }, { _ in "hubspot := owner_restored" }),
    ({ $0.rule != .twoWay && $0.s != .blank }, { _ in "hubspot := salesforce_value" }),
    (
      { $0.rule == .preferSalesforce && $0.bsFilled && !$0.hChanged }, { _ in "hubspot := cleared_in_salesforce" }
    ),
    ({ $0.rule == .preferSalesforce && $0.bsFilled }, { _ in "salesforce := salesforce_blank, conflict" }),
    ({ $0.rule == .preferSalesforce }, { _ in "salesforce := salesforce_blank" }),
    ({ $0.rule == .alwaysSalesforce && $0.bsFilled }, { _ in "hubspot := cleared_in_salesforce" }),
    (
      { $0.rule == .alwaysSalesforce },
      { $0.policy.salesforceBlankClears ? "hubspot := salesforce_blank" : "none" }
    ),
    ({ $0.onlyH }, { _ in "salesforce := hubspot_changed" }),
    ({ $0.onlyS }, { _ in "hubspot := salesforce_changed" }),
    ({ $0.both }, { $0.newest("both_changed") }),
    ({ $0.fieldTimes }, { $0.newest("newer_field") }),
    ({ $0.h == .blank }, { _ in "hubspot := filled_blank" }),
    ({ $0.s == .blank }, { _ in "salesforce := filled_blank" }),
    ({ $0.past == nil && $0.isOwner }, { _ in "hubspot := first_sync_owner, conflict" }),
    (
      { $0.past == nil && $0.policy.firstRunWinner == .salesforce }, { _ in "hubspot := first_run, conflict" }
    ),
    (
      { $0.past == nil && $0.policy.firstRunWinner == .hubspot }, { _ in "salesforce := first_run, conflict" }
    ),
    ({ _ in true }, { $0.newest("newer_record") }),
  ]

  static let pasts: [Past?] =
    [nil]
    + [true, false].flatMap { h in
      [true, false].flatMap { s in [true, false].map { Past(hChanged: h, sChanged: s, bsBlank: $0) } }
    }

  static let policies: [DecisionPolicy] = [nil, Side.hubspot, .salesforce].flatMap { winner in
    Side.allCases.flatMap { tie in
      [true, false].map { DecisionPolicy(firstRunWinner: winner, tie: tie, salesforceBlankClears: $0) }
    }
  }

  /// Whether two cells with these contents can be equal, and whether they can differ: a blank boolean may equal `false`.
  static func equalities(_ h: Content, _ s: Content) -> [Bool] {
    if h == .issue || s == .issue { return [false] }
    if h == s { return h == .value ? [true, false] : [true] }
    return h == .isTrue || s == .isTrue ? [false] : [true, false]
  }

  /// Every cell that there can be, under one rule.
  static func questions(_ rule: SyncRule, isOwner: Bool, isOptOut: Bool) -> [Question] {
    var questions: [Question] = []
    for h in Content.allCases {
      for s in Content.allCases {
        for equal in equalities(h, s) {
          for past in pasts {
            for newer in [CellFacts.Newer.hubspot, .salesforce, .tie] {
              for fieldTimes in [true, false] {
                questions += policies.map {
                  Question(
                    rule: rule, h: h, s: s, equal: equal, past: past, newer: newer, fieldTimes: fieldTimes, policy: $0,
                    isOwner: isOwner, isOptOut: isOptOut)
                }
              }
            }
          }
        }
      }
    }
    return questions
  }

  static func check(_ questions: [Question]) {
    var failures = 0
    for question in questions {
      let row = table.first { $0.applies(question) }
      let expected = row?.decision(question) ?? "no row"
      let decided = words(
        question.rule.decide(
          question.facts, question.policy, isOwner: question.isOwner, isOptOut: question.isOptOut))
      guard decided != expected else { continue }
      failures += 1
      if failures <= 5 { Issue.record("\(question): decided \(decided), the table says \(expected)") }
    }
    #expect(failures == 0, "\(failures) of \(questions.count) situations")
  }

  @Test(arguments: SyncRule.allCases) func `a rule decides as the table says`(_ rule: SyncRule) {
    Self.check(Self.questions(rule, isOwner: false, isOptOut: false))
  }

  @Test(arguments: SyncRule.allCases) func `an opt-out is decided as its exception says`(_ rule: SyncRule) {
    Self.check(Self.questions(rule, isOwner: false, isOptOut: true))
  }

  @Test(arguments: [SyncRule.twoWay, .dontSync]) func `an owner is decided as its exception says`(_ rule: SyncRule) {
    Self.check(Self.questions(rule, isOwner: true, isOptOut: false))
  }

  @Test func `every reason of the table comes up`() {
    let decided = [SyncRule.preferSalesforce, .alwaysSalesforce, .twoWay].flatMap { rule in
      (Self.questions(rule, isOwner: false, isOptOut: false) + Self.questions(rule, isOwner: false, isOptOut: true)
        + Self.questions(rule, isOwner: rule == .twoWay, isOptOut: false)).compactMap {
          rule.decide($0.facts, $0.policy, isOwner: $0.isOwner, isOptOut: $0.isOptOut)?.reason
        }
    }
    #expect(Set(decided) == Set(Reason.allCases).subtracting([.restored, .created, .linked]))
  }

  @Test func `a reason is found by its name`() {
    for reason in Reason.allCases { #expect(Reason(name: reason.name) == reason) }
    #expect(Reason(name: "no_reason") == nil)
  }
}
