import CRM
import ConflictResolve
import Parallel
import Records
import Staging
import StagingTestSupport

/// One pair of a company and an account, resolved night by night: each night's baseline is the next one's.
struct OnePair {
  /// What a night decided.
  struct Night: Equatable {
    /// `SIDE ACTION FIELD OLD NEW RULE REASON` of each change, with `-` for an empty value.
    var changes: [String] = []
    /// `PROPERTY WINNER REASON` of each conflict.
    var conflicts: [String] = []
    /// `SIDE FIELD VALUE CODE` of each issue.
    var issues: [String] = []
    /// `SIDE.FIELD` of each cell whose write did not arrive.
    var notArrived: [String] = []
  }

  let plan: ObjectPlan
  private var baseline: [UInt8] = []

  /// A pair with these mappings; the metadata of Salesforce's fields decide what can be written. It goes on with the
  /// baseline of `other`.
  init(
    _ rows: [MappingRow], fields: [SalesforceField] = [], properties: [HubSpotProperty]? = nil,
    firstRun: ObjectPlan.FirstRun = .newerRecord, after other: OnePair? = nil
  ) {
    let all =
      fields
      + rows.filter { row in !fields.contains { $0.name == row.field } }.map {
        SalesforceField(name: $0.field, type: "string", length: 255)
      }
    let resolution = MappingResolution(
      rows, hubspot: properties.map { HubSpotSchema($0) },
      objects: [SalesforceObject(name: "Account", schema: SalesforceSchema(name: "Account", fields: all))])
    precondition(resolution.faults.isEmpty, "\(resolution.faults)")
    plan = ObjectPlan(
      object: "companies", salesforceObjects: ["Account"], links: [], hubspotIDField: nil, keys: [],
      mappings: resolution.mappings, vocabularies: resolution.mappings.map { _ in .none }, createIn: [], createAs: 0,
      firstRun: firstRun, tie: .salesforce, salesforceBlankClears: false, integrationUser: "", requiredFields: [[]],
      pipelineZone: .utc, keepBaseline: 30, setsMaxCreates: true)
    baseline = other?.baseline ?? []
  }

  /// Resolves the pair with these values, in the order of the mappings; `!x` is a cell `x` with an issue. The times are
  /// minutes.
  mutating func night(_ h: [String], _ s: [String], times: (Int, Int) = (1, 1)) throws -> Night {
    let hubspot = batch(.hubspot, "1", h, minute: times.0)
    let salesforce = PartnerRows()
    try salesforce.keep(batch(.salesforce, "001000000000001AAA", s, minute: times.1), 0)
    let store = MemoryStore()
    let header = BaselineLayout(plan).columns.joined(separator: ",")
    store[TableName(.extract, plan.object, "baseline", chunk: 0)] = Array("\(header)\n".utf8) + baseline
    let resolver = try Resolver(
      plan, salesforce: salesforce, chunk: 0, store: store,
      context: ResolveContext(
        hubspotFiles: ["h.csv"], salesforceFiles: ["s.csv"], heldIn: [], retriesCreates: false),
      workers: Workers(count: 1))
    var night = Night()
    baseline = []
    try resolver.resolve(hubspot, station: 0)
    try resolver.flush(station: 0) { table, rows in
      if table == .baseline { baseline += rows } else { note(table, rows, &night) }
    }
    let counts = resolver.counts
    for side in Side.allCases {
      night.notArrived += counts[side].notArrived.keys.sorted().map { "\(side.name).\($0)" }
    }
    return night
  }

  private func note(_ table: ResolveOutput.Table, _ rows: Bytes, _ night: inout Night) {
    for line in rows.text.split(separator: "\n") {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.isEmpty ? "-" : String($0) }
      switch table {
      case .changes: night.changes.append(cells[4...].joined(separator: " "))
      case .conflicts: night.conflicts.append([cells[4], cells[10], cells[11]].joined(separator: " "))
      case .rejects: night.issues.append([cells[1], cells[5], cells[6], cells[7]].joined(separator: " "))
      default: break
      }
    }
  }

  private func batch(_ side: Side, _ id: String, _ values: [String], minute: Int) -> RecordBatch {
    let tables = SideTables(plan, side)
    var batch = RecordBatch(columnCount: tables.map.cells.count, rowCapacity: 1, arenaCapacity: 64)
    var info = RowInfo(row: 0, line: 2)
    info.partner = 0
    info.verdict = Verdict.pairedByLink.rawValue
    let row = batch.appendRow(info)
    func put(_ column: Int, _ text: String, _ batch: inout RecordBatch) {
      let issue = text.hasPrefix("!") ? IssueCode.invalidNumber : .none
      let bytes = Array(text.utf8.dropFirst(issue == .none ? 0 : 1))
      let field = bytes.withUnsafeBufferPointer { batch.store($0, issue: issue) }
      batch[row, column] = field
    }
    put(tables.id, id, &batch)
    put(tables.time, "2026-01-01T00:\(minute < 10 ? "0" : "")\(minute):00.000Z", &batch)
    for (place, value) in values.enumerated() { put(tables.firstMapping + place, value, &batch) }
    return batch
  }
}
