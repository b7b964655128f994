import Activities
import CRM
import CSV
import Records
import Staging

/// The buckets of an extract's joins.
struct JoinSpills {
  /// Rows that must be told apart before they say something of others: messages, and HubSpot's activities.
  let first: SpillSet
  /// What HubSpot shows, and what the ledger says was loaded, by the id that HubSpot would show.
  let shown: SpillSet
  /// Everything that is known of an activity, by its id.
  let facts: SpillSet
}

/// Gathers from the rows of a file what other rows need to know of them. One thread, one file.
struct FactGatherer: ~Copyable {
  private let plan: ActivityPlan
  private let source: ActivitySource
  private let number: Int
  private let file: Int
  private let spills: JoinSpills
  private let tells: Bool
  private let places: (task: FactPlaces, deleted: Int)
  private var entry = ByteBuffer(capacity: 512)
  private var payload = ByteBuffer(capacity: 512)
  private var whole = ByteBuffer(capacity: 64)

  /// A gatherer for one file of the source with this number in the plan.
  init(_ plan: ActivityPlan, source number: Int, file: Int, _ spills: JoinSpills) {
    self.plan = plan
    self.number = number
    self.file = file
    self.spills = spills
    source = plan.sources[number]
    // What a task knows is needed only where messages can name it.
    tells = source.name == "Task" && plan.source("EmailMessage") != nil
    places = (FactPlaces(source), source.find("IsDeleted") ?? -1)
  }

  /// Takes a row in.
  mutating func add(
    _ row: Int, _ reader: inout RowReader, _ index: borrowing RecordIndex, _ mark: RecordMark,
    _ buffer: borrowing ByteBuffer
  ) throws {
    payload.clear()
    switch source.role {
    case .activities where source.name == "EmailMessage":
      let isDeleted = reader.isTrue(places.deleted, index, mark, buffer)
      appendKey(reader.text(source.place("ActivityId"), index, mark, buffer))
      Texts.append(isDeleted ? Self.yes : .none, into: &payload)
      try put(JoinKey(reader.key.bytes), .own, row, reader.time(index, mark, buffer), into: spills.first)
    case .activities:
      if tells { appendTaskFacts(&reader, index, mark, buffer) }
      try put(ownKey(reader.key.bytes), .own, row, reader.time(index, mark, buffer), into: spills.facts)
    case .presence(let kind):
      appendPresence(kind, row, &reader, index, mark, buffer)
      try put(ownKey(reader.key.bytes), .own, row, reader.time(index, mark, buffer), into: spills.first)
    case .relations:
      try addRelation(row, &reader, index, mark, buffer)
    case .lookup: break
    }
  }

  /// The texts of different sources may be alike; Salesforce ids are not.
  private mutating func ownKey(_ id: Bytes) -> JoinKey {
    if source.side == .salesforce { return JoinKey(id) }
    return JoinKey(id, in: source.idSpace, &whole)
  }

  private mutating func put(
    _ key: JoinKey, _ kind: JoinEntry.Kind, _ row: Int, _ time: Int64, into spill: SpillSet
  ) throws {
    entry.clear()
    JoinEntry(key, kind, source: number, file: file, row: row, time: time).write(payload.bytes, into: &entry)
    try spill.append(key.bucket, entry.bytes)
  }

  private static var yes: Bytes {
    let word: StaticString = "1"
    return Bytes(start: word.utf8Start, count: 1)
  }

  /// An id of 18 characters; nothing where the text is none.
  private mutating func appendKey(_ text: Bytes) {
    whole.clear()
    if text.count > 0 { _ = salesforceID18(text, into: &whole) }
    Texts.append(whole.bytes, into: &payload)
  }

  /// The kind of a task, and what its message takes over: owner and links as the file has them.
  private mutating func appendTaskFacts(
    _ reader: inout RowReader, _ index: borrowing RecordIndex, _ mark: RecordMark, _ buffer: borrowing ByteBuffer
  ) {
    let cells = places.task
    whole.clear()
    // The four texts are read into one buffer, since each lasts only until the next is read.
    var ends: [Int] = [0]
    for column in [cells.type, cells.subtype, cells.callType] {
      if column >= 0 { whole.append(reader.text(column, index, mark, buffer)) }
      ends.append(whole.count)
    }
    if cells.duration >= 0 { whole.append(reader.amount(cells.duration, index, mark, buffer)) }
    ends.append(whole.count)
    func text(_ number: Int) -> Bytes { whole.part(ends[number], ends[number + 1] - ends[number]) }
    let nature = TaskNature(type: text(0), subtype: text(1), callType: text(2), duration: text(3))
    let kind = nature.kind(isClosed: reader.isTrue(cells.closed, index, mark, buffer))
    var name = kind.name
    name.withUTF8 { Texts.append($0, into: &payload) }
    for column in [cells.owner, cells.who, cells.what, cells.account] {
      Texts.append(column < 0 ? .none : reader.shown(column, index, mark, buffer), into: &payload)
    }
  }

  /// The kind, the Salesforce id that the activity holds, and for messages its own id and what is no id.
  private mutating func appendPresence(
    _ kind: ActivityKind, _ row: Int, _ reader: inout RowReader, _ index: borrowing RecordIndex, _ mark: RecordMark,
    _ buffer: borrowing ByteBuffer
  ) {
    let shown = reader.shown(1, index, mark, buffer)
    appendKey(shown)
    let isWrong = shown.count > 0 && whole.count == 0
    Texts.append(isWrong ? shown : .none, into: &payload)
    Texts.append(reader.id.bytes, into: &payload)
  }

  /// The key of the activity that a relation names; nil where it is no id.
  private mutating func relationKey(_ id: Bytes) -> JoinKey? {
    guard case .relations(let space, _) = source.role else { return nil }
    whole.clear()
    guard source.side == .salesforce else { return id.count > 0 ? JoinKey(id, in: space, &whole) : nil }
    return salesforceID18(id, into: &whole) ? JoinKey(whole.bytes) : nil
  }

  private mutating func addRelation(
    _ row: Int, _ reader: inout RowReader, _ index: borrowing RecordIndex, _ mark: RecordMark,
    _ buffer: borrowing ByteBuffer
  ) throws {
    guard !reader.isTrue(2, index, mark, buffer) else { return }
    guard let key = relationKey(reader.text(0, index, mark, buffer)) else { return }
    let person = reader.shown(1, index, mark, buffer)
    guard person.count > 0 else { return }
    payload.append(person)
    try put(key, .relation, row, 0, into: spills.facts)
  }
}

/// Where the columns of a task stand that its messages take over; -1 where there is none.
private struct FactPlaces {
  let type, subtype, callType, duration, closed, owner, who, what, account: Int

  init(_ source: ActivitySource) {
    func place(_ name: String) -> Int { source.find(name) ?? -1 }
    (type, subtype, callType) = (place("Type"), place("TaskSubtype"), place("CallType"))
    (duration, closed, owner) = (place("CallDurationInSeconds"), place("IsClosed"), place("OwnerId"))
    (who, what, account) = (place("WhoId"), place("WhatId"), place("AccountId"))
  }
}
