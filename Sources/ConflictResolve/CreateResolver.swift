import CRM
import CSV
import Records
import Staging

/// Records without a partner: names the reason, and makes a record on the other side where the pipeline says so
/// (semantics 3.6, and 4 "Creates").
struct CreateResolver {
  private let shared: ResolvePlan

  init(_ shared: ResolvePlan) { self.shared = shared }

  /// Resolves a record of a side that has no partner.
  func resolve(_ record: some Record, _ side: Side, _ station: inout Station) {
    let verdict = record.verdict
    if verdict.isExcluded {
      station.counters.record(side, excluded: 1)
      station.unmatched(record, side, verdict.name)
      return
    }
    station.counters.record(side, unmatched: 1)
    reportIssues(record, side, &station)
    let isCandidate = verdict == .unmatched || (verdict == .createPending && shared.context.retriesCreates)
    guard isCandidate, shared.plan.createIn.contains(side.other) else {
      return station.unmatched(record, side, verdict.name)
    }
    guard !shared.context.heldIn.contains(side.other) else {
      station.counters.record(side.other, held: 1)
      return station.unmatched(record, side, "creates_held")
    }
    station.unmatched(record, side, Verdict.unmatched.name)
    let isMade = side == .hubspot ? createInSalesforce(record, &station) : createInHubSpot(record, &station)
    guard isMade else { return }
    station.counters.record(side.other, creates: 1)
    rememberCreate(record, side, &station)
  }

  private func reportIssues(_ record: some Record, _ side: Side, _ station: inout Station) {
    if side == .hubspot { reportLink(record, &station) }
    let columns = shared.columns(side)
    for mapping in 0..<shared.traits.count {
      let traits = shared.traits[mapping]
      guard side == .hubspot || traits.serves[Int(record.info.object)] else { continue }
      let own = columns.own(record, mapping)
      let common = columns.common(record, mapping)
      if own.hasIssue && !(side == .hubspot && traits.isRepeated) {
        station.issue(side, mapping: mapping, own.bytes, own.issue, of: record, side)
      } else if !own.hasIssue && common.hasIssue {
        station.issue(side, mapping: mapping, own.bytes, common.issue, of: record, side)
      }
    }
  }

  /// A malformed link is an issue of its cell too; of several link properties the first that is not blank decides.
  private func reportLink(_ record: some Record, _ station: inout Station) {
    for place in 0..<shared.names.linkCount {
      let cell = shared.hubspot.link(record, place)
      if cell.hasIssue {
        let name = shared.names.field(shared.names.place(ofLink: place), .hubspot).text
        station.issue(.hubspot, name, cell.bytes, cell.issue, of: record, .hubspot)
        // One that is no UTF-8 has no bytes here, and is no blank one.
        return
      }
      if !cell.isBlank { return }
    }
  }

  // MARK: In Salesforce

  private func createInSalesforce(_ record: some Record, _ station: inout Station) -> Bool {
    let object = shared.plan.createAs
    let id = shared.hubspot.id(record)
    let ids = ChangeIDs(hubspot: id, object: object, salesforce: .none)
    // A field that is needed and has no value stops the whole record: that is found out before anything is written.
    let missing = missingFields(record, object)
    guard missing.isEmpty else {
      for field in missing { station.issue(.salesforce, field, .none, .requiredField, of: record, .hubspot) }
      for mapping in 0..<shared.traits.count {
        report(give(mapping, of: record, object, &station), mapping, record, &station)
      }
      return false
    }
    if shared.plan.hubspotIDField != nil {
      station.change(
        shared.names, ids, .salesforce, .create, shared.names.placeOfIDField, old: .none, new: id, .created)
    }
    var owner: Int?
    for mapping in 0..<shared.traits.count {
      let traits = shared.traits[mapping]
      let given = give(mapping, of: record, object, &station)
      if given != .value && canPutIn(traits, object) { owner = mapping }
      report(given, mapping, record, &station)
      guard given == .value else { continue }
      station.change(
        shared.names, ids, .salesforce, .create, mapping, old: .none, new: station.target.bytes, .created)
    }
    // An owner that is blank or cannot be mapped becomes the integration user.
    if let owner {
      var user = shared.plan.integrationUser
      user.withUTF8 {
        station.change(
          shared.names, ids, .salesforce, .create, owner, old: .none, new: $0, .created)
      }
    }
    return true
  }

  /// Whether the integration user can become the owner of a new record: the pipeline names one, and the field can be set.
  private func canPutIn(_ traits: MappingTraits, _ object: Int) -> Bool {
    traits.isRecordOwner && traits.serves[object] && traits.isCreateable[object] && !shared.plan.integrationUser.isEmpty
  }

  /// What becomes of one value of a new record.
  private enum Given: Equatable {
    /// It is in the station's target.
    case value
    /// There is none, or its issue is reported already.
    case none
    case issue(IssueCode)
  }

  private func give(_ mapping: Int, of record: some Record, _ object: Int, _ station: inout Station) -> Given {
    let traits = shared.traits[mapping]
    let value = shared.hubspot.common(record, mapping)
    guard traits.serves[object], !traits.isHubSpotIDField, !shared.hubspot.own(record, mapping).hasIssue,
      !value.hasIssue, !value.isBlank
    else { return .none }
    guard traits.isCreateable[object] else { return .issue(.readOnlyTarget) }
    if let code = station.target.toSalesforce(value.bytes, mapping, traits, shared.plan) { return .issue(code) }
    return .value
  }

  private func report(_ given: Given, _ mapping: Int, _ record: some Record, _ station: inout Station) {
    guard case .issue(let code) = given else { return }
    station.issue(
      .salesforce, mapping: mapping, shared.hubspot.common(record, mapping).bytes, code, of: record, .hubspot)
  }

  /// The fields that a new record needs and would not get.
  private func missingFields(_ record: some Record, _ object: Int) -> [String] {
    let required = shared.plan.requiredFields[object]
    guard !required.isEmpty else { return [] }
    var target = TargetValue()
    return required.filter { field in
      if field == shared.plan.hubspotIDField { return false }
      guard let mapping = shared.plan.mappings.firstIndex(where: { $0.field == field && $0.serves[object] }) else {
        return true
      }
      let traits = shared.traits[mapping]
      if canPutIn(traits, object) { return false }
      let value = shared.hubspot.common(record, mapping)
      guard !shared.hubspot.own(record, mapping).hasIssue, !value.hasIssue, !value.isBlank else { return true }
      return target.toSalesforce(value.bytes, mapping, traits, shared.plan) != nil
    }
  }

  // MARK: In HubSpot

  private func createInHubSpot(_ record: some Record, _ station: inout Station) -> Bool {
    let object = Int(record.info.object)
    let id = shared.salesforce.id(record)
    let ids = ChangeIDs(hubspot: .none, object: object, salesforce: id)
    guard let link = shared.plan.links.firstIndex(where: { $0.object == object }) else { return false }
    station.change(
      shared.names, ids, .hubspot, .create, shared.names.place(ofLink: link), old: .none, new: id, .created)
    for mapping in 0..<shared.traits.count {
      let traits = shared.traits[mapping]
      let value = shared.salesforce.own(record, mapping)
      guard traits.serves[object], !traits.isLinkProperty, !value.hasIssue, !value.isBlank else { continue }
      let code =
        traits.hubspotIsWritable
        ? station.target.toHubSpot(value.bytes, mapping, traits, shared.plan) : .readOnlyTarget
      if let code {
        station.issue(.hubspot, mapping: mapping, value.bytes, code, of: record, .salesforce)
        continue
      }
      station.change(
        shared.names, ids, .hubspot, .create, mapping, old: .none, new: station.target.bytes, .created)
    }
    return true
  }

  // MARK: Remembering

  /// A create is remembered by the one id that it has, until an export shows its link.
  private func rememberCreate(_ record: some Record, _ side: Side, _ station: inout Station) {
    let id = shared.columns(side).id(record)
    let object = side == .hubspot ? shared.plan.createAs : Int(record.info.object)
    // Made again on request: the new entry stands for the old one.
    if side == .hubspot { shared.baseline.findCreate(hubspot: id) } else { shared.baseline.findCreate(salesforce: id) }
    if side == .hubspot { station.output.baseline.append(id) }
    station.output.baseline.append(shared.names.salesforceObject(object))
    if side == .salesforce { station.output.baseline.append(id) }
    station.output.baseline.append(",0,")
    for _ in 0..<shared.traits.count { station.output.baseline.append(",,,") }
    station.output.baseline.append(UInt8(ascii: "\n"))
  }
}
