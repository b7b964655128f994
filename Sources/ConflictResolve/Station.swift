import CRM
import CSV
import Records
import Staging

/// What one thread needs to resolve rows: comparer, buffers, counters, and the output that it fills.
final class Station: @unchecked Sendable {
  let plan: ObjectPlan
  let traits: [MappingTraits]
  var output: ResolveOutput
  var comparer = Comparer()
  var target = TargetValue()
  var scratch = ByteBuffer(capacity: 1024)
  /// The cut value of a mapping that truncates, while it is compared.
  var cut = ByteBuffer(capacity: 1024)
  private(set) var counts = ChunkCounts()
  // Counted in arrays, and named when the chunk is done.
  private var changes: [[Int]]
  /// Which Salesforce fields the load files of the chunk need, by object.
  private var updated: [[Bool]]
  private var created: [[Bool]]
  private var notArrived: [[Int]]
  private var clears: [[Int]]
  private var filled: [[Int]]

  /// `changes` counts by place: the mappings, the link properties, then the HubSpot id field.
  init(_ plan: ObjectPlan, _ traits: [MappingTraits]) {
    self.plan = plan
    self.traits = traits
    output = ResolveOutput(ofSalesforce: false)
    let places = traits.count + plan.links.count + 1
    changes = Array(repeating: Array(repeating: 0, count: places * Reason.allCases.count), count: 2)
    updated = Array(repeating: Array(repeating: false, count: places), count: plan.salesforceObjects.count)
    created = updated
    notArrived = Array(repeating: Array(repeating: 0, count: traits.count), count: 2)
    clears = notArrived
    filled = notArrived
  }

  // MARK: Counting

  func count(_ side: Side, paired: Int = 0, unmatched: Int = 0, excluded: Int = 0, creates: Int = 0, held: Int = 0) {
    counts[side].paired += paired
    counts[side].unmatched += unmatched
    counts[side].excluded += excluded
    counts[side].creates += creates
    counts[side].held += held
  }

  func countNotArrived(_ side: Side, _ mapping: Int) { notArrived[Int(side.rawValue)][mapping] += 1 }
  func countFilled(_ side: Side, _ mapping: Int) { filled[Int(side.rawValue)][mapping] += 1 }
  func countClear(_ side: Side, _ mapping: Int) { clears[Int(side.rawValue)][mapping] += 1 }

  /// The counts under the names of the fields.
  func namedCounts() -> ChunkCounts {
    var result = counts
    for side in [Side.hubspot, .salesforce] {
      let place = Int(side.rawValue)
      for (number, mapping) in traits.enumerated() {
        let name = mapping.name(side)
        if notArrived[place][number] > 0 { result[side].notArrived[name, default: 0] += notArrived[place][number] }
        if clears[place][number] > 0 { result[side].clears[name, default: 0] += clears[place][number] }
        if filled[place][number] > 0 { result[side].filled[name, default: 0] += filled[place][number] }
      }
      for number in 0..<(traits.count + plan.links.count + 1) {
        for reason in Reason.allCases {
          let count = changes[place][number * Reason.allCases.count + Int(reason.rawValue)]
          guard count > 0 else { continue }
          let name = fieldName(number, side)
          result[side].changes[name, default: [:]][reason.name, default: 0] += count
        }
      }
    }
    for object in plan.salesforceObjects.indices {
      for place in 0..<(traits.count + plan.links.count + 1) {
        let name = "\(plan.salesforceObjects[object]).\(fieldName(place, .salesforce))"
        if updated[object][place] { result.salesforce.updatedFields.insert(name) }
        if created[object][place] { result.salesforce.createdFields.insert(name) }
      }
    }
    return result
  }

  private func fieldName(_ place: Int, _ side: Side) -> String {
    if place < traits.count { return traits[place].name(side) }
    let link = place - traits.count
    return link < plan.links.count ? plan.links[link].property : plan.hubspotIDField ?? ""
  }

  // MARK: Output

  private let outputs = [ResolveOutput(ofSalesforce: false), ResolveOutput(ofSalesforce: true)]

  /// The output for rows of one side.
  func output(ofSalesforce: Bool) -> ResolveOutput { outputs[ofSalesforce ? 1 : 0] }

  /// What was counted of changes so far: a create that turns out impossible is taken back as a whole.
  func mark() -> [[Int]] { changes }

  /// Takes changes back.
  func undoChanges(to length: Int, _ mark: [[Int]]) {
    output.changes.truncate(to: length)
    changes = mark
  }

  /// Runs `body` with the bytes of a text.
  func withBytes(of text: String, _ body: (Bytes) -> Void) {
    var copy = text
    copy.withUTF8 { body($0) }
  }

  // MARK: Rows

  /// The place of a link property, or of the HubSpot id field, among what `changes` counts.
  func place(ofLink link: Int) -> Int { traits.count + link }
  var placeOfIDField: Int { traits.count + plan.links.count }

  /// Appends a row of changes.csv, and counts it. `place` is a mapping, or a place of the functions above.
  func change(
    _ ids: ChangeIDs, _ object: Int, _ side: Side, _ action: ChangeRow.Action, _ place: Int, old: Bytes, new: Bytes,
    rule: StaticString, _ reason: Reason
  ) {
    changes[Int(side.rawValue)][place * Reason.allCases.count + Int(reason.rawValue)] += 1
    if side == .salesforce {
      if action == .create { created[object][place] = true } else { updated[object][place] = true }
    }
    output.changes.append(plan.object)
    output.changes.append(UInt8(ascii: ","))
    output.changes.append(ids.hubspot)
    output.changes.append(UInt8(ascii: ","))
    output.changes.append(ids.object)
    output.changes.append(UInt8(ascii: ","))
    output.changes.append(ids.salesforce)
    output.changes.append(side == .hubspot ? ",hubspot," : ",salesforce,")
    switch action {
    case .set: output.changes.append("set,")
    case .clear: output.changes.append("clear,")
    case .create: output.changes.append("create,")
    }
    output.changes.append(fieldName(place, side))
    output.changes.append(UInt8(ascii: ","))
    output.changes.appendCSV(old)
    output.changes.append(UInt8(ascii: ","))
    output.changes.appendCSV(new)
    output.changes.append(UInt8(ascii: ","))
    output.changes.append(rule)
    output.changes.append(UInt8(ascii: ","))
    output.changes.append(reason.name)
    output.changes.append(UInt8(ascii: "\n"))
  }

  /// Appends a row of conflicts.csv.
  func conflict(
    _ ids: ChangeIDs, _ mapping: Int, _ h: Bytes, _ s: Bytes, times: (hubspot: Bytes, salesforce: Bytes), winner: Side,
    _ reason: Reason
  ) {
    counts[winner.other].conflicts += 1
    output.conflicts.append(plan.object)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(ids.hubspot)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(ids.object)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(ids.salesforce)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(traits[mapping].property)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(traits[mapping].field)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.appendCSV(h)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.appendCSV(s)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(times.hubspot)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(times.salesforce)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(winner.name)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.append(reason.name)
    output.conflicts.append(UInt8(ascii: "\n"))
  }

  /// Appends a row of rejects.csv: a cell of a record that cannot be used or written.
  func issue(
    _ side: Side, _ field: String, _ value: Bytes, _ code: IssueCode, of record: RecordView, _ context: ResolveContext
  ) {
    counts[side].rejectedCells += 1
    RejectRow.append(
      object: plan.object, side: side, recordID: record.id,
      file: context.file(record.tables.side, record.info.file), line: record.info.line, field: field, value: value,
      code: code, into: &output.rejects)
  }

  /// Appends a row of unmatched.csv.
  func unmatched(_ record: RecordView, _ reason: String) {
    UnmatchedRow.append(plan.object, record.tables.side, record.id, reason, into: &output.unmatched)
  }
}
