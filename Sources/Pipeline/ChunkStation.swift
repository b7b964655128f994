import ConflictResolve
import Map
import Normalize
import Records
import Staging

/// What is needed to take batches of a chunk through the stages, one behind the other: a batch of each side, and the rows that it has encoded.
final class ChunkStation: @unchecked Sendable {
  private let tables: [SideTables]
  private let first: Stage
  private let last: Stage
  private var hubspot: Normalizer
  private var salesforce: Normalizer
  private var mapper: Mapper
  private var hubspotBlock: StagedBlock
  private var salesforceBlock: StagedBlock
  private(set) var normalized = EncodedRows()
  private(set) var mapped = EncodedRows()
  /// How long it has worked for each stage.
  private(set) var seconds: [Stage: Double] = [:]

  /// A station for the stages `first` … `last`.
  init(_ plan: ObjectPlan, _ tables: [SideTables], _ formats: SourceFormats, from first: Stage, to last: Stage) {
    self.tables = tables
    self.first = first
    self.last = last
    hubspot = Normalizer(plan, tables[0], sources: [formats.hubspot])
    salesforce = Normalizer(plan, tables[1], sources: formats.salesforce)
    mapper = Mapper(plan, tables[0])
    hubspotBlock = StagedBlock(columnCount: tables[0].map.cells.count)
    salesforceBlock = StagedBlock(columnCount: tables[1].map.cells.count)
  }

  /// Takes the next batch of a side.
  func next(of reader: BatchReader, side: Int) throws -> Int? {
    side == 0 ? try reader.next(into: &hubspotBlock) : try reader.next(into: &salesforceBlock)
  }

  /// The rows of the batch of a side.
  func rowCount(side: Int) -> Int { side == 0 ? hubspotBlock.batch.rowCount : salesforceBlock.batch.rowCount }

  /// Keeps the rows of the Salesforce batch, which has this number, for HubSpot's to be resolved with.
  func keepSalesforceBatch(_ number: Int, in partners: PartnerRows) throws {
    try time(.conflictResolve) { try partners.keep(salesforceBlock.batch, number) }
  }

  /// Takes the batch of a side through normalize and map.
  func transform(side: Int) {
    normalized.clear()
    mapped.clear()
    if side == 0 { transformHubSpot() } else { transformSalesforce() }
  }

  private func transformHubSpot() {
    if first <= .normalize {
      time(.normalize) {
        hubspot.normalize(&hubspotBlock.batch)
        normalized.append(hubspotBlock.batch, tables[0].normalize)
      }
    }
    guard first <= .map && last >= .map else { return }
    time(.map) {
      mapper.map(&hubspotBlock.batch)
      if first <= .normalize {
        mapped.append(hubspotBlock.batch, tables[0].map, behind: normalized, of: tables[0].normalize)
      } else {
        mapped.append(hubspotBlock.batch, tables[0].map)
      }
    }
  }

  private func transformSalesforce() {
    guard first <= .normalize else { return }
    time(.normalize) {
      salesforce.normalize(&salesforceBlock.batch)
      normalized.append(salesforceBlock.batch, tables[1].normalize)
    }
  }

  /// Resolves the HubSpot batch.
  func resolve(with resolver: Resolver, station: Int) throws {
    try time(.conflictResolve) { try resolver.resolve(hubspotBlock.batch, station: station) }
  }

  private func time(_ stage: Stage, _ body: () throws -> Void) rethrows {
    let start = ContinuousClock.now
    defer { seconds[stage, default: 0] += (ContinuousClock.now - start).inSeconds }
    try body()
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
