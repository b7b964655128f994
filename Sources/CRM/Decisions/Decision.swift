/// Which side of a cell changes, and why. The value that it gets is the other side's.
public struct Decision: Equatable, Sendable {
  /// The side that is written.
  public var target: Side
  /// The evidence, as `changes.csv` names it.
  public var reason: Reason
  /// Whether a value loses that somebody may have meant: it is kept in `conflicts.csv`.
  public var isConflict: Bool

  /// A decision.
  public init(_ target: Side, _ reason: Reason, conflict: Bool = false) {
    self.target = target
    self.reason = reason
    isConflict = conflict
  }
}

/// What is known of one cell of a pair, as far as the sync rules ask (semantics 4).
public struct CellFacts: Sendable {
  /// Which of two times is the later.
  public enum Newer: Sendable { case hubspot, salesforce, tie }

  /// `h` is empty after normalization.
  public var hubspotIsBlank = false
  /// `s` is empty after normalization.
  public var salesforceIsBlank = false
  /// The HubSpot cell cannot be used: neither as it is, nor in Salesforce's vocabulary.
  public var hubspotHasIssue = false
  /// The Salesforce cell cannot be used.
  public var salesforceHasIssue = false
  /// `h = s` as common values, under the mapping's comparison.
  public var areEqual = false
  /// Whether the pair and mapping have a baseline; without one the three facts after this say nothing.
  public var hasBaseline = false
  /// `h` differs from `bh`.
  public var hubspotChanged = false
  /// `s` differs from `bs`.
  public var salesforceChanged = false
  /// `bs` is blank.
  public var baselineSalesforceIsBlank = true
  /// The later of the two cell times; a tie where they are equal, or one is missing.
  public var newer = Newer.tie
  /// Both cells have a time of their own, from a history file.
  public var fieldTimesAreKnown = false
  /// Of an opt-out: HubSpot says `true`, in a cell that can be used.
  public var hubspotIsTrue = false
  /// Of an opt-out: Salesforce says `true`, in a cell that can be used.
  public var salesforceIsTrue = false

  /// Nothing known: two blank cells, no baseline, no times.
  public init() {}
}

/// What the pipeline says about cells that the rules leave open.
public struct DecisionPolicy: Sendable {
  /// The side that wins two-way cells without baseline; nil: the newer record.
  public var firstRunWinner: Side?
  /// The side that counts as the newer at equal times.
  public var tie: Side
  /// A blank Salesforce cell clears HubSpot under always use Salesforce, also without a baseline.
  public var salesforceBlankClears: Bool

  /// A policy; the defaults are those of the spec.
  public init(firstRunWinner: Side? = nil, tie: Side = .salesforce, salesforceBlankClears: Bool = false) {
    self.firstRunWinner = firstRunWinner
    self.tie = tie
    self.salesforceBlankClears = salesforceBlankClears
  }
}

extension SyncRule {
  /// Decides one cell of a pair: the table of semantics 4, with the exceptions for opt-out and owner. Nil: no change.
  ///
  /// The checks after the decision (read-only, vocabulary, length) are not made here.
  public func decide(
    _ cell: CellFacts, _ policy: DecisionPolicy, isOwner: Bool = false, isOptOut: Bool = false
  ) -> Decision? {
    if self == .dontSync { return nil }
    if isOptOut { return Self.decideOptOut(cell) }
    if cell.salesforceHasIssue { return nil }
    if cell.hubspotHasIssue {
      let preferred = self == .preferSalesforce || self == .alwaysSalesforce
      return preferred && !cell.salesforceIsBlank ? Decision(.hubspot, .salesforceValue) : nil
    }
    if cell.areEqual { return nil }
    // A blank HubSpot owner is no edit: Salesforce always has one.
    if isOwner && cell.hubspotIsBlank { return Decision(.hubspot, .ownerRestored) }
    switch self {
    case .dontSync: return nil
    case .preferSalesforce: return Self.decidePrefer(cell)
    case .alwaysSalesforce: return Self.decideAlways(cell, policy)
    case .twoWay: return Self.decideTwoWay(cell, policy, isOwner: isOwner)
    }
  }

  /// `true` on either side wins, whatever the rule, also over a cell that cannot be used; nothing ever clears it.
  private static func decideOptOut(_ cell: CellFacts) -> Decision? {
    if cell.hubspotIsTrue == cell.salesforceIsTrue { return nil }
    return Decision(cell.hubspotIsTrue ? .salesforce : .hubspot, .optedOut)
  }

  private static func decidePrefer(_ cell: CellFacts) -> Decision {
    guard cell.salesforceIsBlank else { return Decision(.hubspot, .salesforceValue) }
    let wasFilled = cell.hasBaseline && !cell.baselineSalesforceIsBlank
    if wasFilled && !cell.hubspotChanged { return Decision(.hubspot, .clearedInSalesforce) }
    return Decision(.salesforce, .salesforceBlank, conflict: wasFilled)
  }

  private static func decideAlways(_ cell: CellFacts, _ policy: DecisionPolicy) -> Decision? {
    guard cell.salesforceIsBlank else { return Decision(.hubspot, .salesforceValue) }
    if cell.hasBaseline && !cell.baselineSalesforceIsBlank { return Decision(.hubspot, .clearedInSalesforce) }
    return policy.salesforceBlankClears ? Decision(.hubspot, .salesforceBlank) : nil
  }

  private static func decideTwoWay(_ cell: CellFacts, _ policy: DecisionPolicy, isOwner: Bool) -> Decision {
    if cell.hasBaseline {
      switch (cell.hubspotChanged, cell.salesforceChanged) {
      case (true, false): return Decision(.salesforce, .hubspotChanged)
      case (false, true): return Decision(.hubspot, .salesforceChanged)
      case (true, true): return newerWins(cell, policy, .bothChanged)
      case (false, false): break
      }
    }
    if cell.fieldTimesAreKnown { return newerWins(cell, policy, .newerField) }
    if cell.hubspotIsBlank { return Decision(.hubspot, .filledBlank) }
    if cell.salesforceIsBlank { return Decision(.salesforce, .filledBlank) }
    if !cell.hasBaseline {
      if isOwner { return Decision(.hubspot, .firstSyncOwner, conflict: true) }
      if let winner = policy.firstRunWinner { return Decision(winner.other, .firstRun, conflict: true) }
    }
    return newerWins(cell, policy, .newerRecord)
  }

  /// The newer side's value goes to the other; at a tie the policy says which side counts as the newer.
  private static func newerWins(_ cell: CellFacts, _ policy: DecisionPolicy, _ reason: Reason) -> Decision {
    switch cell.newer {
    case .hubspot: Decision(.salesforce, reason, conflict: true)
    case .salesforce: Decision(.hubspot, reason, conflict: true)
    case .tie:
      Decision(policy.tie.other, policy.tie == .salesforce ? .tieSalesforce : .tieHubspot, conflict: true)
    }
  }
}
