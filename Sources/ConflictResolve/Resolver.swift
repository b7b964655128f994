import CRM
import CSV
import Records
import Staging

/// The fourth stage: decides every cell of a chunk whose two sides are in memory, normalized and mapped.
///
/// Threads may resolve different batches of the chunk at the same time, each with a `Station` of its own.
public final class Resolver: @unchecked Sendable {
  private let plan: ObjectPlan
  private let traits: [MappingTraits]
  private let hubspot: BatchList
  private let salesforce: BatchList
  private let baseline: BaselineChunk
  private let hubspotTables: SideTables
  private let salesforceTables: SideTables
  private let pairs: PairResolver
  private let creates: CreateResolver
  private let stations: [Station]
  /// Where each Salesforce row of the chunk stands: batch and row.
  private var places: [Int32: (Int32, Int32)] = [:]

  /// A resolver for one chunk, for this many threads.
  public init(
    _ plan: ObjectPlan, hubspot: BatchList, salesforce: BatchList, chunk: Int, store: any StagingStore,
    context: ResolveContext, threads: Int
  ) throws {
    self.plan = plan
    self.hubspot = hubspot
    self.salesforce = salesforce
    let traits = plan.mappings.map { MappingTraits($0, plan) }
    self.traits = traits
    baseline = try BaselineChunk(plan, chunk: chunk, from: store)
    hubspotTables = SideTables(plan, .hubspot)
    salesforceTables = SideTables(plan, .salesforce)
    let winner: Side? =
      switch plan.firstRun {
      case .newerRecord: nil
      case .salesforce: .salesforce
      case .hubspot: .hubspot
      }
    pairs = PairResolver(
      plan: plan, traits: traits, context: context, baseline: baseline,
      policy: DecisionPolicy(
        firstRunWinner: winner, tie: plan.tie, salesforceBlankClears: plan.salesforceBlankClears))
    creates = CreateResolver(plan: plan, traits: traits, context: context)
    stations = (0..<max(1, threads)).map { _ in Station(plan, traits) }
    places.reserveCapacity(salesforce.rowCount)
    for batch in 0..<salesforce.count {
      for row in 0..<salesforce[batch].pointee.rowCount {
        places[salesforce[batch].pointee[info: row].row] = (Int32(batch), Int32(row))
      }
    }
  }

  /// How many pieces of work the chunk has: its HubSpot batches, then its Salesforce batches, then one for the baseline.
  public var pieces: Int { hubspot.count + salesforce.count + 1 }

  /// Resolves one piece on one thread; the output is valid until the thread's next piece.
  ///
  /// - Throws: `StagingError.damaged` if a partner is not in the chunk.
  public func resolve(piece: Int, thread: Int) throws -> ResolveOutput {
    let station = stations[thread]
    if piece < hubspot.count {
      station.output = station.output(ofSalesforce: false)
      try resolveHubSpot(piece, station)
    } else if piece < hubspot.count + salesforce.count {
      station.output = station.output(ofSalesforce: true)
      resolveSalesforce(piece - hubspot.count, station)
    } else {
      station.output = station.output(ofSalesforce: false)
      ageBaseline(station)
    }
    return station.output
  }

  /// What all threads counted.
  public var counts: ChunkCounts {
    stations.reduce(into: ChunkCounts()) { $0.add($1.namedCounts()) }
  }

  private func resolveHubSpot(_ batch: Int, _ station: Station) throws {
    for row in 0..<hubspot[batch].pointee.rowCount {
      let record = RecordView(batch: hubspot[batch], row: row, tables: hubspotTables)
      let partner = record.info.partner
      guard partner >= 0 else {
        creates.resolve(record, station)
        continue
      }
      guard let place = places[partner] else {
        throw StagingError.failed(
          "HubSpot row \(record.info.row) of \(plan.object) is paired with a Salesforce row that its chunk does not hold: run extract again")
      }
      let other = RecordView(batch: salesforce[Int(place.0)], row: Int(place.1), tables: salesforceTables)
      pairs.resolve(record, other, station)
    }
  }

  private func resolveSalesforce(_ batch: Int, _ station: Station) {
    for row in 0..<salesforce[batch].pointee.rowCount {
      let record = RecordView(batch: salesforce[batch], row: row, tables: salesforceTables)
      if record.info.partner < 0 { creates.resolve(record, station) }
    }
  }

  // MARK: What the baseline knows and the run did not find

  /// Pairs that are not found leave the baseline after some runs, but never while one half is there without the other.
  private func ageBaseline(_ station: Station) {
    guard !baseline.entries.isEmpty else { return }
    var hubspotRows: [UInt64: Bool] = [:]
    var salesforceRows: [SalesforceKey: Bool] = [:]
    var paired: Set<PairOfIDs> = []
    collect(&hubspotRows, &salesforceRows, &paired)
    for number in baseline.entries.indices {
      let entry = baseline.entries[number]
      guard let key = entry.salesforceID, entry.hubspotID != 0 else {
        ageCreate(number, isThere: entry.salesforceID.map { salesforceRows[$0] != nil } ?? (hubspotRows[entry.hubspotID] != nil), station)
        continue
      }
      if paired.contains(PairOfIDs(hubspot: entry.hubspotID, salesforce: key)) { continue }
      let isHalfThere = (hubspotRows[entry.hubspotID] != nil) != (salesforceRows[key] != nil)
      let missed = entry.missed + 1
      if isHalfThere || missed <= plan.keepBaseline { keep(number, missed: missed, station) }
    }
  }

  /// A create whose record is there was remembered again, or forgotten, when the record was resolved.
  private func ageCreate(_ number: Int, isThere: Bool, _ station: Station) {
    let missed = baseline.entries[number].missed + 1
    if !isThere && missed <= plan.keepBaseline { keep(number, missed: missed, station) }
  }

  private struct PairOfIDs: Hashable {
    var hubspot: UInt64
    var salesforce: SalesforceKey
  }

  private func collect(
    _ hubspotRows: inout [UInt64: Bool], _ salesforceRows: inout [SalesforceKey: Bool], _ paired: inout Set<PairOfIDs>
  ) {
    for batch in 0..<salesforce.count {
      for row in 0..<salesforce[batch].pointee.rowCount {
        let record = RecordView(batch: salesforce[batch], row: row, tables: salesforceTables)
        let isGone = Verdict(rawValue: record.info.verdict)?.isExcluded ?? false
        if let key = SalesforceKey(record.id), !isGone { salesforceRows[key] = true }
      }
    }
    for batch in 0..<hubspot.count {
      for row in 0..<hubspot[batch].pointee.rowCount {
        let record = RecordView(batch: hubspot[batch], row: row, tables: hubspotTables)
        guard let id = UInt64(record.id.text) else { continue }
        hubspotRows[id] = true
        guard let place = places[record.info.partner] else { continue }
        let other = salesforce[Int(place.0)].pointee.bytes(Int(place.1), salesforceTables.id)
        if let key = SalesforceKey(other) { paired.insert(PairOfIDs(hubspot: id, salesforce: key)) }
      }
    }
  }

  /// Writes an entry as it was, with a new count of the runs that did not find it.
  private func keep(_ number: Int, missed: Int, _ station: Station) {
    let entry = baseline.entries[number]
    if entry.hubspotID != 0 { station.output.baseline.append(String(entry.hubspotID)) }
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.appendCSV(entry.objectName)
    station.output.baseline.append(UInt8(ascii: ","))
    if let key = entry.salesforceID { key.write18(into: &station.output.baseline) }
    station.output.baseline.append(UInt8(ascii: ","))
    station.output.baseline.append(decimal: missed)
    for column in 0..<(traits.count * 3) {
      station.output.baseline.append(UInt8(ascii: ","))
      let cell = baseline.cell(number, column)
      if !cell.isAbsent { station.output.baseline.appendCSVQuoted(cell.bytes) }
    }
    station.output.baseline.append(UInt8(ascii: "\n"))
  }
}
