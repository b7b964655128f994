import CRM
import CSV
import Records
import Staging

/// Records without a partner: names the reason, and makes a record on the other side where the pipeline says so
/// (semantics 3.6, and 4 "Creates").
struct CreateResolver {
  let plan: ObjectPlan
  let traits: [MappingTraits]
  let context: ResolveContext

  /// Resolves a record that has no partner.
  func resolve(_ record: RecordView, _ station: Station) {
    let side = record.tables.side
    let verdict = Verdict(rawValue: record.info.verdict) ?? .unmatched
    if verdict.isExcluded {
      station.count(side, excluded: 1)
      station.unmatched(record, verdict.name)
      return
    }
    station.count(side, unmatched: 1)
    reportIssues(record, station)
    let isCandidate = verdict == .unmatched || (verdict == .createPending && context.retriesCreates)
    guard isCandidate, plan.createIn.contains(side.other) else {
      if verdict == .createPending { rememberCreate(record, station) }
      return station.unmatched(record, verdict == .free ? Verdict.unmatched.name : verdict.name)
    }
    guard !context.heldIn.contains(side.other) else {
      station.count(side.other, held: 1)
      return station.unmatched(record, "creates_held")
    }
    station.unmatched(record, Verdict.unmatched.name)
    let isMade = side == .hubspot ? createInSalesforce(record, station) : createInHubSpot(record, station)
    if isMade {
      station.count(side.other, creates: 1)
      rememberCreate(record, station)
    }
  }

  /// The object whose mappings apply to a record without a partner.
  private func object(of record: RecordView) -> Int {
    record.tables.side == .hubspot ? plan.createAs : Int(record.info.object)
  }

  private func reportIssues(_ record: RecordView, _ station: Station) {
    let side = record.tables.side
    if side == .hubspot { reportLink(record, station) }
    for mapping in traits.indices {
      let isRead = side == .hubspot ? true : traits[mapping].serves[Int(record.info.object)]
      guard isRead else { continue }
      let own = record.own(mapping)
      let common = record.common(mapping)
      let isRepeated = side == .hubspot && traits[..<mapping].contains { $0.property == traits[mapping].property }
      if own.hasIssue && !isRepeated {
        station.issue(side, traits[mapping].name(side), own.bytes, own.issue, of: record, context)
      } else if !own.hasIssue && common.hasIssue {
        station.issue(side, traits[mapping].name(side), own.bytes, common.issue, of: record, context)
      }
    }
  }

  /// A malformed link is an issue of its cell too.
  private func reportLink(_ record: RecordView, _ station: Station) {
    for place in plan.links.indices {
      let cell = record.link(place)
      if cell.hasIssue {
        station.issue(.hubspot, plan.links[place].property, cell.bytes, cell.issue, of: record, context)
      }
      if !cell.isBlank { return }
    }
  }

  // MARK: In Salesforce

  private func createInSalesforce(_ record: RecordView, _ station: Station) -> Bool {
    let object = plan.createAs
    let ids = ChangeIDs(hubspot: record.id, object: plan.salesforceObjects[object], salesforce: .none)
    let start = station.output.changes.count
    let undo = station.mark()
    var given: Set<String> = []
    if let field = plan.hubspotIDField {
      station.change(ids, object, .salesforce, .create, station.placeOfIDField, old: .none, new: record.id, rule: "", .created)
      given.insert(field)
    }
    var owner: Int?
    for mapping in traits.indices where traits[mapping].serves[object] && !traits[mapping].isHubSpotIDField {
      if traits[mapping].isOwner && traits[mapping].field == "OwnerId" { owner = mapping }
      if give(mapping, of: record, ids, object, station) { given.insert(traits[mapping].field) }
    }
    if let owner, !given.contains("OwnerId") {
      station.withBytes(of: plan.integrationUser) {
        station.change(
          ids, object, .salesforce, .create, owner, old: .none, new: $0, rule: traits[owner].ruleName, .created)
      }
      given.insert("OwnerId")
    }
    let missing = plan.requiredFields[object].filter { !given.contains($0) }
    guard missing.isEmpty else {
      station.undoChanges(to: start, undo)
      for field in missing { station.issue(.salesforce, field, .none, .requiredField, of: record, context) }
      return false
    }
    return true
  }

  /// Gives one value to a new Salesforce record; what cannot be written is left out and reported.
  private func give(
    _ mapping: Int, of record: RecordView, _ ids: ChangeIDs, _ object: Int, _ station: Station
  ) -> Bool {
    let trait = traits[mapping]
    let value = record.common(mapping)
    guard !record.own(mapping).hasIssue, !value.hasIssue, !value.isBlank else { return false }
    guard trait.isCreateable[object] else {
      station.issue(.salesforce, trait.field, value.bytes, .readOnlyTarget, of: record, context)
      return false
    }
    if case .issue(let code) = station.target.toSalesforce(value.bytes, trait, plan.vocabularies[mapping]) {
      station.issue(.salesforce, trait.field, value.bytes, code, of: record, context)
      return false
    }
    station.change(
      ids, object, .salesforce, .create, mapping, old: .none, new: station.target.bytes, rule: trait.ruleName, .created)
    return true
  }

  // MARK: In HubSpot

  private func createInHubSpot(_ record: RecordView, _ station: Station) -> Bool {
    let object = Int(record.info.object)
    let ids = ChangeIDs(hubspot: .none, object: plan.salesforceObjects[object], salesforce: record.id)
    guard let link = plan.links.firstIndex(where: { $0.object == object }) else { return false }
    station.change(ids, object, .hubspot, .create, station.place(ofLink: link), old: .none, new: record.id, rule: "", .created)
    for mapping in traits.indices where traits[mapping].serves[object] && !traits[mapping].isLinkProperty {
      let trait = traits[mapping]
      let value = record.own(mapping)
      guard !value.hasIssue, !value.isBlank else { continue }
      guard trait.hubspotIsWritable else {
        station.issue(.hubspot, trait.property, value.bytes, .readOnlyTarget, of: record, context)
        continue
      }
      let made = station.target.toHubSpot(value.bytes, trait, plan.vocabularies[mapping], plan.mappings[mapping])
      if case .issue(let code) = made {
        station.issue(.hubspot, trait.property, value.bytes, code, of: record, context)
        continue
      }
      station.change(
        ids, object, .hubspot, .create, mapping, old: .none, new: station.target.bytes, rule: trait.ruleName, .created)
    }
    return true
  }

  // MARK: Remembering

  /// A create is remembered by the one id that it has, until an export shows its link.
  private func rememberCreate(_ record: RecordView, _ station: Station) {
    let isHubSpot = record.tables.side == .hubspot
    if isHubSpot { station.output.baseline.append(record.id) }
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.append(plan.salesforceObjects[object(of: record)])
    station.output.baseline.append(UInt8(ascii: ","))
    if !isHubSpot { station.output.baseline.append(record.id) }
    station.output.baseline.append(",0")
    for _ in traits { station.output.baseline.append(",,,") }
    station.output.baseline.append(UInt8(ascii: "\n"))
  }
}
