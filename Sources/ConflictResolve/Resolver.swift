import CRM
import CSV
import Records
import Staging

/// The fourth stage: decides every cell of a chunk whose two sides are in memory, normalized and mapped.
///
/// Threads may resolve different pieces of the chunk at the same time, each with a station of its own.
public final class Resolver: @unchecked Sendable {
  private let shared: ResolvePlan
  private let hubspot: BatchList
  private let salesforce: BatchList
  private let pairs: PairResolver
  private let creates: CreateResolver
  private let stations: UnsafeMutablePointer<Station>
  private let threads: Int
  private let places: RowPlaces

  /// A resolver for one chunk, for this many threads.
  ///
  /// - Throws: `StagingError` if the chunk's part of the baseline is missing or damaged.
  public init(
    _ plan: ObjectPlan, hubspot: BatchList, salesforce: BatchList, chunk: Int, store: any StagingStore,
    context: ResolveContext, threads: Int
  ) throws {
    let shared = ResolvePlan(
      plan, context, try BaselineChunk(plan, chunk: chunk, from: store),
      try CellTimes(plan, chunk: chunk, from: store))
    self.shared = shared
    self.hubspot = hubspot
    self.salesforce = salesforce
    self.threads = max(1, threads)
    pairs = PairResolver(shared)
    creates = CreateResolver(shared)
    places = RowPlaces(salesforce)
    stations = .allocate(capacity: self.threads)
    for thread in 0..<self.threads { (stations + thread).initialize(to: Station(shared)) }
  }

  deinit {
    stations.deinitialize(count: threads)
    stations.deallocate()
  }

  /// How many pieces of work the chunk has: its HubSpot batches, then its Salesforce batches.
  public var pieces: Int { hubspot.count + salesforce.count }

  /// Resolves one piece on one thread, then hands the thread's output to `deliver`, which must take it.
  ///
  /// - Throws: `StagingError.failed` if a partner is not in the chunk, and what `deliver` throws.
  public func resolve(piece: Int, thread: Int, deliver: (inout ResolveOutput) throws -> Void) throws {
    let isSalesforce = piece >= hubspot.count
    stations[thread].output.ofSalesforce = isSalesforce
    if isSalesforce {
      resolveSalesforce(piece - hubspot.count, &stations[thread])
    } else {
      try resolveHubSpot(piece, &stations[thread])
    }
    try deliver(&stations[thread].output)
  }

  /// When all pieces are resolved: what stays in the baseline though the run did not find it.
  ///
  /// - Throws: what `deliver` throws.
  public func finish(deliver: (inout ResolveOutput) throws -> Void) throws {
    Aging(shared).age(&stations[0])
    try deliver(&stations[0].output)
  }

  /// What all threads counted.
  public var counts: ChunkCounts {
    (0..<threads).reduce(into: ChunkCounts()) { $0.add(stations[$1].counters.named(shared.names, shared.plan)) }
  }

  /// How many rows have their partners fetched at once: few enough that the first-level cache holds most of them.
  static let runLength = 64

  private func resolveHubSpot(_ batch: Int, _ station: inout Station) throws {
    let rows = hubspot[batch].pointee.rowCount
    for start in stride(from: 0, to: rows, by: Self.runLength) {
      try resolveHubSpot(batch, start..<min(start + Self.runLength, rows), &station)
    }
  }

  /// Resolves a run of HubSpot rows, whose partners are fetched first.
  private func resolveHubSpot(_ batch: Int, _ rows: Range<Int>, _ station: inout Station) throws {
    station.partners.removeAll(keepingCapacity: true)
    for row in rows {
      let info = hubspot[batch].pointee[info: row]
      guard info.partner >= 0 else { continue }
      guard let place = places.find(info.partner) else {
        throw StagingError.failed(
          "HubSpot row \(info.row) of \(shared.plan.object) is paired with a Salesforce row that its chunk "
            + "does not hold: run extract again")
      }
      station.partners.append(RecordView(salesforce[place.batch].pointee, place.row))
    }
    let columns = shared.salesforce.count
    for partner in station.partners { station.touched &+= partner.touchReferences(columns: columns) }
    for partner in station.partners { station.touched &+= partner.touchCells(columns: columns) }
    var partner = 0
    for row in rows {
      let record = RecordView(hubspot[batch].pointee, row)
      if record.info.partner < 0 {
        creates.resolve(record, .hubspot, &station)
      } else {
        let other = station.partners[partner]
        pairs.resolve(record, other, &station)
        partner += 1
      }
    }
  }

  /// Resolves the Salesforce rows that have no partner.
  private func resolveSalesforce(_ batch: Int, _ station: inout Station) {
    for row in 0..<salesforce[batch].pointee.rowCount where salesforce[batch].pointee[info: row].partner < 0 {
      creates.resolve(RecordView(salesforce[batch].pointee, row), .salesforce, &station)
    }
  }
}
