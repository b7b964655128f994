import CRM
import CSV
import Parallel
import Records
import Staging

/// The fourth stage: decides every cell of a chunk, normalized and mapped.
///
/// The chunk's Salesforce side is in memory, since its rows are looked up as the partners of HubSpot's; those come in batches,
/// one behind the other. Threads may resolve different batches at the same time, each with a station of its own.
public final class Resolver: @unchecked Sendable {
  private let shared: ResolvePlan
  private let salesforce: PartnerRows
  private let pairs: PairResolver
  private let creates: CreateResolver
  private let stations: UnsafeMutablePointer<Station>
  private let stationCount: Int
  private let partners: PartnerIndex

  /// A resolver for one chunk, for work at the stations of `workers`.
  ///
  /// - Throws: `StagingError` if the chunk's part of the baseline is missing or damaged.
  public init(
    _ plan: ObjectPlan, salesforce: PartnerRows, chunk: Int, store: any StagingStore,
    context: ResolveContext, workers: Workers
  ) throws {
    let shared = ResolvePlan(
      plan, context, try BaselineChunk(plan, chunk: chunk, from: store, workers: workers),
      try CellTimes(plan, chunk: chunk, from: store))
    self.shared = shared
    self.salesforce = salesforce
    stationCount = workers.stations
    pairs = PairResolver(shared)
    creates = CreateResolver(shared)
    partners = PartnerIndex(salesforce)
    stations = .allocate(capacity: stationCount)
    for station in 0..<stationCount { (stations + station).initialize(to: Station(shared)) }
  }

  deinit {
    stations.deinitialize(count: stationCount)
    stations.deallocate()
  }

  /// Resolves a batch of HubSpot rows at a station; `flush` hands on what comes of it.
  ///
  /// - Throws: `StagingError.failed` if a partner is not in the chunk, `damaged` if the baseline cannot be read again.
  public func resolve(_ hubspot: borrowing RecordBatch, station: Int) throws {
    stations[station].output.ofSalesforce = false
    for start in stride(from: 0, to: hubspot.rowCount, by: Self.runLength) {
      try resolve(hubspot, start..<min(start + Self.runLength, hubspot.rowCount), &stations[station])
    }
  }

  /// How many Salesforce batches the chunk has.
  public var salesforceBatches: Int { salesforce.batchCount }

  /// The same for the Salesforce rows of a batch that have no partner.
  public func resolveSalesforce(batch: Int, station: Int) {
    stations[station].output.ofSalesforce = true
    salesforce.forEachRow(ofBatch: batch) { _, isPaired, record in
      if !isPaired { creates.resolve(record, .salesforce, &stations[station]) }
    }
  }

  /// When all batches are resolved: what stays in the baseline though the run did not find it.
  ///
  /// - Throws: `StagingError.damaged` if the baseline cannot be read again.
  public func age(station: Int) throws { try Aging(shared).age(&stations[station]) }

  /// Hands on the rows that were made at a station since the last time, and forgets them.
  ///
  /// - Throws: what `write` throws.
  public func flush(station: Int, _ write: (ResolveOutput.Table, Bytes) throws -> Void) throws {
    try stations[station].output.flush(write)
  }

  /// What was counted at all stations.
  public var counts: ChunkCounts {
    (0..<stationCount).reduce(into: ChunkCounts()) { $0.add(stations[$1].counters.named(shared.names, shared.plan)) }
  }

  /// How many rows have their partners fetched at once: few enough that the first-level cache holds most of them.
  static let runLength = 64

  /// Resolves a run of HubSpot rows, whose partners are fetched first.
  private func resolve(_ hubspot: borrowing RecordBatch, _ rows: Range<Int>, _ station: inout Station) throws {
    station.partners.removeAll(keepingCapacity: true)
    for row in rows { station.touched &+= partners.touchSlot(hubspot[info: row].partner) }
    for row in rows { station.touched &+= partners.touchRecord(hubspot[info: row].partner) }
    for row in rows {
      let info = hubspot[info: row]
      guard info.partner >= 0 else { continue }
      guard let partner = partners.find(info.partner) else {
        throw StagingError.failed(
          "HubSpot row \(info.row) of \(shared.plan.object) is paired with a Salesforce row that its chunk "
            + "does not hold: run extract again")
      }
      station.partners.append(partner)
    }
    for partner in station.partners { station.touched &+= partner.touch() }
    shared.baseline.recall(hubspot, rows, shared, &station)
    var partner = 0
    for row in rows {
      let record = RecordView(hubspot, row)
      if record.info.partner < 0 {
        creates.resolve(record, .hubspot, &station)
      } else {
        let other = station.partners[partner]
        if let entry = station.known[partner].entry {
          try station.remembered.take(entry, of: shared.baseline)
        } else {
          station.remembered.forget()
        }
        pairs.resolve(record, other, &station)
        partner += 1
      }
    }
  }
}
