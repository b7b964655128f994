import Activities
import CRM
import Records
import Staging

/// Decides the fate of each Salesforce activity (activities-pipelines 4, "Order"): left out, rejected, created in HubSpot, or
/// written again. One a thread.
public struct ImportResolver: ~Copyable {
  private let plan: ActivityPlan
  private let from: Int
  private let first: Int
  /// For each kind the columns of the properties that it writes.
  private let written: [[Int]]
  private var digest = WriteDigest()
  private var text = ByteBuffer(capacity: 64)

  /// A resolver; the columns of map begin at `from` in a batch, its own at `first`.
  public init(_ plan: ActivityPlan, from: Int, at first: Int) {
    self.plan = plan
    self.from = from
    self.first = first
    written = ActivityKind.allCases.map { $0.properties.map { first + ImportFateColumn.value($0.value) } }
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

  private mutating func decide(
    _ row: Int, _ batch: inout RecordBatch, _ report: inout ActivityReport
  ) throws {
    batch[row, first + ImportFateColumn.id] = batch[row, from + ImportColumn.id]
    batch[row, first + ImportFateColumn.kind] = batch[row, from + ImportColumn.kind]
    let exclusion = batch[row, from + ImportColumn.exclusion]
    if !exclusion.isEmpty {
      batch[row, first + ImportFateColumn.fate] = exclusion
      return report.exclude(batch.bytes(exclusion).text)
    }
    if cell(row, ImportColumn.known, batch).same(as: "here") { return try compare(row, &batch, &report) }
    guard let time = Moment(cell(row, ImportColumn.value(.timestamp), batch)) else {
      return reject(row, .missingTimestamp, &batch, &report)
    }
    let isOpen = !batch[row, from + ImportColumn.open].isEmpty
    if isOpen, time < plan.clock {
      report.counts.overdue += 1
      set(row, ImportFateColumn.overdue, to: "true", &batch)
    }
    if isOpen, isStale(time), plan.openTasks == .exclude {
      set(row, ImportFateColumn.fate, to: "stale_open_task", &batch)
      return report.exclude(Exclusion.staleOpenTask.rawValue)
    }
    let links = [ImportColumn.contacts, ImportColumn.companies, ImportColumn.deals]
    guard plan.loadsUnassociated || links.contains(where: { !batch[row, from + $0].isEmpty }) else {
      return reject(row, .noAssociation, &batch, &report)
    }
    try load(row, &batch, &report)
  }

  private func isStale(_ time: Moment) -> Bool { plan.openTasksBefore.map { time < $0 } ?? false }

  private func reject(
    _ row: Int, _ code: IssueCode, _ batch: inout RecordBatch, _ report: inout ActivityReport
  ) {
    report.reject(batch[info: row], id: cell(row, ImportColumn.id, batch), code)
    let name = code.name
    batch.put(row, first + ImportFateColumn.fate, text: name)
  }

  private mutating func load(
    _ row: Int, _ batch: inout RecordBatch, _ report: inout ActivityReport
  ) throws {
    try report.report(
      batch[info: row], id: cell(row, ImportColumn.id, batch), issues: cell(row, ImportColumn.issues, batch))
    report.counts.loaded += 1
    report.counts.written += 1
    if cell(row, ImportColumn.known, batch).same(as: "late") {
      report.counts.notArrived += 1
      set(row, ImportFateColumn.late, to: "true", &batch)
    }
    take(row, &batch)
    batch[row, first + ImportFateColumn.shadow] = batch[row, from + ImportColumn.shadow]
    batch[row, first + ImportFateColumn.contacts] = batch[row, from + ImportColumn.contacts]
    batch[row, first + ImportFateColumn.companies] = batch[row, from + ImportColumn.companies]
    batch[row, first + ImportFateColumn.deals] = batch[row, from + ImportColumn.deals]
    setDigest(row, &batch)
    set(row, ImportFateColumn.fate, to: "create", &batch)
  }

  /// Of an activity that HubSpot has: written again if an earlier run wrote it, and would write it otherwise today.
  private mutating func compare(
    _ row: Int, _ batch: inout RecordBatch, _ report: inout ActivityReport
  ) throws {
    let createdAs = batch[row, from + ImportColumn.createdAs]
    guard !createdAs.isEmpty else { return leave(row, &batch, &report) }
    batch[row, first + ImportFateColumn.kind] = createdAs
    take(row, &batch)
    setDigest(row, &batch)
    let isSame = batch.bytes(row, first + ImportFateColumn.digest).same(as: cell(row, ImportColumn.digest, batch))
    guard !isSame else { return leave(row, &batch, &report) }
    try report.report(
      batch[info: row], id: cell(row, ImportColumn.id, batch), issues: cell(row, ImportColumn.issues, batch))
    report.counts.updated += 1
    report.counts.written += 1
    set(row, ImportFateColumn.fate, to: "update", &batch)
  }

  private func leave(_ row: Int, _ batch: inout RecordBatch, _ report: inout ActivityReport) {
    for column in ImportFateColumn.digest..<ImportFateColumn.names.count { batch[row, first + column] = .absent }
    set(row, ImportFateColumn.fate, to: "already_in_hubspot", &batch)
    report.exclude(Exclusion.alreadyInHubSpot.rawValue)
  }

  /// Takes the values over, open tasks that are long due as completed where the pipeline says so.
  private func take(_ row: Int, _ batch: inout RecordBatch) {
    for place in 0..<ImportValue.allCases.count {
      batch[row, first + ImportFateColumn.firstValue + place] = batch[row, from + ImportColumn.firstValue + place]
    }
    guard plan.openTasks == .complete, !batch[row, from + ImportColumn.open].isEmpty,
      let time = Moment(cell(row, ImportColumn.value(.timestamp), batch)), isStale(time)
    else { return }
    set(row, ImportFateColumn.value(.status), to: "COMPLETED", &batch)
  }

  private mutating func setDigest(_ row: Int, _ batch: inout RecordBatch) {
    let kind = ActivityKind(name: batch.bytes(row, first + ImportFateColumn.kind)) ?? .tasks
    digest.clear()
    for column in written[kind.rawValue] { digest.add(batch.bytes(row, column)) }
    text.clear()
    digest.append(to: &text)
    batch.put(row, first + ImportFateColumn.digest, text.bytes)
  }
}
