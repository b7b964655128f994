import Activities
import CRM
import Records
import Staging

/// Decides the fate of each HubSpot activity (activities-pipelines 6, "Order"): left out, rejected, or written as one or more
/// Salesforce tasks. One a thread.
public struct SyncResolver: ~Copyable {
  private let plan: ActivityPlan
  private let from: Int
  private let first: Int
  private var digest = WriteDigest()
  private var ids = ByteBuffer(capacity: 256)
  private var digests = ByteBuffer(capacity: 256)
  private var who = ByteBuffer(capacity: 256)
  private var what = ByteBuffer(capacity: 256)
  private var owners = ByteBuffer(capacity: 256)
  private var id = ByteBuffer(capacity: 128)
  private var hash = ByteBuffer(capacity: 64)

  /// A resolver; the columns of map begin at `from` in a batch, its own at `first`.
  public init(_ plan: ActivityPlan, from: Int, at first: Int) {
    self.plan = plan
    self.from = from
    self.first = first
  }

  /// Decides all rows of a batch.
  ///
  /// - Throws: `StagingError.failed` if map has left something that cannot be read.
  public mutating func run(_ batch: inout RecordBatch, _ report: inout ActivityReport) throws {
    for row in 0..<batch.rowCount {
      report.counts.staged += 1
      try decide(row, &batch, &report)
    }
  }

  private func cell(_ row: Int, _ column: Int, _ batch: borrowing RecordBatch) -> Bytes {
    batch.bytes(row, from + column)
  }

  private func set(_ row: Int, _ column: Int, to word: StaticString, _ batch: inout RecordBatch) {
    batch.put(row, first + column, Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  private func exclude(
    _ row: Int, _ reason: Exclusion, _ batch: inout RecordBatch, _ report: inout ActivityReport
  ) {
    let word = reason.rawValue
    batch.put(row, first + SyncFateColumn.fate, text: word)
    report.exclude(reason.rawValue)
  }

  private mutating func decide(
    _ row: Int, _ batch: inout RecordBatch, _ report: inout ActivityReport
  ) throws {
    batch[row, first + SyncFateColumn.kind] = batch[row, from + SyncColumn.kind]
    let exclusion = batch[row, from + SyncColumn.exclusion]
    if !exclusion.isEmpty {
      batch[row, first + SyncFateColumn.fate] = exclusion
      return report.exclude(batch.bytes(exclusion).text)
    }
    guard cell(row, SyncColumn.time, batch).count > 0, cell(row, SyncColumn.day, batch).count > 0 else {
      report.reject(batch[info: row], id: cell(row, SyncColumn.record, batch), .missingTimestamp)
      return set(row, SyncFateColumn.fate, to: "missing_timestamp", &batch)
    }
    guard cell(row, SyncColumn.contacts, batch).count > 0 else {
      return exclude(row, .contactNotSynced, &batch, &report)
    }
    let tasks = gather(row, batch)
    guard tasks > 0 else { return exclude(row, .unchanged, &batch, &report) }
    try report.report(
      batch[info: row], id: cell(row, SyncColumn.record, batch), issues: cell(row, SyncColumn.issues, batch))
    report.counts.loaded += 1
    report.counts.written += tasks
    write(row, &batch)
  }

  /// Gathers the tasks that are not as they were last loaded, and says how many there are.
  private mutating func gather(_ row: Int, _ batch: borrowing RecordBatch) -> Int {
    ids.clear()
    digests.clear()
    who.clear()
    what.clear()
    owners.clear()
    let kind = cell(row, SyncColumn.kind, batch)
    let isSales = SyncKind.allCases.first { kind.text == $0.name }?.isSales ?? true
    var contacts = Lines(cell(row, SyncColumn.contacts, batch))
    var whos = Lines(cell(row, SyncColumn.who, batch))
    var whats = Lines(cell(row, SyncColumn.what, batch))
    var ownerIDs = Lines(cell(row, SyncColumn.owners, batch))
    var count = 0
    while let contact = contacts.next() {
      let (whoID, whatID, ownerID) = (whos.next() ?? .none, whats.next() ?? .none, ownerIDs.next() ?? .none)
      id.clear()
      id.append(kind)
      id.append(UInt8(ascii: ":"))
      id.append(cell(row, SyncColumn.id, batch))
      if !isSales {
        id.append(UInt8(ascii: ":"))
        id.append(contact)
      }
      setHash(row, whoID, whatID, ownerID, batch)
      guard !isUnchanged(cell(row, SyncColumn.ledger, batch)) else { continue }
      append(separated: count > 0, whoID, whatID, ownerID)
      count += 1
    }
    return count
  }

  private mutating func append(separated: Bool, _ whoID: Bytes, _ whatID: Bytes, _ ownerID: Bytes) {
    if separated {
      ids.append(10)
      digests.append(10)
      who.append(10)
      what.append(10)
      owners.append(10)
    }
    ids.append(id.bytes)
    digests.append(hash.bytes)
    who.append(whoID)
    what.append(whatID)
    owners.append(ownerID)
  }

  private mutating func setHash(
    _ row: Int, _ whoID: Bytes, _ whatID: Bytes, _ ownerID: Bytes, _ batch: borrowing RecordBatch
  ) {
    digest.clear()
    digest.add(cell(row, SyncColumn.subject, batch))
    digest.add(whoID)
    digest.add(whatID)
    digest.add(ownerID)
    for column in [
      SyncColumn.day, SyncColumn.status, SyncColumn.priority, SyncColumn.type, SyncColumn.description,
    ] { digest.add(cell(row, column, batch)) }
    hash.clear()
    digest.append(to: &hash)
  }

  /// Whether the row last loaded under the external id has the digest of this one.
  private func isUnchanged(_ ledger: Bytes) -> Bool {
    var isSame = false
    var lines = Lines(ledger)
    while let line = lines.next() {
      // An external id may hold anything but tabs and line breaks; the digest stands behind the last tab.
      guard let tab = line.lastIndex(of: 9), line.part(0, tab).same(as: id.bytes) else { continue }
      isSame = line.part(tab + 1, line.count - tab - 1).same(as: hash.bytes)
    }
    return isSame
  }

  private func write(_ row: Int, _ batch: inout RecordBatch) {
    batch.put(row, first + SyncFateColumn.externalIDs, ids.bytes)
    batch.put(row, first + SyncFateColumn.digests, digests.bytes)
    batch.put(row, first + SyncFateColumn.who, who.bytes)
    batch.put(row, first + SyncFateColumn.what, what.bytes)
    batch.put(row, first + SyncFateColumn.owners, owners.bytes)
    for (target, column) in [
      (SyncFateColumn.day, SyncColumn.day), (SyncFateColumn.subject, SyncColumn.subject),
      (SyncFateColumn.status, SyncColumn.status), (SyncFateColumn.priority, SyncColumn.priority),
      (SyncFateColumn.type, SyncColumn.type), (SyncFateColumn.description, SyncColumn.description),
    ] { batch[row, first + target] = batch[row, from + column] }
    set(row, SyncFateColumn.fate, to: "upsert", &batch)
  }
}
