import Activities
import CRM
import Foundation
import Map
import PipelineFile
import Records
import Staging

/// Every step of an activity's way, and why it went so (spec, interface, `resync explain`).
public struct ActivityExplanation {
  private let plan: ActivityPlan
  private let manifest: RunManifest
  private let lookups: ActivityLookups
  private let found: StagedActivity
  private let file: String
  private let field: String?

  /// Looks an activity up in what a run has staged.
  ///
  /// - Throws: `RunError` with exit code 2 if there is no such run or activity; it says so if the row was rejected.
  public init(_ plan: ActivityRunPlan, run: String, record: String, field: String?) throws {
    let area = try plan.base.stagingArea()
    let manifest = try plan.base.manifest(of: run, in: area)
    var activities = plan.activities
    let clock = manifest.activities?.clock ?? ""
    activities.clock = Array(clock.utf8).withUnsafeBufferPointer { Moment($0) } ?? activities.clock
    let store = area.store(of: run)
    guard let found = try StagedActivity.find(record, activities, manifest, store) else {
      throw try Self.notFound(record, plan.activities, manifest, store)
    }
    self.plan = activities
    self.manifest = manifest
    self.found = found
    self.field = field
    lookups = try LookupReader(activities, store: store).read()
    let source = "\(found.source.side.name)/\(found.source.name)"
    let files = manifest.inputs.filter { $0.source == source }.map(\.path)
    file = Int(found.info.file) < files.count ? files[Int(found.info.file)] : ""
  }

  /// Rows that extract has rejected are in no table; their rejection says why.
  private static func notFound(
    _ record: String, _ plan: ActivityPlan, _ manifest: RunManifest, _ store: any StagingStore
  ) throws -> RunError {
    let wanted = salesforceID18(record) ?? record
    for source in plan.activitySources {
      for chunk in 0..<(manifest.object(ActivityRunPlan.object)?.chunks ?? 0) {
        let name = TableName(.extract, source.name, "rejects", chunk: chunk)
        guard try store.exists(name) else { continue }
        var reason: String?
        try forEachCSVRow(read: try store.reader(name).read) { _, _, cells in
          guard cells.count == RejectRow.columns.count, cells[2].text == wanted else { return }
          reason = "\(cells[3].text):\(cells[4].text): \(cells[7].text): \(cells[8].text)"
        }
        if let reason { return RunError(.wrong, "the \(source.name) \(wanted) was rejected: \(reason)") }
      }
    }
    return RunError(
      .wrong, "the run \(manifest.run) has no activity \(record): is it in the export, and has normalize run?")
  }

  // MARK: As text

  /// The steps, one a line.
  public var text: String { steps.map { "\($0.name): \($0.text)" }.joined(separator: "\n") }

  /// The steps as JSON: a list of `{"step": …, "text": …}`.
  public func json() throws -> String {
    let tree = steps.map { ["step": $0.name, "text": $0.text] }
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try JSONSerialization.data(withJSONObject: tree, options: options), as: UTF8.self)
  }

  private struct Step {
    var name: String
    var text: String
  }

  private var steps: [Step] {
    let id = found.own[found.source.columns[0].name] ?? ""
    if let field { return [Step(name: "record", text: "\(found.source.name) \(id)")] + way(of: field) }
    var steps = [
      Step(name: "record", text: "\(found.source.name) \(id), \(file):\(found.info.line), chunk \(found.chunk)")
    ]
    steps += plan.isImport ? importSteps : syncSteps
    return steps + issues + [fate] + written
  }

  // MARK: The import

  private var importSteps: [Step] {
    guard let kind = found.mapped["kind"] else { return [Step(name: "map", text: "has not run")] }
    var steps = [Step(name: "kind", text: "\(kind), \(kindReason)")]
    switch found.own["_known"] {
    case "here": steps.append(Step(name: "in HubSpot", text: "an export or the ledger has it"))
    case "late":
      steps.append(Step(name: "in HubSpot", text: "an earlier run loaded it, and a later export does not show it"))
    default: steps.append(Step(name: "in HubSpot", text: "neither an export nor the ledger has it"))
    }
    guard found.mapped["timestamp"] != nil || found.mapped["contacts"] != nil else { return steps }
    steps.append(links)
    steps.append(importOwner)
    return steps
  }

  private var kindReason: String {
    let decided = found.mapped["kind_by"] ?? ""
    let closed = found.own["IsClosed"] == "true" ? "closed" : "open"
    switch found.source.name {
    case "Task" where decided.isEmpty: return "no field says that it is a call, an email or a meeting; it is \(closed)"
    case "Task": return "because \(decided) is \(found.own[decided] ?? ""); it is \(closed)"
    default: return "as every \(decided)"
    }
  }

  private var links: Step {
    let lists = [("contact", "contacts"), ("company", "companies"), ("deal", "deals")].compactMap { noun, column in
      found.mapped[column].map { "\(noun) \($0.replacingOccurrences(of: ";", with: ", "))" }
    }
    let cells = ["WhoId", "WhatId", "AccountId", "RelatedToId"].compactMap { name in
      found.own[name].map { "\(name) \($0)" }
    }
    let relations = (found.own["_relations"] ?? "").split(separator: "\n").map { "relation \($0)" }
    let from = (cells + relations).joined(separator: ", ")
    let to = lists.isEmpty ? "nothing" : lists.joined(separator: ", ")
    return Step(name: "associations", text: "\(to), from \(from.isEmpty ? "no id" : from)")
  }

  private var importOwner: Step {
    let id = found.own["OwnerId"] ?? found.own["_task_owner"] ?? found.own["CreatedById"] ?? ""
    guard let owner = found.mapped["owner"] else {
      return Step(name: "owner", text: id.isEmpty ? "none: the cell is blank" : "none: \(id) cannot be mapped")
    }
    let isMapped = Array(id.utf8).withUnsafeBufferPointer {
      if case .text(let mapped) = lookups.owners.toHubSpot($0) { mapped.text == owner } else { false }
    }
    return Step(
      name: "owner",
      text: isMapped
        ? "\(owner), who has the email of user \(id)" : "\(owner), the owner_fallback: \(id) cannot be mapped")
  }

  // MARK: The sync

  private var syncSteps: [Step] {
    guard let name = found.mapped["kind"], let kind = SyncKind.allCases.first(where: { $0.name == name }) else {
      let reason = found.mapped.isEmpty ? "map has not run" : "none that becomes a task"
      return [Step(name: "kind", text: reason)]
    }
    var out = ByteBuffer(capacity: 32)
    out.append(kind.timeFrame.start(activatedAt: plan.activatedAt, in: plan.zone))
    var steps = [
      Step(name: "kind", text: "\(name), \(kind.isSales ? "a sales activity: one contact" : "one task per contact")"),
      Step(name: "time", text: "\(found.mapped["time"] ?? "none"); the time frame begins at \(out.bytes.text)"),
    ]
    let chosen = lines("contacts")
    for id in (found.mapped["candidates"] ?? "").split(separator: ";") {
      steps.append(Step(name: "contact \(id)", text: contactReason(String(id), chosen, kind)))
    }
    let rules = [
      "activity_owner": "the activity's owner", "contact_owner": "the contact's owner",
      "integration_user": "the integration user, since neither owner is mapped",
    ]
    for (contact, owner, rule) in zip3(chosen, lines("owner_ids"), lines("owners_by")) {
      steps.append(Step(name: "assigned to", text: "\(owner), \(rules[rule] ?? rule) (contact \(contact))"))
    }
    return steps
  }

  private func lines(_ column: String) -> [String] {
    guard let cell = found.mapped[column] else { return [] }
    return cell.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func zip3(_ a: [String], _ b: [String], _ c: [String]) -> [(String, String, String)] {
    zip(a, zip(b, c)).map { ($0, $1.0, $1.1) }
  }

  private func contactReason(_ id: String, _ chosen: [String], _ kind: SyncKind) -> String {
    guard let contact = UInt64(id).flatMap({ lookups.contacts.contact($0) }) else { return "is not in the export" }
    var day = ByteBuffer(capacity: 16)
    if contact.day != .min { day.appendDay(Int(contact.day)) }
    let created = contact.day == .min ? "of no known day" : "created on \(day.bytes.text)"
    if contact.isDeleted { return "\(created); not synced: salesforcedeleted" }
    if contact.contact == nil, contact.lead == nil { return "\(created); not synced: no Salesforce id" }
    guard chosen.contains(id) else {
      return "\(created); synced, but another one was created later (same day: higher id)"
    }
    return kind.isSales
      ? "\(created); synced, and the one created last: it gets the task" : "\(created); synced: gets a task"
  }

  // MARK: Both

  private var issues: [Step] {
    let cell = Array((found.mapped["issues"] ?? "").utf8)
    let list = cell.withUnsafeBufferPointer { IssueList.read($0) } ?? []
    return list.map { issue in
      Step(
        name: "issue",
        text: "\(issue.field) \(String(decoding: issue.value, as: UTF8.self)): \(issue.code.name): \(issue.code.advice)"
      )
    }
  }

  private var fate: Step {
    guard let fate = found.fate["fate"] else { return Step(name: "fate", text: "conflict-resolve has not run") }
    let chunk = found.chunk.padded()
    switch fate {
    case "create", "update":
      return Step(name: "fate", text: "\(fate), in hubspot/\(found.fate["kind"] ?? "")-\(fate)-\(chunk).jsonl")
    case "upsert":
      let ids = (found.fate["external_ids"] ?? "").replacingOccurrences(of: "\n", with: ", ")
      return Step(name: "fate", text: "upsert, in salesforce/Task-upsert-\(chunk).csv, as \(ids)")
    default:
      if let exclusion = Exclusion(rawValue: fate) {
        return Step(name: "fate", text: "left out, \(fate): \(exclusion.explanation)")
      }
      let code = IssueCode.allCases.first { $0.name == fate }
      return Step(name: "fate", text: "rejected, \(fate)\(code.map { ": \($0.advice)" } ?? "")")
    }
  }

  /// The values that are written, each under the name that the other side has for it.
  private var written: [Step] {
    guard let kind = found.fate["kind"], ["create", "update", "upsert"].contains(found.fate["fate"]) else { return [] }
    guard plan.isImport else {
      let fields = [
        ("Subject", "subject"), ("ActivityDate", "day"), ("Status", "status"), ("Priority", "priority"),
        ("Type", "type"), ("Description", "description"),
      ]
      return fields.compactMap { name, column in found.fate[column].map { Step(name: name, text: $0) } }
    }
    return (ActivityKind(name: kind) ?? .tasks).properties.compactMap { property in
      found.fate[property.value.name].map { Step(name: "\(property.name)", text: $0) }
    }
  }

  /// The way of one column of the export, or of one value that is written.
  private func way(of field: String) -> [Step] {
    if found.source.find(field) != nil {
      return [
        Step(name: "\(field) as read", text: found.read[field] ?? ""),
        Step(name: "\(field) own value", text: found.own[field] ?? ""),
      ]
    }
    let value = written.filter { $0.name == field }
    return value.isEmpty
      ? [Step(name: field, text: "is neither a column that is read nor a value that is written")] : value
  }
}
