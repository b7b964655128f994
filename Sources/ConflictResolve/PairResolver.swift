import CRM
import CSV
import Records
import Staging

/// Decides every cell of one pair (semantics 4), settles what earlier runs wrote (semantics 5), and writes the pair's row of
/// the next baseline.
struct PairResolver {
  let plan: ObjectPlan
  let traits: [MappingTraits]
  let context: ResolveContext
  let baseline: BaselineChunk
  let policy: DecisionPolicy

  /// Resolves a pair. Both records must have been normalized and mapped.
  func resolve(_ hubspot: RecordView, _ salesforce: RecordView, _ station: Station) {
    let object = Int(salesforce.info.object)
    let ids = ChangeIDs(hubspot: hubspot.id, object: plan.salesforceObjects[object], salesforce: salesforce.id)
    station.count(.hubspot, paired: 1)
    station.count(.salesforce, paired: 1)
    writeLink(hubspot, ids, object, station)
    let entry = entry(of: hubspot, salesforce)
    beginBaselineRow(ids, station)
    let arrived = arrivals(entry, hubspot, salesforce, station)
    let currenciesDiffer = differ(hubspot.currency, salesforce.currency)
    let newer = Self.newer(hubspot.time, salesforce.time)
    for mapping in traits.indices {
      guard traits[mapping].serves[object] else {
        station.output.baseline.append(",,,")
        continue
      }
      var cell = PairCell(
        mapping: mapping, object: object, h: hubspot.own(mapping), common: hubspot.common(mapping),
        s: salesforce.own(mapping), remembered: Remembered(entry, mapping, baseline))
      cell.settle(arrived, traits[mapping], station)
      if currenciesDiffer && traits[mapping].isCurrency && !(cell.h.isBlank && cell.s.isBlank) {
        cell.currencyDiffers = true
      }
      reportIssues(cell, hubspot, salesforce, station)
      let decided = decide(cell, newer, station)
      finish(cell, decided, hubspot, salesforce, ids, station)
    }
    station.output.baseline.append(UInt8(ascii: "\n"))
  }

  private func entry(of hubspot: RecordView, _ salesforce: RecordView) -> Int? {
    guard let id = UInt64(hubspot.id.text), let key = SalesforceKey(salesforce.id) else { return nil }
    return baseline.find(id, key)
  }

  /// A pair that was not found by its link gets its link property written, where it can be.
  private func writeLink(_ hubspot: RecordView, _ ids: ChangeIDs, _ object: Int, _ station: Station) {
    guard hubspot.info.verdict != Verdict.pairedByLink.rawValue,
      let place = plan.links.firstIndex(where: { $0.object == object }), plan.links[place].isWritable
    else { return }
    station.change(
      ids, object, .hubspot, .set, station.place(ofLink: place), old: hubspot.link(place).bytes, new: ids.salesforce, rule: "",
      .linked)
  }

  private func differ(_ a: Bytes, _ b: Bytes) -> Bool { a.count > 0 && b.count > 0 && !a.same(as: b) }

  /// The later of two record times: canonical datetimes are in the order of their bytes.
  private static func newer(_ h: Bytes, _ s: Bytes) -> CellFacts.Newer {
    if h.count == 0 || s.count == 0 || h.same(as: s) { return .tie }
    return h.precedes(s) ? .salesforce : .hubspot
  }

  // MARK: Settling

  /// Whether the writes to each side did arrive: a record is written whole, so one cell that shows its value stands for all.
  private func arrivals(
    _ entry: Int?, _ hubspot: RecordView, _ salesforce: RecordView, _ station: Station
  ) -> Arrivals {
    var arrivals = Arrivals()
    guard let entry else { return arrivals }
    for mapping in traits.indices {
      guard let pending = Remembered(entry, mapping, baseline).pending, pending.wasWritten else { continue }
      let own = pending.side == .hubspot ? hubspot.own(mapping) : salesforce.own(mapping)
      let seen = pending.side == .hubspot ? pending.hubspotSeen : pending.salesforceSeen
      // A value that was there before the write proves nothing.
      guard !own.hasIssue, station.comparer.equal(own.bytes, pending.written, traits[mapping].comparison),
        !station.comparer.equal(seen, pending.written, .exact)
      else { continue }
      if pending.side == .hubspot { arrivals.hubspot = true } else { arrivals.salesforce = true }
    }
    return arrivals
  }

  // MARK: Deciding

  private func reportIssues(_ cell: PairCell, _ hubspot: RecordView, _ salesforce: RecordView, _ station: Station) {
    let mapping = traits[cell.mapping]
    let isRepeated = traits[..<cell.mapping].contains { $0.property == mapping.property && $0.serves[cell.object] }
    if cell.h.hasIssue && !isRepeated {
      station.issue(.hubspot, mapping.property, cell.h.bytes, cell.h.issue, of: hubspot, context)
    } else if !cell.h.hasIssue && cell.common.hasIssue {
      station.issue(.hubspot, mapping.property, cell.h.bytes, cell.common.issue, of: hubspot, context)
    }
    if cell.s.hasIssue {
      station.issue(.salesforce, mapping.field, cell.s.bytes, cell.s.issue, of: salesforce, context)
    }
    if cell.currencyDiffers {
      station.issue(.hubspot, mapping.property, cell.h.bytes, .currencyDiffers, of: hubspot, context)
      station.issue(.salesforce, mapping.field, cell.s.bytes, .currencyDiffers, of: salesforce, context)
    }
  }

  private func decide(_ cell: PairCell, _ newer: CellFacts.Newer, _ station: Station) -> Decision? {
    let mapping = traits[cell.mapping]
    if !cell.s.isBlank { station.countFilled(.salesforce, cell.mapping) }
    if !cell.h.isBlank { station.countFilled(.hubspot, cell.mapping) }
    if cell.currencyDiffers { return nil }
    var facts = CellFacts()
    facts.hubspotIsBlank = cell.h.isBlank
    facts.salesforceIsBlank = cell.s.isBlank
    facts.hubspotHasIssue = cell.hubspotHasIssue
    facts.salesforceHasIssue = cell.s.hasIssue
    facts.areEqual = !cell.hasIssue && cell.areEqual(mapping, station)
    if facts.areEqual && !mapping.isOptOut { return nil }
    facts.newer = newer
    if let known = cell.settled {
      facts.hasBaseline = true
      facts.hubspotChanged = !station.comparer.equal(cell.h.bytes, known.h, mapping.comparison)
      facts.salesforceChanged = !station.comparer.equal(cell.s.bytes, known.s, mapping.comparison)
      facts.baselineSalesforceIsBlank = known.s.count == 0
    }
    facts.hubspotIsTrue = !cell.h.hasIssue && cell.h.bytes.same(as: "true")
    facts.salesforceIsTrue = !cell.s.hasIssue && cell.s.bytes.same(as: "true")
    let usual = mapping.rule.decide(facts, policy, isOwner: mapping.isOwner, isOptOut: mapping.isOptOut)
    // While nothing has changed since, a decision that was stopped or has not arrived is made again, whatever the times.
    if usual != nil, let pending = cell.standing, pending.rule == mapping.rule { return pending.decision }
    return usual
  }

  // MARK: Writing

  private func finish(
    _ cell: PairCell, _ decision: Decision?, _ hubspot: RecordView, _ salesforce: RecordView, _ ids: ChangeIDs,
    _ station: Station
  ) {
    let mapping = traits[cell.mapping]
    let isDecidedElsewhere = mapping.isLinkProperty && hubspot.info.verdict != Verdict.pairedByLink.rawValue
    guard let decision, !isDecidedElsewhere else { return keepBaseline(cell, station) }
    var final = decision
    var outcome = value(of: cell, final.target, station)
    // What Salesforce must have cannot be cleared: HubSpot gets it back instead, or the boolean becomes false.
    if final.target == .salesforce && cell.common.isBlank && mapping.isUpdateable[cell.object]
      && !mapping.isNillable[cell.object]
    {
      if mapping.kind == .boolean {
        _ = station.target.toSalesforce(Self.falseValue, mapping, .none)
        outcome = .write(.set)
      } else {
        final = Decision(.hubspot, .restored)
        outcome = value(of: cell, .hubspot, station)
      }
    }
    switch outcome {
    case .nothing: keepBaseline(cell, station)
    case .issue(let code):
      let record = final.target == .hubspot ? hubspot : salesforce
      let offered = final.target == .hubspot ? cell.s.bytes : cell.common.bytes
      station.issue(final.target, mapping.name(final.target), offered, code, of: record, context)
      remember(cell, decision, wasWritten: false, written: .none, station)
    case .write(let action):
      emit(cell, final, action, ids, hubspot, salesforce, station)
      remember(cell, final, wasWritten: true, written: station.target.bytes, station)
    }
  }

  private static var falseValue: Bytes {
    Bytes(start: ("false" as StaticString).utf8Start, count: ("false" as StaticString).utf8CodeUnitCount)
  }

  enum Outcome {
    /// The side already holds it.
    case nothing
    case issue(IssueCode)
    /// It is in the station's target.
    case write(ChangeRow.Action)
  }

  /// Makes the value for a side in the station's target, with the checks of "After the decision".
  private func value(of cell: PairCell, _ side: Side, _ station: Station) -> Outcome {
    let mapping = traits[cell.mapping]
    let isOptOut = mapping.isOptOut
    switch side {
    case .hubspot:
      guard mapping.hubspotIsWritable else { return .issue(.readOnlyTarget) }
      if cell.s.isBlank {
        station.target.clear()
        return cell.h.isBlank ? .nothing : .write(.clear)
      }
      let made = station.target.toHubSpot(
        cell.s.bytes, mapping, plan.vocabularies[cell.mapping], plan.mappings[cell.mapping])
      if case .issue(let code) = made { return .issue(code) }
      let isThere =
        !cell.h.hasIssue && station.comparer.equal(cell.h.bytes, station.target.bytes, mapping.comparison)
      return isThere ? .nothing : .write(.set)
    case .salesforce:
      guard mapping.isUpdateable[cell.object] else { return .issue(.readOnlyTarget) }
      if cell.common.isBlank && !isOptOut {
        station.target.clear()
        return cell.s.isBlank ? .nothing : .write(.clear)
      }
      let made = station.target.toSalesforce(cell.common.bytes, mapping, plan.vocabularies[cell.mapping])
      if case .issue(let code) = made { return .issue(code) }
      let isThere =
        !cell.s.hasIssue && station.comparer.equal(cell.s.bytes, station.target.bytes, mapping.comparison)
      return isThere ? .nothing : .write(.set)
    }
  }

  private func emit(
    _ cell: PairCell, _ decision: Decision, _ action: ChangeRow.Action, _ ids: ChangeIDs, _ hubspot: RecordView,
    _ salesforce: RecordView, _ station: Station
  ) {
    let mapping = traits[cell.mapping]
    let old = decision.target == .hubspot ? cell.h.bytes : cell.s.bytes
    station.change(
      ids, cell.object, decision.target, action, cell.mapping, old: old, new: station.target.bytes, rule: mapping.ruleName,
      decision.reason)
    if action == .clear { station.countClear(decision.target, cell.mapping) }
    guard decision.isConflict else { return }
    station.conflict(
      ids, cell.mapping, cell.h.bytes, cell.s.bytes, times: (hubspot.time, salesforce.time),
      winner: decision.target.other, decision.reason)
  }

  // MARK: The next baseline

  private func beginBaselineRow(_ ids: ChangeIDs, _ station: Station) {
    station.output.baseline.append(ids.hubspot)
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.append(ids.object)
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.append(ids.salesforce)
    station.output.baseline.append(",0")
  }

  /// A cell that the run does not change gets the values seen; one with an issue keeps what it had.
  private func keepBaseline(_ cell: PairCell, _ station: Station) {
    guard cell.hasIssue || cell.currencyDiffers else {
      return appendValues((cell.h.bytes, cell.s.bytes), pending: nil, station)
    }
    appendValues(cell.settled, pending: cell.unsettled, station)
  }

  /// A cell that the run changes, or could not change, keeps the old values, and the decision.
  private func remember(_ cell: PairCell, _ decision: Decision, wasWritten: Bool, written: Bytes, _ station: Station) {
    let pending = PendingWrite(
      decision, wasWritten: wasWritten, rule: traits[cell.mapping].rule, written: written, hubspotSeen: cell.h.bytes,
      salesforceSeen: cell.s.bytes)
    appendValues(cell.settled, pending: pending, station)
  }

  private func appendValues(_ values: (h: Bytes, s: Bytes)?, pending: PendingWrite?, _ station: Station) {
    station.output.baseline.append(UInt8(ascii: ","))
    if let values { station.output.baseline.appendCSVQuoted(values.h) }
    station.output.baseline.append(UInt8(ascii: ","))
    if let values { station.output.baseline.appendCSVQuoted(values.s) }
    station.output.baseline.append(UInt8(ascii: ","))
    pending?.append(to: &station.output.baseline, &station.scratch)
  }
}
