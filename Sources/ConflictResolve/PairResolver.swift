import CRM
import CSV
import Records
import Staging

/// Decides every cell of one pair (semantics 4), settles what earlier runs wrote (semantics 5), and writes the pair's row of
/// the next baseline.
struct PairResolver {
  private let shared: ResolvePlan
  private let h: SideColumns
  private let s: SideColumns

  init(_ shared: ResolvePlan) {
    self.shared = shared
    h = shared.hubspot
    s = shared.salesforce
  }

  /// What all cells of a pair have in common.
  private struct Pair {
    let hubspot: RecordView
    let salesforce: PackedRecord
    let ids: ChangeIDs
    let arrived: Arrivals
    let currenciesDiffer: Bool
    /// When the two records were last edited: without histories, the times of all their cells.
    let times: CellTimePair
  }

  /// Resolves a pair. Both records must have been normalized and mapped; the station has what the baseline remembers.
  func resolve(_ hubspot: RecordView, _ salesforce: PackedRecord, _ station: inout Station) {
    let object = Int(salesforce.info.object)
    let ids = ChangeIDs(hubspot: h.id(hubspot), object: object, salesforce: s.id(salesforce))
    station.counters.record(.hubspot, paired: 1)
    station.counters.record(.salesforce, paired: 1)
    writeLink(hubspot, ids, &station)
    shared.baseline.findCreate(hubspot: ids.hubspot, salesforce: ids.salesforce)
    beginBaselineRow(ids, &station)
    let pair = Pair(
      hubspot: hubspot, salesforce: salesforce, ids: ids, arrived: arrivals(hubspot, salesforce, &station),
      currenciesDiffer: differ(h.currency(hubspot), s.currency(salesforce)),
      times: CellTimePair(
        hubspot: .record(h.time(hubspot)), salesforce: .record(s.time(salesforce)),
        tolerance: shared.plan.clockTolerance)
    )
    for mapping in 0..<shared.traits.count {
      let traits = shared.traits.place(of: mapping)
      guard traits.pointee.serves[object] else {
        station.output.baseline.append(",,,")
        continue
      }
      let (own, common, other) = (h.own(hubspot, mapping), h.common(hubspot, mapping), s.own(salesforce, mapping))
      if keepEqual(own, common, other, mapping, traits, pair.currenciesDiffer, &station) { continue }
      resolve(own, common, other, mapping, pair, &station)
    }
    station.output.baseline.append(UInt8(ascii: "\n"))
  }

  /// Resolves a cell whose values differ, or cannot be used. Out of line: the loop over cells seldom comes here.
  @inline(never)
  private func resolve(
    _ own: CellValue, _ common: CellValue, _ other: CellValue, _ mapping: Int, _ pair: Pair, _ station: inout Station
  ) {
    let traits = shared.traits[mapping]
    var cell = PairCell(
      mapping: mapping, object: pair.ids.object, h: own, common: common, s: other,
      remembered: Remembered(station.remembered, mapping))
    cell.settle(pair.arrived, traits, &station)
    if pair.currenciesDiffer && traits.isCurrency && !(cell.h.isBlank && cell.s.isBlank) { cell.currencyDiffers = true }
    if cell.hasIssue || cell.currencyDiffers { reportIssues(cell, traits, pair, &station) }
    let times = shared.times.isEmpty ? pair.times : times(cell.mapping, pair)
    let decided = decide(cell, traits, times, &station)
    finish(cell, traits, decided, pair, times, &station)
  }

  /// Most cells show the same value on both sides, byte for byte. Whatever the rule and the baseline say, both stay as they
  /// are, and are the next baseline: what follows would come to the same, at ten times the cost.
  private func keepEqual(
    _ own: CellValue, _ common: CellValue, _ other: CellValue, _ mapping: Int,
    _ traits: UnsafePointer<MappingTraits>, _ currenciesDiffer: Bool, _ station: inout Station
  ) -> Bool {
    if own.hasIssue || common.hasIssue || other.hasIssue || traits.pointee.isOptOut { return false }
    if currenciesDiffer && traits.pointee.isCurrency { return false }
    guard common.bytes.same(as: other.bytes) else { return false }
    if !other.isBlank { station.counters.fill(.salesforce, mapping) }
    if !own.isBlank { station.counters.fill(.hubspot, mapping) }
    append((own.bytes, other.bytes), pending: nil, &station)
    return true
  }

  /// A pair that was not found by its link gets its link property written, where it can be.
  private func writeLink(_ hubspot: RecordView, _ ids: ChangeIDs, _ station: inout Station) {
    guard hubspot.verdict != .pairedByLink,
      let place = shared.plan.links.firstIndex(where: { $0.object == ids.object }), shared.plan.links[place].isWritable
    else { return }
    station.change(
      shared.names, ids, .hubspot, .set, shared.names.place(ofLink: place), old: h.link(hubspot, place).bytes,
      new: ids.salesforce,
      .linked)
  }

  private func differ(_ a: Bytes, _ b: Bytes) -> Bool { a.count > 0 && b.count > 0 && !a.same(as: b) }

  /// When the two cells of a mapping were last edited.
  private func times(_ mapping: Int, _ pair: Pair) -> CellTimePair {
    let (hubspot, salesforce) = (pair.hubspot, pair.salesforce)
    return CellTimePair(
      hubspot: shared.times.time(.hubspot, row: hubspot.info.row, mapping: mapping, record: h.time(hubspot)),
      salesforce: shared.times.time(
        .salesforce, row: salesforce.info.row, mapping: mapping, record: s.time(salesforce)),
      tolerance: shared.plan.clockTolerance)
  }

  // MARK: Settling

  /// Whether the writes to each side did arrive: a record is written whole, so one cell that shows its value stands for all.
  private func arrivals(
    _ hubspot: RecordView, _ salesforce: PackedRecord, _ station: inout Station
  ) -> Arrivals {
    var arrivals = Arrivals()
    guard station.remembered.isKnown else { return arrivals }
    for mapping in 0..<shared.traits.count {
      guard let pending = Remembered(station.remembered, mapping).pending, pending.wasWritten else { continue }
      let own = pending.side == .hubspot ? h.own(hubspot, mapping) : s.own(salesforce, mapping)
      guard !own.hasIssue,
        station.comparer.equal(own.bytes, pending.written, shared.traits[mapping].comparison)
      else { continue }
      if pending.side == .hubspot { arrivals.hubspot = true } else { arrivals.salesforce = true }
    }
    return arrivals
  }

  // MARK: Deciding

  private func reportIssues(
    _ cell: PairCell, _ traits: MappingTraits, _ pair: Pair, _ station: inout Station
  ) {
    let (hubspot, salesforce) = (pair.hubspot, pair.salesforce)
    if cell.h.hasIssue && !traits.isRepeated {
      station.issue(.hubspot, mapping: cell.mapping, cell.h.bytes, cell.h.issue, of: hubspot, .hubspot)
    } else if !cell.h.hasIssue && cell.common.hasIssue {
      station.issue(.hubspot, mapping: cell.mapping, cell.h.bytes, cell.common.issue, of: hubspot, .hubspot)
    }
    if cell.s.hasIssue {
      station.issue(.salesforce, mapping: cell.mapping, cell.s.bytes, cell.s.issue, of: salesforce, .salesforce)
    }
    if cell.currencyDiffers {
      station.issue(.hubspot, mapping: cell.mapping, cell.h.bytes, .currencyDiffers, of: hubspot, .hubspot)
      station.issue(.salesforce, mapping: cell.mapping, cell.s.bytes, .currencyDiffers, of: salesforce, .salesforce)
    }
  }

  private func decide(
    _ cell: PairCell, _ traits: MappingTraits, _ times: CellTimePair, _ station: inout Station
  ) -> Decision? {
    if !cell.s.isBlank { station.counters.fill(.salesforce, cell.mapping) }
    if !cell.h.isBlank { station.counters.fill(.hubspot, cell.mapping) }
    if cell.currencyDiffers { return nil }
    let areEqual = !cell.hasIssue && cell.areEqual(traits, &station.comparer)
    if areEqual && !traits.isOptOut { return nil }
    var facts = CellFacts()
    facts.hubspotIsBlank = cell.h.isBlank
    facts.salesforceIsBlank = cell.s.isBlank
    facts.hubspotHasIssue = cell.hubspotHasIssue
    facts.salesforceHasIssue = cell.s.hasIssue
    facts.areEqual = areEqual
    facts.newer = times.newer
    facts.fieldTimesAreKnown = times.areOfFields
    if let known = cell.settled {
      facts.hasBaseline = true
      facts.hubspotChanged = !cell.hubspotShows(known.h, traits, &station.comparer)
      facts.salesforceChanged = !cell.salesforceShows(known.s, traits, &station.comparer)
      facts.baselineSalesforceIsBlank = known.s.count == 0
    }
    if traits.isOptOut {
      facts.hubspotIsTrue = !cell.h.hasIssue && cell.h.bytes.same(as: "true")
      facts.salesforceIsTrue = !cell.s.hasIssue && cell.s.bytes.same(as: "true")
    }
    let usual = traits.rule.decide(facts, shared.policy, isOwner: traits.isOwner, isOptOut: traits.isOptOut)
    // While nothing has changed since, a decision that was stopped or has not arrived is made again, whatever the times.
    if usual != nil, let pending = cell.standing, pending.rule == traits.rule { return pending.decision }
    return usual
  }

  // MARK: Writing

  private enum Outcome {
    /// The side already holds it.
    case nothing
    case issue(IssueCode)
    /// It is in the station's target.
    case write(ChangeRow.Action)
  }

  private func finish(
    _ cell: PairCell, _ traits: MappingTraits, _ decision: Decision?, _ pair: Pair, _ times: CellTimePair,
    _ station: inout Station
  ) {
    let isDecidedElsewhere = traits.isLinkProperty && pair.hubspot.verdict != .pairedByLink
    guard let decision, !isDecidedElsewhere else { return keepBaseline(cell, &station) }
    let (final, outcome) = carryOut(cell, traits, decision, &station)
    switch outcome {
    case .nothing: keepBaseline(cell, &station)
    case .issue(let code):
      let isHubSpot = final.target == .hubspot
      // Once for each record, field and code: the HubSpot cell may have this issue already.
      if !(isHubSpot && (cell.h.issue == code || (!cell.h.hasIssue && cell.common.issue == code))) {
        if isHubSpot {
          station.issue(.hubspot, mapping: cell.mapping, cell.s.bytes, code, of: pair.hubspot, .hubspot)
        } else {
          station.issue(.salesforce, mapping: cell.mapping, cell.common.bytes, code, of: pair.salesforce, .salesforce)
        }
      }
      remember(cell, traits, decision, wasWritten: false, &station)
    case .write(let action):
      emit(cell, traits, final, action, pair.ids, times, &station)
      remember(cell, traits, final, wasWritten: true, &station)
    }
  }

  /// Makes the value, in the order of "After the decision". What Salesforce must have cannot be cleared: HubSpot gets it back
  /// instead, or the boolean becomes false.
  private func carryOut(
    _ cell: PairCell, _ traits: MappingTraits, _ decision: Decision, _ station: inout Station
  ) -> (Decision, Outcome) {
    let isClear = decision.target == .salesforce && cell.common.isBlank
    guard isClear && traits.isUpdateable[cell.object] && !traits.isNillable[cell.object] else {
      return (decision, value(of: cell, traits, decision.target, &station))
    }
    if traits.kind == .boolean {
      station.target.setFalse()
      return (decision, .write(.set))
    }
    let restored = Decision(.hubspot, .restored)
    return (restored, value(of: cell, traits, .hubspot, &station))
  }

  /// Makes the value for a side in the station's target, with the checks of "After the decision".
  private func value(of cell: PairCell, _ traits: MappingTraits, _ side: Side, _ station: inout Station) -> Outcome {
    let (given, held) = side == .hubspot ? (cell.s, cell.h) : (cell.common, cell.s)
    let isWritable = side == .hubspot ? traits.hubspotIsWritable : traits.isUpdateable[cell.object]
    guard isWritable else { return .issue(.readOnlyTarget) }
    if given.isBlank {
      station.target.clear()
      return held.isBlank ? .nothing : .write(.clear)
    }
    let issue =
      side == .hubspot
      ? station.target.toHubSpot(given.bytes, cell.mapping, traits, shared.plan)
      : station.target.toSalesforce(given.bytes, cell.mapping, traits, shared.plan)
    if let issue { return .issue(issue) }
    let isThere = !held.hasIssue && station.comparer.equal(held.bytes, station.target.bytes, traits.comparison)
    return isThere ? .nothing : .write(.set)
  }

  private func emit(
    _ cell: PairCell, _ traits: MappingTraits, _ decision: Decision, _ action: ChangeRow.Action, _ ids: ChangeIDs,
    _ times: CellTimePair, _ station: inout Station
  ) {
    let old = decision.target == .hubspot ? cell.h.bytes : cell.s.bytes
    station.change(
      shared.names, ids, decision.target, action, cell.mapping, old: old, new: station.target.bytes, decision.reason)
    if action == .clear { station.counters.clear(decision.target, cell.mapping) }
    guard decision.isConflict else { return }
    station.conflict(
      shared.names, ids, cell.mapping, cell.h.bytes, cell.s.bytes, times: times, winner: decision.target.other,
      decision.reason)
  }

  // MARK: The next baseline

  private func beginBaselineRow(_ ids: ChangeIDs, _ station: inout Station) {
    station.output.baseline.append(ids.hubspot)
    station.output.baseline.append(shared.names.salesforceObject(ids.object))
    station.output.baseline.append(ids.salesforce)
    station.output.baseline.append(",0,")
  }

  /// A cell that the run does not change gets the values seen; one with an issue keeps what it had.
  private func keepBaseline(_ cell: PairCell, _ station: inout Station) {
    guard cell.hasIssue || cell.currencyDiffers else {
      return append((cell.h.bytes, cell.s.bytes), pending: nil, &station)
    }
    append(cell.settled, pending: cell.unsettled, &station)
  }

  /// A cell that the run changes, or could not change, keeps the old values, and the decision.
  private func remember(
    _ cell: PairCell, _ traits: MappingTraits, _ decision: Decision, wasWritten: Bool, _ station: inout Station
  ) {
    let pending = PendingWrite(
      decision, wasWritten: wasWritten, rule: traits.rule, written: wasWritten ? station.target.bytes : .none,
      hubspotSeen: cell.h.bytes, salesforceSeen: cell.s.bytes)
    append(cell.settled, pending: pending, &station)
  }

  private func append(_ values: (h: Bytes, s: Bytes)?, pending: PendingWrite?, _ station: inout Station) {
    BaselineCell.append(values, to: &station.output.baseline)
    pending?.append(to: &station.output.baseline)
  }
}
