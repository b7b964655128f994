import CRM
import Records

/// Whether the values of a mapping fit the other side: what a run would make cell issues of.
struct MappingFit {
  let mapping: FieldMapping
  /// The names of the Salesforce objects, by number.
  let objects: [String]
  let hubspot: ColumnCount?
  let salesforce: ColumnCount?
  let owners: OwnerVocabulary?

  func findings() -> [MappingFinding] { missing() + readOnly() + lengths() + unusable() + partners() }

  private func warning(
    _ code: MappingIssueCode, _ reason: String, records: Int? = nil, values: [ValueCount] = []
  )
    -> MappingFinding
  {
    MappingFinding(issue: MappingIssue(warning: code, mapping, reason), records: records, values: values)
  }

  /// Columns without which a run refuses the export.
  private func missing() -> [MappingFinding] {
    [(hubspot, "HubSpot", mapping.property), (salesforce, "Salesforce", mapping.field)].compactMap {
      column, side, name in
      guard column?.isMissing == true else { return nil }
      return warning(
        .unknownName,
        "an export of \(side) has no column \(name), without which a run refuses it: export it too, name it under "
          + "`columns`, or take dont_sync")
    }
  }

  /// Sides that the rule writes and that cannot be written.
  private func readOnly() -> [MappingFinding] {
    var found: [MappingFinding] = []
    if !mapping.isWritableInHubSpot {
      found.append(
        warning(.readOnlyTarget, "HubSpot's \(mapping.property) is read-only: what Salesforce edits does not arrive"))
    }
    guard mapping.rule != .alwaysSalesforce else { return found }
    for number in objects.indices where mapping.serves[number] && !mapping.isUpdateable(object: number) {
      found.append(
        warning(
          .readOnlyTarget,
          "\(objects[number]).\(mapping.field) is read-only: what HubSpot edits does not arrive; "
            + "always_salesforce never writes it"))
    }
    return found
  }

  private func lengths() -> [MappingFinding] {
    var found: [MappingFinding] = []
    let writesSalesforce = mapping.rule != .alwaysSalesforce
    if writesSalesforce, let hubspot, hubspot.tooLong > 0, let length = mapping.salesforceLength {
      found.append(
        warning(
          .tooLong,
          "more than the \(length) characters that \(mapping.field) holds, in \(records(hubspot.tooLong)) of HubSpot; "
            + "on_too_long truncate cuts them", records: hubspot.tooLong))
    }
    if let salesforce, salesforce.tooLong > 0 {
      found.append(
        warning(
          .tooLong,
          "more than the \(hubspotTextLimit) characters that HubSpot holds, in \(records(salesforce.tooLong)) of Salesforce",
          records: salesforce.tooLong))
    }
    if writesSalesforce, let hubspot, hubspot.rounded > 0 {
      found.append(
        warning(
          .scale,
          "more than the \(mapping.scale ?? 0) decimals that \(mapping.field) keeps, in \(records(hubspot.rounded)) of "
            + "HubSpot: they are rounded", records: hubspot.rounded))
    }
    return found
  }

  private func unusable() -> [MappingFinding] {
    [("HubSpot", hubspot), ("Salesforce", salesforce)].flatMap { side, column in
      (column?.unusable ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }.map { code, count in
        warning(
          .unusableValues, "what is no \(mapping.kind.rawValue) (\(code.name)), in \(records(count)) of \(side)",
          records: count)
      }
    }
  }

  private func partners() -> [MappingFinding] {
    let search = PartnerSearch(mapping: mapping, owners: owners)
    let isOwner = mapping.kind == .owner
    return [(Side.hubspot, hubspot), (.salesforce, salesforce)].compactMap { side, column in
      let lonely = search.lonely(side, column)
      guard !lonely.isEmpty else { return nil }
      let total = lonely.reduce(0) { $0 + ($1.records ?? 0) }
      let what =
        switch side {
        case .hubspot:
          isOwner ? "owners without an active user of their email" : "HubSpot values without a Salesforce value"
        case .salesforce:
          isOwner ? "users without an owner of their email" : "Salesforce values without a HubSpot option"
        }
      let inRecords = column == nil ? "" : ", in \(records(total))"
      let advice =
        isOwner
        ? "" : side == .hubspot ? "; add them to the value_map" : "; resync mappings refresh adds them"
      return warning(
        .noPartner, "\(what): \(lonely.count)\(inRecords)\(advice)", records: column == nil ? nil : total,
        values: lonely
      )
    }
  }

  private func records(_ count: Int) -> String { "\(count) \(count == 1 ? "record" : "records")" }
}
