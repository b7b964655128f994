import CRM
import Staging

/// Says in a sentence why a cell ended as it did.
enum CellReasons {
  /// What a reason of `changes.csv` means (semantics 4), of a change of the side with this name.
  static func sentence(_ reason: String, of side: String) -> String {
    switch Reason(name: reason) {
    case .salesforceValue: "the rule takes Salesforce's value, and it is another"
    case .clearedInSalesforce: "Salesforce held a value in the last run, and is blank now"
    case .salesforceBlank where side == Side.hubspot.name:
      "Salesforce is blank, and the object says that HubSpot is then cleared (salesforce_blank: clears)"
    case .salesforceBlank: "Salesforce is blank, and the rule then takes HubSpot's value"
    case .hubspotChanged: "only HubSpot was edited since the last run"
    case .salesforceChanged: "only Salesforce was edited since the last run"
    case .bothChanged: "both sides were edited since the last run; the later edit wins"
    case .newerField: "the baseline does not tell who edited; by the field histories this side is the newer"
    case .filledBlank: "one side is blank, and nobody is known to have cleared it"
    case .firstSyncOwner: "on the first sync the owner is Salesforce's"
    case .firstRun: "there is no baseline, and first_run names the side"
    case .newerRecord: "the baseline does not tell who edited; by the times this side is the newer"
    case .tieSalesforce, .tieHubspot: "the times are equal, too close, or one is missing: a tie"
    case .optedOut: "an opt-out of email on either side is taken over, and never taken back"
    case .ownerRestored: "a blank HubSpot owner is no edit"
    case .restored: "Salesforce needs a value there: HubSpot gets it back"
    case .created: "the record is created"
    case .linked: "the pair was found otherwise, and gets its link"
    case nil: reason
    }
  }

  /// Why nothing is changed.
  static func unchanged(_ cell: CellExplanation, _ mapping: FieldMapping) -> String {
    if !(cell.hubspot.issues + cell.salesforce.issues).isEmpty { return "a cell with an issue changes nothing" }
    guard let s = cell.salesforce.normalized, let h = cell.hubspot.mapped ?? cell.hubspot.normalized else {
      return "the stage that decides has not been run, or the mapping does not serve this object"
    }
    if h == s { return "both sides hold the same value: nothing to do" }
    if mapping.rule == .alwaysSalesforce && s.isEmpty {
      return "Salesforce is blank and held nothing in the last run: nothing is cleared"
    }
    return
      "both sides hold the same value under the comparison (\(mapping.comparison.rawValue)), or it is a blank that counts as false"
  }

  /// Why a record is paired, or is not (semantics 3).
  static func pairing(_ verdict: String, _ plan: ObjectPlan) -> String {
    let links = plan.links.map(\.property).joined(separator: " or ")
    switch Verdict.allCases.first(where: { $0.name == verdict }) {
    case .pairedByLink: return "paired: HubSpot's link (\(links)) names the Salesforce record"
    case .pairedByIDField: return "paired: Salesforce's \(plan.hubspotIDField ?? "HubSpot id") names the HubSpot record"
    case .pairedByBaseline: return "paired: they were a pair in the last run, and neither has a link"
    case .pairedByKey:
      let keys = plan.keys.map { "\($0.hubspot) = \($0.salesforce) (\($0.comparison.rawValue))" }
      return "paired by a match key: \(keys.joined(separator: ", then "))"
    case .unmatched: return "unmatched: no link, no baseline and no match key leads to a record of the other side"
    case .danglingLink: return "dangling link: the link names a record that is malformed, deleted or not in the export"
    case .duplicateLink: return "duplicate link: several records claim the same partner; none of them is paired"
    case .ambiguousMatch: return "ambiguous: several records have the same match key; none of them is paired"
    case .duplicate: return "duplicate: another record with the same match key is paired"
    case .partnerMissing:
      return "partner missing: the baseline knows its pair, and the other half is gone, or its link dangles; "
        + "not created again"
    case .createPending: return "create pending: it was created in an earlier run, and no export has shown it yet"
    case .deletedInSalesforce: return "deleted in Salesforce: takes no part"
    case .convertedLead: return "a converted lead: its contact stands for it"
    case .duplicateID: return "duplicate id: another row of the same id was modified later"
    case .unreadable, .free, nil: return verdict
    }
  }
}
