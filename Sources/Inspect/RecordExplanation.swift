import CRM
import Foundation
import Pipeline
import Staging

/// Every step of a record on its way through a run, and why it ended so (spec, interface, `resync explain`).
///
/// It is read from what the stages left: nothing is computed anew, so that it is what the run did.
public struct RecordExplanation: Encodable {
  /// Where one side's record was read.
  struct Place: Encodable {
    var id: String?
    var object: String
    var file: String
    var line: String?
    var modified: String?
  }

  let run: String
  let object: String
  let record: String
  let chunk: Int?
  let verdict: String
  let why: String
  private(set) var hubspot: Place?
  private(set) var salesforce: Place?
  private(set) var cells: [CellExplanation] = []
  /// `field: code` of issues of no mapped cell, and of a row that was rejected whole.
  private(set) var issues: [String] = []
  /// Changes of no mapping: the link, the HubSpot id, an owner that was put in.
  private(set) var otherChanges: [CellExplanation.Change] = []
  /// `FILE:LINE` in the load files.
  private(set) var loadFiles: [String] = []

  /// Explains a record by its HubSpot or Salesforce id; `field` (a property or a field) leaves out all other cells.
  ///
  /// - Throws: `RunError` with exit code 2 if the run has no such record, or the pipeline no such field; `StagingError` if a
  ///   table cannot be read.
  public init(_ plan: RunPlan, run name: String, record: String, field: String?) throws {
    let run = try FinishedRun(plan, run: name)
    if let field, !plan.objects.contains(where: { $0.mappings.contains { $0.property == field || $0.field == field } })
    {
      throw RunError(.wrong, "--field \(field): no mapping of the pipeline that moves data has it")
    }
    for object in plan.objects {
      guard let trace = try RecordTrace(record, object, run) else { continue }
      self.init(run, object, trace, record, verdict: trace.verdict, chunk: trace.chunk)
      try fill(run, trace, field)
      return
    }
    for object in plan.objects {
      let lookup = StagedLookup(store: run.store)
      let rejects = TableName(.extract, object.object, "rejects", chunk: 0)
      let found = try lookup.rows(of: rejects, where: "record_id", isOneOf: [record, salesforceID18(record) ?? record])
      guard let first = found.first else { continue }
      self.init(run, object, nil, record, verdict: first["code"] ?? "rejected", chunk: nil)
      issues = found.map { "\($0["file"] ?? ""):\($0["line"] ?? "") \($0["code"] ?? "") \($0["value"] ?? "")" }
      return
    }
    throw RunError(
      .wrong,
      "the run \(run.manifest.run) has staged no record \(record): is it in the exports, and has extract been run?")
  }

  private init(
    _ run: FinishedRun, _ plan: ObjectPlan, _ trace: RecordTrace?, _ record: String, verdict: String, chunk: Int?
  ) {
    self.run = run.manifest.run
    object = plan.object
    self.record = record
    self.chunk = chunk
    self.verdict = verdict
    why = CellReasons.pairing(verdict, plan)
  }

  // MARK: Reading

  private mutating func fill(_ run: FinishedRun, _ trace: RecordTrace, _ field: String?) throws {
    hubspot = place(.hubspot, trace, run)
    salesforce = place(.salesforce, trace, run)
    let evidence = try Evidence(run, trace)
    for (number, mapping) in trace.plan.mappings.enumerated() {
      guard field == nil || mapping.property == field || mapping.field == field else { continue }
      if let object = trace.salesforceObject.flatMap({ trace.plan.salesforceObjects.firstIndex(of: $0) }),
        !mapping.serves[object]
      {
        continue
      }
      cells.append(evidence.cell(number, mapping))
    }
    if field == nil {
      otherChanges = evidence.changesOfNoMapping
      issues = evidence.issuesOfNoMapping
    }
    loadFiles = LoadFileSearch(directory: run.loadDirectory)
      .places(of: evidence.sides.isEmpty ? [] : [trace.id(.hubspot), trace.id(.salesforce)].compactMap { $0 })
  }

  private func place(_ side: Side, _ trace: RecordTrace, _ run: FinishedRun) -> Place? {
    guard let row = trace[side, .extract] else { return nil }
    let time = side == .hubspot ? trace.plan.hubspotTimeProperty : "LastModifiedDate"
    return Place(
      id: trace.id(side), object: side == .hubspot ? object : trace.salesforceObject ?? "",
      file: run.file(object, side, row["_file"].flatMap { Int($0) } ?? -1), line: row["_line"],
      modified: trace[side, .normalize]?[time])
  }

  // MARK: Output

  /// The explanation in lines for a person.
  public var text: String {
    var lines = ["\(object) \(record) in run \(run)" + (chunk.map { ", chunk \($0)" } ?? "")]
    for (name, place) in [("HubSpot", hubspot), ("Salesforce", salesforce)] {
      guard let place else { continue }
      let object = name == "HubSpot" ? "" : "\(place.object) "
      lines.append(
        "\(name): \(object)\(place.id ?? "?"), \(place.file):\(place.line ?? "?"), modified \(place.modified ?? "?")")
    }
    lines.append(why)
    lines += issues.map { "issue: \($0)" }
    lines += otherChanges.map { "\($0.side) \($0.action): \($0.old) → \($0.new) (\($0.reason))" }
    for cell in cells { lines += [""] + cell.lines }
    if !loadFiles.isEmpty { lines += ["", "load files: " + loadFiles.joined(separator: ", ")] }
    return lines.joined(separator: "\n")
  }

  /// The same as JSON.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
