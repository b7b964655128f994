import Activities
import CRM
import Records

/// Brings a HubSpot activity into the words of a Salesforce task: its time, its contacts, whom it is assigned to, and its
/// texts (activities-pipelines 6). One a thread.
public struct SyncMapper: ~Copyable {
  private let plan: ActivityPlan
  private let source: ActivitySource
  private let lookups: ActivityLookups
  private let first: Int
  private let settings: [SyncSettings]
  private let columns: SyncPlaces
  private let starts: [Moment]
  private var issues = RowIssues()
  private var texts = TaskTexts()
  private var text = ByteBuffer(capacity: 4096)
  private var chosen: [ContactEntry] = []

  /// A mapper for one source; its columns begin at `first` in a batch, behind those of the source.
  public init(_ plan: ActivityPlan, _ source: ActivitySource, _ lookups: ActivityLookups, at first: Int) {
    self.plan = plan
    self.source = source
    self.lookups = lookups
    self.first = first
    settings = plan.syncKinds.filter { $0.kind.source == source.name }
    columns = SyncPlaces(source, plan)
    starts = settings.map { $0.kind.timeFrame.start(activatedAt: plan.activatedAt, in: plan.zone) }
  }

  /// Maps all rows of a batch.
  public mutating func run(_ batch: inout RecordBatch) {
    for row in 0..<batch.rowCount {
      issues.clear()
      map(row, &batch)
      if issues.bytes.count > 0 { batch.put(row, first + SyncColumn.issues, issues.bytes) }
    }
  }

  private mutating func map(_ row: Int, _ batch: inout RecordBatch) {
    setID(row, &batch)
    batch[row, first + SyncColumn.record] = batch[row, 0]
    if columns.ledger >= 0 { batch[row, first + SyncColumn.ledger] = batch[row, columns.ledger] }
    guard let place = kind(row, batch) else {
      return set(row, SyncColumn.exclusion, Exclusion.otherEventType.rawValue, &batch)
    }
    let setting = settings[place]
    set(row, SyncColumn.kind, setting.kind.name, &batch)
    if let exclusion = exclusion(row, setting, batch) {
      return set(row, SyncColumn.exclusion, exclusion.rawValue, &batch)
    }
    let time = firstMoment(row, columns.times[place], batch)
    let day = firstMoment(row, columns.days[place], batch)
    set(row, SyncColumn.time, time, &batch)
    guard let time, let day else { return }
    set(row, SyncColumn.day, dayOf: day, &batch)
    if time < starts[place] { return set(row, SyncColumn.exclusion, Exclusion.beforeTimeFrame.rawValue, &batch) }
    chooseContacts(row, setting.kind, &batch)
    guard !chosen.isEmpty else { return }
    setTasks(row, setting.kind, &batch)
    setWords(row, setting, day, &batch)
    setSubject(row, setting, &batch)
    setDescription(row, setting.kind, &batch)
  }

  // MARK: Cells

  private mutating func cell(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> FieldRef {
    guard column >= 0 else { return .absent }
    let field = batch[row, column]
    guard field.hasIssue else { return field }
    issues.add(source.columns[column], column, field.issue, batch.bytes(field))
    return .absent
  }

  private mutating func bytes(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Bytes {
    batch.bytes(cell(row, column, batch))
  }

  private mutating func firstMoment(_ row: Int, _ places: [Int], _ batch: borrowing RecordBatch) -> Moment? {
    for place in places {
      let field = cell(row, place, batch)
      if !field.isEmpty { return Moment(batch.bytes(field)) }
    }
    return nil
  }

  private func set(_ row: Int, _ column: Int, _ value: String, _ batch: inout RecordBatch) {
    batch.put(row, first + column, text: value)
  }

  private mutating func set(_ row: Int, _ column: Int, _ moment: Moment?, _ batch: inout RecordBatch) {
    guard let moment else { return }
    text.clear()
    text.append(moment)
    batch.put(row, first + column, text.bytes)
  }

  private mutating func set(_ row: Int, _ column: Int, dayOf moment: Moment, _ batch: inout RecordBatch) {
    text.clear()
    text.appendDay(moment.day(in: plan.zone))
    batch.put(row, first + column, text.bytes)
  }

  /// The id as the external id has it: with an `appId` in front, where there is one.
  private mutating func setID(_ row: Int, _ batch: inout RecordBatch) {
    let prefix = columns.idPrefix < 0 ? FieldRef.absent : batch[row, columns.idPrefix]
    guard !prefix.isEmpty, !prefix.hasIssue else {
      batch[row, first + SyncColumn.id] = batch[row, 0]
      return
    }
    text.clear()
    text.append(batch.bytes(prefix))
    text.append(UInt8(ascii: ":"))
    text.append(batch.bytes(row, 0))
    batch.put(row, first + SyncColumn.id, text.bytes)
  }

  // MARK: Kind, and what is left out

  /// The place of the row's kind among those of its source; nil for an event of another type.
  private mutating func kind(_ row: Int, _ batch: borrowing RecordBatch) -> Int? {
    guard columns.type >= 0 else { return settings.isEmpty ? nil : 0 }
    let type = bytes(row, columns.type, batch)
    return settings.firstIndex { $0.kind.eventType.map { type.isWord($0) } ?? false }
  }

  private mutating func exclusion(
    _ row: Int, _ setting: SyncSettings, _ batch: borrowing RecordBatch
  ) -> Exclusion? {
    if !setting.isEnabled { return .kindOff }
    if bytes(row, columns.filtered, batch).same(as: "true") { return .botEvent }
    return bytes(row, columns.salesforceID, batch).count > 0 ? .fromSalesforce : nil
  }

  // MARK: Contacts

  /// The contacts that get a task (requirement A6), and a list of those that were considered.
  private mutating func chooseContacts(_ row: Int, _ kind: SyncKind, _ batch: inout RecordBatch) {
    chosen.removeAll(keepingCapacity: true)
    text.clear()
    var hasID = false
    for (column, separator) in [(columns.contacts, UInt8(ascii: ";")), (columns.linkedContacts, 10)] {
      for item in bytes(row, column, batch).split(separator: separator) {
        let id = Bytes(rebasing: item).trimmedSpaces
        guard id.count > 0 else { continue }
        hasID = true
        if let contact = UInt64(digits: id).flatMap({ lookups.contacts.contact($0) }) { consider(contact, kind) }
      }
    }
    if !hasID, let contact = contactByEmail(row, batch) { consider(contact, kind) }
    if text.count > 0 { batch.put(row, first + SyncColumn.candidates, text.bytes) }
  }

  private mutating func contactByEmail(_ row: Int, _ batch: borrowing RecordBatch) -> ContactEntry? {
    for column in [columns.recipient, columns.email] {
      let email = bytes(row, column, batch)
      if email.count > 0, let contact = lookups.contacts.contact(email: folded(email)) { return contact }
    }
    return nil
  }

  private mutating func consider(_ contact: ContactEntry, _ kind: SyncKind) {
    if text.count > 0 { text.append(UInt8(ascii: ";")) }
    text.append("\(contact.id)")
    guard who(contact) != nil, !chosen.contains(where: { $0.id == contact.id }) else { return }
    guard kind.isSales, let best = chosen.first else { return chosen.append(contact) }
    if contact.isNewer(than: best) { chosen[0] = contact }
  }

  /// The Salesforce id of a contact that is synced.
  private func who(_ contact: ContactEntry) -> SalesforceKey? {
    guard !contact.isDeleted else { return nil }
    return contact.contact ?? contact.lead.map { lookups.converted[$0] ?? $0 }
  }

  // MARK: The tasks

  /// For each chosen contact a line: its id, who it is in Salesforce, what the task is about, and whose it is.
  private mutating func setTasks(_ row: Int, _ kind: SyncKind, _ batch: inout RecordBatch) {
    let about = about(row, batch)
    let owner = kind.hasOwner ? salesforceOwner(bytes(row, columns.owner, batch)) : nil
    setLines(row, SyncColumn.contacts, &batch) { out, contact in out.append("\(contact.id)") }
    setLines(row, SyncColumn.who, &batch) { [lookups] out, contact in
      (contact.contact ?? contact.lead.map { lookups.converted[$0] ?? $0 })?.write18(into: &out)
    }
    setLines(row, SyncColumn.what, &batch) { [lookups] out, contact in
      // Salesforce refuses a lead and something that the task is about together.
      let isLead = contact.contact == nil && contact.lead.map { lookups.converted[$0] == nil } ?? false
      if !isLead { about?.write18(into: &out) }
    }
    setLines(row, SyncColumn.owners, &batch) { [plan, lookups] out, contact in
      if let owner { return out.append(owner) }
      if let owner = Self.owner(of: contact, lookups) { return out.append(owner) }
      out.append(plan.integrationUser)
    }
    setLines(row, SyncColumn.ownersBy, &batch) { [lookups] out, contact in
      out.append(
        owner != nil
          ? "activity_owner" : Self.owner(of: contact, lookups) != nil ? "contact_owner" : "integration_user")
    }
  }

  private mutating func setLines(
    _ row: Int, _ column: Int, _ batch: inout RecordBatch, _ append: (inout ByteBuffer, ContactEntry) -> Void
  ) {
    text.clear()
    for (number, contact) in chosen.enumerated() {
      if number > 0 { text.append(10) }
      append(&text, contact)
    }
    batch.put(row, first + column, text.bytes)
  }

  private static func owner(of contact: ContactEntry, _ lookups: ActivityLookups) -> Bytes? {
    lookups.contacts.withOwner(of: contact) { id in
      guard id.count > 0, case .text(let user) = lookups.owners.toSalesforce(id) else { return nil }
      return user
    }
  }

  private func salesforceOwner(_ id: Bytes) -> Bytes? {
    guard id.count > 0, case .text(let user) = lookups.owners.toSalesforce(id) else { return nil }
    return user
  }

  /// The opportunity of the first deal that is linked, else the account of the first such company.
  private mutating func about(_ row: Int, _ batch: borrowing RecordBatch) -> SalesforceKey? {
    let semicolon = UInt8(ascii: ";")
    for (column, separator, table) in [
      (columns.deals, semicolon, lookups.deals), (columns.linkedDeals, 10, lookups.deals),
      (columns.companies, semicolon, lookups.companies), (columns.linkedCompanies, 10, lookups.companies),
    ] {
      for item in bytes(row, column, batch).split(separator: separator) {
        let id = UInt64(digits: Bytes(rebasing: item).trimmedSpaces)
        if let key = id.flatMap({ table.salesforce($0) }) { return key }
      }
    }
    return nil
  }

  private mutating func setWords(
    _ row: Int, _ setting: SyncSettings, _ day: Moment, _ batch: inout RecordBatch
  ) {
    var status = plan.statuses.salesforce(named: "COMPLETED")
    var priority: StaticString = "Normal"
    switch setting.kind {
    case .meetings where day > plan.clock: status = plan.statuses.salesforce(named: "NOT_STARTED")
    case .tasks:
      status = plan.statuses.salesforce(bytes(row, columns.status, batch))
      priority = salesforcePriority(bytes(row, columns.priority, batch))
    default: break
    }
    set(row, SyncColumn.status, status, &batch)
    set(row, SyncColumn.priority, "\(priority)", &batch)
    if !setting.taskType.isEmpty { set(row, SyncColumn.type, setting.taskType, &batch) }
  }

  // MARK: Texts

  private mutating func setSubject(_ row: Int, _ setting: SyncSettings, _ batch: inout RecordBatch) {
    let kind = setting.kind
    texts.beginSubject()
    for piece in setting.subject.pieces {
      switch piece {
      case .text(let literal): literal.withUnsafeBufferPointer { texts.appendToSubject($0) }
      case .value(let number):
        let column = source.place(kind.placeholders[number].column)
        let value = bytes(row, column, batch)
        if kind == .notes { texts.appendFirstLine(ofHTML: value) } else { texts.appendToSubject(value) }
      }
    }
    let (subject, isCut) = texts.finishSubject()
    if isCut { issues.add(property: "Subject", .truncated, subject) }
    batch.put(row, first + SyncColumn.subject, subject)
  }

  private mutating func setDescription(_ row: Int, _ kind: SyncKind, _ batch: inout RecordBatch) {
    guard let (column, isHTML) = kind.description else { return }
    let value = bytes(row, source.place(column), batch)
    guard value.count > 0 else { return }
    let (description, isCut) = texts.description(value, isHTML: isHTML)
    if isCut { issues.add(property: "Description", .truncated, description) }
    batch.put(row, first + SyncColumn.description, description)
  }
}

extension UnsafeBufferPointer where Element == UInt8 {
  /// Without blanks at its ends.
  fileprivate var trimmedSpaces: Bytes {
    var start = 0
    var end = count
    while start < end, self[start] <= 0x20 { start += 1 }
    while end > start, self[end - 1] <= 0x20 { end -= 1 }
    return part(start, end - start)
  }
}

/// Where the columns of a source stand; -1 where the source has no such column.
private struct SyncPlaces {
  let type, filtered, salesforceID, contacts, deals, companies, recipient, email, owner, status, priority, ledger: Int
  let linkedContacts, linkedDeals, linkedCompanies: Int
  let idPrefix: Int
  /// For each kind of the source, the columns of its time and of its day.
  let times, days: [[Int]]

  init(_ source: ActivitySource, _ plan: ActivityPlan) {
    func place(_ name: String) -> Int { source.find(name) ?? -1 }
    (type, filtered, salesforceID) = (place("type"), place("filteredEvent"), place(plan.activityIDProperty))
    (contacts, deals, companies) = (place("contact_ids"), place("deal_ids"), place("company_ids"))
    (recipient, email, owner) = (place("recipient"), place("email"), place("hubspot_owner_id"))
    (status, priority) = (place("hs_task_status"), place("hs_task_priority"))
    ledger = place(JoinedColumn.ledger.rawValue)
    linkedContacts = place(JoinedColumn.linkedContacts.rawValue)
    linkedDeals = place(JoinedColumn.linkedDeals.rawValue)
    linkedCompanies = place(JoinedColumn.linkedCompanies.rawValue)
    idPrefix = source.idPrefixColumn ?? -1
    let kinds = plan.syncKinds.map(\.kind).filter { $0.source == source.name }
    times = kinds.map { $0.timeColumns.compactMap { source.find($0) } }
    days = kinds.map { $0.dayColumns.compactMap { source.find($0) } }
  }
}
