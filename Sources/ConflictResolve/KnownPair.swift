import CRM
import Records

/// What the baseline knows of a pair that is resolved next.
struct KnownPair {
  let hubspotID: UInt64
  let salesforceID: SalesforceKey
  /// The number of its entry; nil if it is new.
  var entry: Int?
}

extension BaselineChunk {
  /// Looks the pairs of a run of HubSpot rows up, whose partners are in the station, for its `known`.
  ///
  /// Slots, entries and texts lie all over the memory: those of the whole run are asked for before any is used.
  func recall(_ hubspot: borrowing RecordBatch, _ rows: Range<Int>, _ shared: ResolvePlan, _ station: inout Station) {
    station.known.removeAll(keepingCapacity: true)
    var partner = 0
    for row in rows where hubspot[info: row].partner >= 0 {
      let id = entries.isEmpty ? nil : UInt64(digits: shared.hubspot.id(RecordView(hubspot, row)))
      let key = entries.isEmpty ? nil : SalesforceKey(shared.salesforce.id(station.partners[partner]))
      station.known.append(KnownPair(hubspotID: id ?? 0, salesforceID: key ?? .absent))
      partner += 1
    }
    guard !entries.isEmpty else { return }
    for pair in station.known {
      station.touched &+= UInt32(truncatingIfNeeded: firstCandidate(pair.hubspotID, pair.salesforceID))
    }
    for pair in station.known {
      let first = Int(firstCandidate(pair.hubspotID, pair.salesforceID))
      if first >= 0 { station.touched &+= UInt32(truncatingIfNeeded: entries[first].start) }
    }
    for place in station.known.indices {
      let pair = station.known[place]
      station.known[place].entry = find(pair.hubspotID, pair.salesforceID)
    }
    for pair in station.known {
      if let entry = pair.entry { station.touched &+= touch(entry) }
    }
  }
}
