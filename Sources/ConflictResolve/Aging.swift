import CRM
import CSV
import Records
import Staging

/// What the baseline knows and the run did not find: pairs leave it after some runs, but never while one half is there
/// without the other (semantics 5).
struct Aging {
  private struct PairOfIDs: Hashable {
    var hubspot: UInt64
    var salesforce: SalesforceKey
  }

  private let shared: ResolvePlan
  private var hubspotIDs: Set<UInt64> = []
  private var salesforceIDs: Set<SalesforceKey> = []
  private var paired: Set<PairOfIDs> = []

  /// Looks who is there. Without a baseline nobody has to.
  init(_ shared: ResolvePlan, _ hubspot: BatchList, _ salesforce: BatchList, _ places: RowPlaces) {
    self.shared = shared
    guard !shared.baseline.entries.isEmpty else { return }
    for batch in 0..<salesforce.count {
      for row in 0..<salesforce[batch].pointee.rowCount {
        let isGone = Verdict(rawValue: salesforce[batch].pointee[info: row].verdict)?.isExcluded ?? false
        if !isGone, let key = SalesforceKey(salesforce[batch].pointee.bytes(row, 0)) { salesforceIDs.insert(key) }
      }
    }
    for batch in 0..<hubspot.count {
      for row in 0..<hubspot[batch].pointee.rowCount {
        guard let number = Int(decimal: hubspot[batch].pointee.bytes(row, 0)) else { continue }
        hubspotIDs.insert(UInt64(number))
        guard let place = places.find(hubspot[batch].pointee[info: row].partner),
          let key = SalesforceKey(salesforce[place.batch].pointee.bytes(place.row, 0))
        else { continue }
        paired.insert(PairOfIDs(hubspot: UInt64(number), salesforce: key))
      }
    }
  }

  /// Writes the entries that stay in the baseline though nothing was found of them.
  func age(_ station: inout Station) {
    for number in shared.baseline.entries.indices {
      let entry = shared.baseline.entries[number]
      let missed = entry.missed + 1
      if stays(entry, missed) { keep(number, missed: missed, &station) }
    }
  }

  private func stays(_ entry: BaselineChunk.Entry, _ missed: Int) -> Bool {
    guard let key = entry.salesforceID, entry.hubspotID != 0 else {
      // A create whose record is there was remembered again, or forgotten, when the record was resolved.
      let isThere = entry.salesforceID.map { salesforceIDs.contains($0) } ?? hubspotIDs.contains(entry.hubspotID)
      return !isThere && missed <= shared.plan.keepBaseline
    }
    if paired.contains(PairOfIDs(hubspot: entry.hubspotID, salesforce: key)) { return false }
    let isHalfThere = hubspotIDs.contains(entry.hubspotID) != salesforceIDs.contains(key)
    return isHalfThere || missed <= shared.plan.keepBaseline
  }

  /// Writes an entry as it was, with a new count of the runs that did not find it.
  private func keep(_ number: Int, missed: Int, _ station: inout Station) {
    let entry = shared.baseline.entries[number]
    if entry.hubspotID != 0 { station.output.baseline.append(String(entry.hubspotID)) }
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.appendCSV(entry.objectName)
    station.output.baseline.append(UInt8(ascii: ","))
    if let key = entry.salesforceID { key.write18(into: &station.output.baseline) }
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.append(decimal: missed)
    for column in 0..<(shared.traits.count * 3) {
      station.output.baseline.append(UInt8(ascii: ","))
      let cell = shared.baseline.cell(number, column)
      if !cell.isAbsent { station.output.baseline.appendCSVQuoted(cell.bytes) }
    }
    station.output.baseline.append(UInt8(ascii: "\n"))
  }
}
