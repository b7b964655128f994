/// The columns that the import's map stage leaves of a Salesforce activity, whatever its source.
public enum ImportColumn {
  /// 18 characters.
  public static let id = 0
  /// Its kind today, and which field decided it.
  public static let kind = 1, kindBy = 2
  /// The kind that it was created as, where an earlier run did so.
  public static let createdAs = 3
  /// Why it is not loaded, before anything is known of HubSpot; the first reason that fits, in the order of the spec.
  public static let exclusion = 4
  /// `here`, `late` or nothing: see `JoinedColumn.known`.
  public static let known = 5
  /// The digest of the properties that an earlier run wrote last.
  public static let digest = 6
  /// `true` for an open task of kind `tasks`; the midnight before which it is due may make it stale.
  public static let open = 7
  /// The task that a message stands for.
  public static let shadow = 8
  /// Ids of HubSpot records, with `;` between them.
  public static let contacts = 9, companies = 10, deals = 11
  /// What the row reports if it is loaded (`IssueList`).
  public static let issues = 12
  /// The first of the values of `ImportValue`.
  public static let firstValue = 13

  /// The names of all columns.
  public static let names =
    [
      "id", "kind", "kind_by", "created_as", "exclusion", "known", "digest", "open", "shadow", "contacts", "companies",
      "deals", "issues",
    ] + ImportValue.allCases.map(\.name)

  /// The column of a value.
  public static func value(_ value: ImportValue) -> Int { firstValue + value.place }
}

/// The columns that the import's conflict-resolve stage leaves: the fate of each row, and the input of a loaded one.
public enum ImportFateColumn {
  /// `create`, `update`, a word of `Exclusion`, or the code of a rejection.
  public static let fate = 0
  /// 18 characters.
  public static let id = 1
  /// The kind of the load file.
  public static let kind = 2
  /// The digest of the properties as they are written.
  public static let digest = 3
  /// `true` if an earlier run had loaded it, and it did not arrive; `true` if it is an open task that is overdue.
  public static let late = 4, overdue = 5
  /// As in `ImportColumn`; only of rows that are loaded.
  public static let shadow = 6, contacts = 7, companies = 8, deals = 9
  /// The first of the values of `ImportValue`.
  public static let firstValue = 10

  /// The names of all columns.
  public static let names =
    ["fate", "id", "kind", "digest", "late", "overdue", "shadow", "contacts", "companies", "deals"]
    + ImportValue.allCases.map(\.name)

  /// The column of a value.
  public static func value(_ value: ImportValue) -> Int { firstValue + value.place }
}

/// The columns that the sync's map stage leaves of a HubSpot activity.
public enum SyncColumn {
  /// The id as the external id has it.
  public static let id = 0
  /// The kind; empty for an event of another type.
  public static let kind = 1
  /// Why it is not loaded, before its time and contacts are looked at.
  public static let exclusion = 2
  /// The time that counts for the time frame, and the day of the task.
  public static let time = 3, day = 4
  /// The contacts that were considered, with `;` between them.
  public static let candidates = 5
  /// A line for each task: the contact, its Salesforce id, what the task is about, and whom it is assigned to.
  public static let contacts = 6, who = 7, what = 8, owners = 9
  /// For each task which rule found the owner: `activity_owner`, `contact_owner`, `integration_user`.
  public static let ownersBy = 10
  /// The rest of the task.
  public static let subject = 11, status = 12, priority = 13, type = 14, description = 15
  /// What was loaded of it before: `JoinedColumn.ledger`.
  public static let ledger = 16
  /// What the row reports if it is loaded (`IssueList`).
  public static let issues = 17
  /// The id as its own column has it, for `rejects.csv`.
  public static let record = 18

  /// The names of all columns.
  public static let names = [
    "id", "kind", "exclusion", "time", "day", "candidates", "contacts", "who_ids", "what_ids", "owner_ids", "owners_by",
    "subject", "status", "priority", "type", "description", "ledger", "issues", "record_id",
  ]
}

/// The columns that the sync's conflict-resolve stage leaves: the fate of each row, and the tasks of a loaded one.
public enum SyncFateColumn {
  /// `upsert`, a word of `Exclusion`, or the code of a rejection.
  public static let fate = 0
  /// The kind of the activity.
  public static let kind = 1
  /// A line for each task that is written.
  public static let externalIDs = 2, digests = 3, who = 4, what = 5, owners = 6
  /// The rest of the task.
  public static let day = 7, subject = 8, status = 9, priority = 10, type = 11, description = 12

  /// The names of all columns.
  public static let names = [
    "fate", "kind", "external_ids", "digests", "who_ids", "what_ids", "owner_ids", "day", "subject", "status",
    "priority", "type", "description",
  ]
}
