import CRM
import Testing

/// One cell of a pair as semantics 4 speaks of it: the values now, those of the baseline, and the times.
///
/// A blank value is empty, and `!` is a cell with an issue.
struct DecisionSituation: Sendable {
  var h: String
  var s: String
  /// The values of the baseline; nil: there is none.
  var baseline: (h: String, s: String)?
  var newer = CellFacts.Newer.tie
  var fieldTimesAreKnown = false

  init(
    _ h: String, _ s: String, was baseline: (h: String, s: String)? = nil, newer: CellFacts.Newer = .tie,
    fieldTimes: Bool = false
  ) {
    self.h = h
    self.s = s
    self.baseline = baseline
    self.newer = newer
    fieldTimesAreKnown = fieldTimes
  }

  /// What the code under test is told.
  var facts: CellFacts {
    var facts = CellFacts()
    facts.hubspotHasIssue = h == "!"
    facts.salesforceHasIssue = s == "!"
    facts.hubspotIsBlank = h.isEmpty
    facts.salesforceIsBlank = s.isEmpty
    facts.hubspotIsTrue = h == "true"
    facts.salesforceIsTrue = s == "true"
    facts.areEqual = h == s && h != "!"
    facts.newer = newer
    facts.fieldTimesAreKnown = fieldTimesAreKnown
    guard let baseline else { return facts }
    facts.hasBaseline = true
    facts.hubspotChanged = h != baseline.h
    facts.salesforceChanged = s != baseline.s
    facts.baselineSalesforceIsBlank = baseline.s.isEmpty
    return facts
  }
}

/// A decision in words: the side that changes, the reason, and `conflict`; or `none`.
func words(_ decision: Decision?) -> String {
  guard let decision else { return "none" }
  return "\(decision.target.name) := \(decision.reason.name)\(decision.isConflict ? ", conflict" : "")"
}

/// A row of a table of decisions.
struct DecisionCase: CustomTestStringConvertible, Sendable {
  let name: String
  let situation: DecisionSituation
  let expected: String
  let policy: DecisionPolicy

  init(_ name: String, _ situation: DecisionSituation, _ expected: String, _ policy: DecisionPolicy = .init()) {
    self.name = name
    self.situation = situation
    self.expected = expected
    self.policy = policy
  }

  var testDescription: String { name }

  /// What a rule decides of it.
  func decided(by rule: SyncRule, isOwner: Bool = false, isOptOut: Bool = false) -> String {
    words(rule.decide(situation.facts, policy, isOwner: isOwner, isOptOut: isOptOut))
  }
}
