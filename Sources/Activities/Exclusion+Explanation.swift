extension Exclusion {
  /// Why a row that has this fate is left out, as a sentence for a person.
  public var explanation: String {
    switch self {
    case .kindOff: "the switch of its kind is off in the pipeline"
    case .deleted: "it is deleted in Salesforce"
    case .writtenByHubSpot: "HubSpot itself wrote it: by the integration user and its subject, or its HubSpot id"
    case .emailMessageShadow: "an EmailMessage stands for it"
    case .emailDraft: "the message is a draft"
    case .childEvent: "it is an invitee's copy of an event"
    case .recurrenceMaster: "it stands for a series; each occurrence is an activity of its own"
    case .privateEvent: "it is private, and in HubSpot all would see it (private_events: load takes it)"
    case .alreadyInHubSpot: "an export of HubSpot, or the ledger of another run, has it"
    case .staleOpenTask: "it is open, and due before the day of open_tasks"
    case .otherEventType: "its type is none that becomes a task"
    case .botEvent: "a bot opened or clicked (filteredEvent)"
    case .fromSalesforce: "the import brought it from Salesforce"
    case .beforeTimeFrame: "its time is before the time frame of its kind"
    case .contactNotSynced: "none of its contacts has a Salesforce contact or lead; a later run picks it up"
    case .unchanged: "it is as it was last loaded"
    }
  }
}
