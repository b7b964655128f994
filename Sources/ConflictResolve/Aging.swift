import CRM
import CSV
import Records
import Staging

/// What the baseline knows and the run did not find: pairs leave it after some runs, but never while one half is there
/// without the other (semantics 5).
struct Aging {
  private let shared: ResolvePlan

  init(_ shared: ResolvePlan) { self.shared = shared }

  /// Writes the entries that stay in the baseline though nothing was found of them.
  ///
  /// - Throws: `StagingError.damaged` if one of them cannot be read again.
  func age(_ station: inout Station) throws {
    for number in shared.baseline.entries.indices where !shared.baseline.isFound(number) {
      let entry = shared.baseline.entries[number]
      // A create whose record is there is waited for, whatever else became of the record: else it would be made twice.
      let isAwaited = !entry.isPair && isThere(entry)
      let missed = isAwaited ? 0 : Int(entry.missed) + 1
      if isAwaited || stays(entry, missed) { try keep(number, missed: missed, &station) }
    }
  }

  private func stays(_ entry: BaselineChunk.Entry, _ missed: Int) -> Bool {
    missed <= shared.plan.keepBaseline || entry.hubspotIsThere != entry.salesforceIsThere
  }

  private func isThere(_ entry: BaselineChunk.Entry) -> Bool { entry.hubspotIsThere || entry.salesforceIsThere }

  /// Writes an entry as it was, with a new count of the runs that did not find it.
  private func keep(_ number: Int, missed: Int, _ station: inout Station) throws {
    let entry = shared.baseline.entries[number]
    try station.remembered.take(number, of: shared.baseline)
    if entry.hubspotID != 0 { station.output.baseline.append(String(entry.hubspotID)) }
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.appendCSV(station.remembered.objectName)
    station.output.baseline.append(UInt8(ascii: ","))
    if entry.salesforceID != .absent { entry.salesforceID.write18(into: &station.output.baseline) }
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.append(decimal: missed)
    station.output.baseline.append(UInt8(ascii: ","))
    for column in 0..<(shared.traits.count * 3) {
      station.output.baseline.append(UInt8(ascii: ","))
      let cell = station.remembered.cell(column)
      if !cell.isAbsent { station.output.baseline.appendCSVQuoted(cell.bytes) }
    }
    station.output.baseline.append(UInt8(ascii: "\n"))
  }
}
