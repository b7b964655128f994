import CRM
import CSV
import Records
import Staging

/// What one thread needs to resolve rows: comparer, buffers, counters, and the output that it fills.
struct Station: ~Copyable {
  let shared: ResolvePlan
  var output = ResolveOutput()
  var comparer = Comparer()
  var target = TargetValue()
  var counters: Counters
  /// The partners of the rows that are resolved next.
  var partners: [PackedRecord] = []
  /// What the baseline knows of them.
  var known: [KnownPair] = []
  /// The baseline of the pair that is resolved.
  var remembered = RememberedRow()
  /// What touching gave: kept, so that it is not optimised away.
  var touched: UInt32 = 0

  init(_ shared: ResolvePlan) {
    self.shared = shared
    counters = Counters(places: shared.names.placeCount, objects: shared.plan.salesforceObjects.count)
    partners.reserveCapacity(Resolver.runLength)
    known.reserveCapacity(Resolver.runLength)
  }

  /// Appends a row of changes.csv, and counts it. `place` is a mapping, or a place of `names`, which are those of the plan:
  /// handed over, they need not be counted as a reference for every row.
  mutating func change(
    _ names: Names, _ ids: ChangeIDs, _ side: Side, _ action: ChangeRow.Action, _ place: Int, old: Bytes, new: Bytes,
    _ reason: Reason
  ) {
    counters.change(side, place, reason, object: ids.object, isCreate: action == .create)
    Self.appendIDs(ids, names, to: &output.changes)
    output.changes.append(names.changeStart(side, action, place))
    output.changes.appendCSV(old)
    output.changes.append(UInt8(ascii: ","))
    output.changes.appendCSV(new)
    output.changes.append(names.changeEnd(place, reason))
  }

  private static func appendIDs(_ ids: ChangeIDs, _ names: Names, to out: inout ByteBuffer) {
    out.append(names.object)
    out.append(ids.hubspot)
    out.append(names.salesforceObject(ids.object))
    out.append(ids.salesforce)
  }

  /// Appends a row of conflicts.csv; `names` likewise.
  mutating func conflict(
    _ names: Names, _ ids: ChangeIDs, _ mapping: Int, _ h: Bytes, _ s: Bytes, times: CellTimePair, winner: Side,
    _ reason: Reason
  ) {
    counters.record(winner.other, conflicts: 1)
    Self.appendIDs(ids, names, to: &output.conflicts)
    output.conflicts.append(names.conflictStart(mapping))
    output.conflicts.appendCSV(h)
    output.conflicts.append(UInt8(ascii: ","))
    output.conflicts.appendCSV(s)
    output.conflicts.append(UInt8(ascii: ","))
    times.hubspot.append(to: &output.conflicts)
    output.conflicts.append(UInt8(ascii: ","))
    times.salesforce.append(to: &output.conflicts)
    output.conflicts.append(names.conflictEnd(winner: winner, reason))
  }

  /// Appends a row of rejects.csv: a cell that cannot be used or written. `record` is of the side `home`, which is not
  /// always the side that would be written.
  mutating func issue(
    _ side: Side, _ field: String, _ value: Bytes, _ code: IssueCode, of record: some Record, _ home: Side
  ) {
    counters.record(side, issues: 1)
    RejectRow.append(
      object: shared.plan.object, side: side, recordID: shared.columns(home).id(record),
      file: shared.context.file(home, record.info.file), line: record.info.line, field: field, value: value, code: code,
      into: &output.rejects)
  }

  /// The same for the field of a mapping.
  mutating func issue(
    _ side: Side, mapping: Int, _ value: Bytes, _ code: IssueCode, of record: some Record, _ home: Side
  ) {
    issue(side, shared.names.field(mapping, side).text, value, code, of: record, home)
  }

  /// Appends a row of unmatched.csv.
  mutating func unmatched(_ record: some Record, _ side: Side, _ reason: String) {
    UnmatchedRow.append(shared.plan.object, side, shared.columns(side).id(record), reason, into: &output.unmatched)
  }
}
