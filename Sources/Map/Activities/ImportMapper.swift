import Activities
import CRM
import Records

/// Brings a Salesforce activity into HubSpot's words: its kind, its properties, its owner and its links
/// (activities-pipelines 4). One a thread.
///
/// What is left out anyway, or is in HubSpot already, gets its kind and the reason only. A cell is looked at when a rule
/// needs it; only then its issue is noted.
public struct ImportMapper: ~Copyable {
  let plan: ActivityPlan
  let source: ActivitySource
  let lookups: ActivityLookups
  let first: Int
  let columns: ImportPlaces
  var issues = RowIssues()
  var links: LinkFinder
  var text = ByteBuffer(capacity: 4096)
  var folding = ByteBuffer(capacity: 1024)

  /// A mapper for one source; its columns begin at `first` in a batch, behind those of the source.
  public init(_ plan: ActivityPlan, _ source: ActivitySource, _ lookups: ActivityLookups, at first: Int) {
    self.plan = plan
    self.source = source
    self.lookups = lookups
    self.first = first
    columns = ImportPlaces(source, externalIDField: plan.externalIDField)
    links = LinkFinder(lookups)
  }

  /// Maps all rows of a batch.
  public mutating func run(_ batch: inout RecordBatch) {
    for row in 0..<batch.rowCount {
      issues.clear()
      links.clear()
      set(row, ImportColumn.id, to: batch[row, 0], &batch)
      copy(row, columns.known, to: ImportColumn.known, &batch)
      switch source.name {
      case "Task": mapTask(row, &batch)
      case "Event": mapEvent(row, &batch)
      default: mapMessage(row, &batch)
      }
      if issues.bytes.count > 0 { batch.put(row, first + ImportColumn.issues, issues.bytes) }
    }
  }

  // MARK: Cells

  /// A cell that is needed: its reference, or an absent one where it cannot be used, which is then noted.
  mutating func cell(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> FieldRef {
    guard column >= 0 else { return .absent }
    let field = batch[row, column]
    guard field.hasIssue else { return field }
    issues.add(source.columns[column], column, field.issue, batch.bytes(field))
    return .absent
  }

  private mutating func isTrue(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Bool {
    batch.bytes(cell(row, column, batch)).same(as: "true")
  }

  private mutating func moment(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Moment? {
    let field = cell(row, column, batch)
    return field.isEmpty ? nil : Moment(batch.bytes(field))
  }

  private mutating func day(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Int? {
    let field = cell(row, column, batch)
    return field.isEmpty ? nil : parseDay(batch.bytes(field))
  }

  private mutating func midnight(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Moment? {
    day(row, column, batch).map { Moment(midnightOf: $0, in: plan.zone) }
  }

  private func amount(_ bytes: Bytes) -> Int? { Int(decimal: bytes) }

  /// An id as the file has it, for messages.
  func written(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Bytes {
    let field = batch[row, column]
    let notes = batch.bytes(row, columns.written)
    guard notes.count > 0 else { return batch.bytes(field) }
    var name = source.columns[column].name
    let found = name.withUTF8 { name -> Range<Int>? in
      var start = 0
      while start < notes.count {
        let end = notes[start...].firstIndex(of: 10) ?? notes.count
        if end - start > name.count, notes[start + name.count] == 9, notes.part(start, name.count).same(as: name) {
          return (start + name.count + 1)..<end
        }
        start = end + 1
      }
      return nil
    }
    return found.map { notes.part($0.lowerBound, $0.count) } ?? batch.bytes(field)
  }

  func set(_ row: Int, _ column: Int, to field: FieldRef, _ batch: inout RecordBatch) {
    batch[row, first + column] = field
  }

  func set(_ row: Int, _ column: Int, to word: StaticString, _ batch: inout RecordBatch) {
    batch.put(row, first + column, Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  func set(_ row: Int, _ column: Int, to text: String, _ batch: inout RecordBatch) {
    batch.put(row, first + column, text: text)
  }

  private mutating func set(_ row: Int, _ value: ImportValue, to moment: Moment?, _ batch: inout RecordBatch) {
    guard let moment else { return }
    text.clear()
    text.append(moment)
    batch.put(row, first + ImportColumn.value(value), text.bytes)
  }

  func copy(_ row: Int, _ column: Int, to target: Int, _ batch: inout RecordBatch) {
    if column >= 0 { set(row, target, to: batch[row, column], &batch) }
  }

  /// What extract put into a column.
  func joined(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Bytes {
    column >= 0 ? batch.bytes(row, column) : .none
  }

  // MARK: What is left out

  /// Notes the kind, and whether the row is left out whatever HubSpot has; says whether its properties are needed.
  private mutating func begin(
    _ row: Int, _ kind: ActivityKind, _ exclusion: Exclusion?, _ batch: inout RecordBatch
  ) -> ActivityKind? {
    set(row, ImportColumn.kind, to: kind.name, &batch)
    if let exclusion {
      set(row, ImportColumn.exclusion, to: exclusion.rawValue, &batch)
      return nil
    }
    guard joined(row, columns.known, batch).same(as: "here") else { return kind }
    // Only what an earlier run wrote can be compared with what it would write today.
    guard plan.updates, let created = ActivityKind(name: joined(row, columns.createdAs, batch)) else { return nil }
    copy(row, columns.createdAs, to: ImportColumn.createdAs, &batch)
    copy(row, columns.digest, to: ImportColumn.digest, &batch)
    if created != kind { issues.add("Type", .kindChanged, joined(row, columns.type, batch)) }
    return created
  }

  private mutating func isWrittenByHubSpot(_ row: Int, _ batch: borrowing RecordBatch) -> Bool {
    if !cell(row, columns.externalID, batch).isEmpty { return true }
    var user = plan.integrationUser
    let creator = cell(row, columns.createdBy, batch)
    guard user.withUTF8({ batch.bytes(creator).same(as: $0) }) else { return false }
    return plan.hubspotWritten.cover(batch.bytes(cell(row, columns.subject, batch)), folding: &folding)
  }

  // MARK: Tasks

  private mutating func mapTask(_ row: Int, _ batch: inout RecordBatch) {
    let duration = cell(row, columns.duration, batch)
    let nature = TaskNature(
      type: batch.bytes(cell(row, columns.type, batch)), subtype: batch.bytes(cell(row, columns.subtype, batch)),
      callType: batch.bytes(cell(row, columns.callType, batch)), duration: batch.bytes(duration))
    let isClosed = isTrue(row, columns.isClosed, batch)
    let today = nature.kind(isClosed: isClosed)
    set(row, ImportColumn.kindBy, to: nature.decidedBy, &batch)
    guard let kind = begin(row, today, taskExclusion(row, today, batch), &batch) else { return }
    if today == .tasks, !isClosed { set(row, ImportColumn.open, to: "true", &batch) }
    let time =
      (isClosed ? moment(row, columns.completed, batch) : nil) ?? midnight(row, columns.activityDate, batch)
      ?? moment(row, columns.created, batch)
    set(row, .timestamp, to: time, &batch)
    set(row, ImportColumn.value(.subject), to: cell(row, columns.subject, batch), &batch)
    taskBody(row, kind, nature, &batch)
    switch kind {
    case .tasks: taskProperties(row, nature, isClosed, &batch)
    case .calls: callProperties(row, duration, &batch)
    case .emails:
      set(row, ImportColumn.value(.direction), to: "EMAIL", &batch)
      set(row, ImportColumn.value(.status), to: "SENT", &batch)
    case .meetings:
      set(row, .start, to: time, &batch)
      set(row, .end, to: time, &batch)
      let isOver = isClosed || (time.map { $0 < plan.clock } ?? false)
      set(row, ImportColumn.value(.outcome), to: isOver ? "COMPLETED" : "SCHEDULED", &batch)
    }
    owner(row, columns.owner, &batch)
    taskLinks(row, batch)
    finishLinks(row, &batch)
  }

  private mutating func taskExclusion(_ row: Int, _ kind: ActivityKind, _ batch: borrowing RecordBatch) -> Exclusion? {
    if !plan.kinds.contains(kind) { return .kindOff }
    if isTrue(row, columns.isDeleted, batch) { return .deleted }
    if isWrittenByHubSpot(row, batch) { return .writtenByHubSpot }
    if kind == .emails, joined(row, columns.message, batch).count > 0 { return .emailMessageShadow }
    return isTrue(row, columns.isRecurrence, batch) ? .recurrenceMaster : nil
  }

  private mutating func taskProperties(
    _ row: Int, _ nature: TaskNature, _ isClosed: Bool, _ batch: inout RecordBatch
  ) {
    let status = batch.bytes(cell(row, columns.status, batch))
    let name = plan.statuses.hubspot(status, folding: &folding) ?? (isClosed ? "COMPLETED" : "NOT_STARTED")
    set(row, ImportColumn.value(.status), to: name, &batch)
    let priority = batch.bytes(cell(row, columns.priority, batch))
    let isKnown = priority.isWord("High") || priority.isWord("Normal") || priority.isWord("Low")
    // The flag decides only where the priority is one that HubSpot has not.
    let isHigh = !isKnown && isTrue(row, columns.isHighPriority, batch)
    if let word = hubspotPriority(priority, isHigh: isHigh) {
      set(row, ImportColumn.value(.priority), to: word, &batch)
    }
    set(row, ImportColumn.value(.type), to: nature.taskType, &batch)
  }

  private mutating func callProperties(_ row: Int, _ duration: FieldRef, _ batch: inout RecordBatch) {
    if let seconds = amount(batch.bytes(duration)) {
      text.clear()
      text.append(decimal: seconds * 1000)
      batch.put(row, first + ImportColumn.value(.duration), text.bytes)
    }
    let isInbound = batch.bytes(cell(row, columns.callType, batch)).isWord("Inbound")
    set(row, ImportColumn.value(.direction), to: isInbound ? "INBOUND" : "OUTBOUND", &batch)
    set(row, ImportColumn.value(.status), to: "COMPLETED", &batch)
  }

  /// The body, with the outcome of a call as its first line where HubSpot has no value for it.
  private mutating func taskBody(
    _ row: Int, _ kind: ActivityKind, _ nature: TaskNature, _ batch: inout RecordBatch
  ) {
    let description = cell(row, columns.description, batch)
    guard nature.topic == .call else { return body(row, kind, batch.bytes(description), &batch) }
    let outcome = cell(row, columns.disposition, batch)
    folding.clear()
    caseFold(batch.bytes(outcome), into: &folding)
    if kind == .calls, !outcome.isEmpty, let value = plan.callDispositions[Array(folding.bytes)] {
      set(row, ImportColumn.value(.disposition), to: value, &batch)
      return body(row, kind, batch.bytes(description), &batch)
    }
    guard !outcome.isEmpty else { return body(row, kind, batch.bytes(description), &batch) }
    folding.clear()
    folding.append("Result: ")
    folding.append(batch.bytes(outcome))
    if !description.isEmpty {
      folding.append(10)
      folding.append(batch.bytes(description))
    }
    body(row, kind, folding.bytes, &batch)
  }

  /// The body of a kind: HTML, but for emails.
  private mutating func body(_ row: Int, _ kind: ActivityKind, _ plain: Bytes, _ batch: inout RecordBatch) {
    guard plain.count > 0 else { return }
    text.clear()
    let isCut: Bool
    if kind == .emails {
      let kept = countKept(of: plain, toUTF16: bodyLimit)
      text.append(plain.part(0, kept))
      isCut = kept < plain.count
    } else {
      isCut = appendHTML(plain, into: &text)
    }
    if isCut {
      let properties: [StaticString] = ["hs_task_body", "hs_email_text", "hs_call_body", "hs_meeting_body"]
      issues.add(property: properties[kind.rawValue], .truncated, text.bytes)
    }
    batch.put(row, first + ImportColumn.value(.body), text.bytes)
  }

  // MARK: Events

  private mutating func mapEvent(_ row: Int, _ batch: inout RecordBatch) {
    set(row, ImportColumn.kindBy, to: "Event", &batch)
    guard begin(row, .meetings, eventExclusion(row, batch), &batch) != nil else { return }
    let (start, end) = isTrue(row, columns.isAllDay, batch) ? allDay(row, batch) : hours(row, batch)
    set(row, .timestamp, to: start, &batch)
    set(row, .start, to: start, &batch)
    set(row, .end, to: end, &batch)
    let isOver = end.map { $0 < plan.clock } ?? false
    set(row, ImportColumn.value(.outcome), to: isOver ? "COMPLETED" : "SCHEDULED", &batch)
    set(row, ImportColumn.value(.subject), to: cell(row, columns.subject, batch), &batch)
    set(row, ImportColumn.value(.location), to: cell(row, columns.location, batch), &batch)
    let description = cell(row, columns.description, batch)
    body(row, .meetings, batch.bytes(description), &batch)
    owner(row, columns.owner, &batch)
    taskLinks(row, batch)
    finishLinks(row, &batch)
  }

  private mutating func eventExclusion(_ row: Int, _ batch: borrowing RecordBatch) -> Exclusion? {
    if !plan.kinds.contains(.meetings) { return .kindOff }
    if isTrue(row, columns.isDeleted, batch) { return .deleted }
    if isWrittenByHubSpot(row, batch) { return .writtenByHubSpot }
    if isTrue(row, columns.isChild, batch) { return .childEvent }
    if isTrue(row, columns.isRecurrence, batch) { return .recurrenceMaster }
    if batch.bytes(cell(row, columns.groupEventType, batch)).same(as: "3") { return .recurrenceMaster }
    if !plan.loadsPrivateEvents, isTrue(row, columns.isPrivate, batch) { return .privateEvent }
    return nil
  }

  private mutating func hours(_ row: Int, _ batch: borrowing RecordBatch) -> (Moment?, Moment?) {
    let start =
      moment(row, columns.startTime, batch) ?? moment(row, columns.activityTime, batch)
      ?? midnight(row, columns.activityDate, batch)
    if let end = moment(row, columns.endTime, batch) { return (start, end) }
    let minutes = amount(batch.bytes(cell(row, columns.minutes, batch))) ?? 0
    return (start, start.map { $0.adding(minutes: minutes) })
  }

  /// Midnight of the first day, and the midnight behind the last one.
  private mutating func allDay(_ row: Int, _ batch: borrowing RecordBatch) -> (Moment?, Moment?) {
    guard
      let first = day(row, columns.startTime, batch) ?? day(row, columns.activityTime, batch)
        ?? day(row, columns.activityDate, batch)
    else { return (nil, nil) }
    var last = first
    if let end = day(row, columns.endTime, batch) {
      last = end
    } else if let minutes = amount(batch.bytes(cell(row, columns.minutes, batch))), minutes > 0 {
      last = first + (minutes + 1439) / 1440 - 1
    }
    return (Moment(midnightOf: first, in: plan.zone), Moment(midnightOf: last + 1, in: plan.zone))
  }

  // MARK: Messages

  private mutating func mapMessage(_ row: Int, _ batch: inout RecordBatch) {
    set(row, ImportColumn.kindBy, to: "EmailMessage", &batch)
    guard begin(row, .emails, messageExclusion(row, batch), &batch) != nil else { return }
    set(row, .timestamp, to: moment(row, columns.messageDate, batch) ?? moment(row, columns.created, batch), &batch)
    set(row, ImportColumn.value(.subject), to: cell(row, columns.subject, batch), &batch)
    let plain = cell(row, columns.textBody, batch)
    body(row, .emails, batch.bytes(plain), &batch)
    let html = cell(row, columns.htmlBody, batch)
    if countKept(of: batch.bytes(html), toUTF16: bodyLimit) < html.count {
      issues.add(property: "hs_email_html", .tooLong, batch.bytes(html))
    } else {
      set(row, ImportColumn.value(.html), to: html, &batch)
    }
    let isIncoming = isTrue(row, columns.incoming, batch)
    set(row, ImportColumn.value(.direction), to: isIncoming ? "INCOMING_EMAIL" : "EMAIL", &batch)
    set(row, ImportColumn.value(.status), to: "SENT", &batch)
    let task = joined(row, columns.task, batch)
    // The task stands for itself where it is there, and is something else than an email.
    if task.isEmpty || task.same(as: "emails") {
      set(row, ImportColumn.shadow, to: cell(row, columns.activityID, batch), &batch)
    }
    if task.isEmpty {
      owner(row, columns.createdBy, &batch)
    } else {
      owner("OwnerId", joined(row, columns.taskOwner, batch), row, &batch)
      follow("WhoId", joined(row, columns.taskWho, batch))
    }
    relations("TaskRelation.RelationId", row, batch)
    if !task.isEmpty {
      follow(what: "WhatId", joined(row, columns.taskWhat, batch))
      links.follow(account: joined(row, columns.taskAccount, batch))
    }
    link(what: columns.relatedTo, row, batch)
    finishLinks(row, &batch)
  }

  private mutating func messageExclusion(_ row: Int, _ batch: borrowing RecordBatch) -> Exclusion? {
    if !plan.kinds.contains(.emails) { return .kindOff }
    if isTrue(row, columns.isDeleted, batch) { return .deleted }
    return batch.bytes(cell(row, columns.status, batch)).same(as: "5") ? .emailDraft : nil
  }
}
