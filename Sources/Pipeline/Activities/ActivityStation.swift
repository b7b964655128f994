import Activities
import CRM
import ConflictResolve
import Extract
import Map
import Normalize
import Records

/// What one thread needs to take the batches of one activity source through normalize, map and conflict-resolve.
protocol ActivityStation: AnyObject {
  /// Makes own values.
  func normalize(_ batch: inout RecordBatch)
  /// Brings the rows into the other side's words.
  func map(_ batch: inout RecordBatch)
  /// Decides the fate of each row.
  ///
  /// - Throws: `StagingError.failed` if map has left something that cannot be read.
  func resolve(_ batch: inout RecordBatch, _ report: inout ActivityReport) throws
}

/// Where the columns of the stages stand in a batch.
struct ActivityColumns {
  /// The first column of map, and that of conflict-resolve; 0 and behind, where a batch begins with map's columns.
  let map, fate: Int
  /// How many there are.
  let count: Int

  init(_ plan: ActivityPlan, _ source: ActivitySource, fromMap: Bool) {
    map = fromMap ? 0 : source.columns.count
    fate = map + Self.mapNames(plan).count
    count = fate + Self.fateNames(plan).count
  }

  static func mapNames(_ plan: ActivityPlan) -> [String] { plan.isImport ? ImportColumn.names : SyncColumn.names }
  static func fateNames(_ plan: ActivityPlan) -> [String] {
    plan.isImport ? ImportFateColumn.names : SyncFateColumn.names
  }
}

extension ActivityNormalizer {
  /// A normalizer for a source as its files write it.
  init(_ source: ActivitySource, _ files: [SourceFile]) {
    self.init(source, zone: files.first?.zone ?? .utc, dateOrder: files.first?.dateOrder)
  }
}

/// The station of a Salesforce source.
final class ImportStation: ActivityStation {
  private var normalizer: ActivityNormalizer
  private var mapper: ImportMapper
  private var resolver: ImportResolver

  init(
    _ plan: ActivityPlan, _ source: ActivitySource, _ files: [SourceFile], _ lookups: ActivityLookups,
    _ columns: ActivityColumns
  ) {
    normalizer = ActivityNormalizer(source, files)
    mapper = ImportMapper(plan, source, lookups, at: columns.map)
    resolver = ImportResolver(plan, from: columns.map, at: columns.fate)
  }

  func normalize(_ batch: inout RecordBatch) { normalizer.run(&batch) }
  func map(_ batch: inout RecordBatch) { mapper.run(&batch) }
  func resolve(_ batch: inout RecordBatch, _ report: inout ActivityReport) throws { try resolver.run(&batch, &report) }
}

/// The station of a HubSpot source.
final class SyncStation: ActivityStation {
  private var normalizer: ActivityNormalizer
  private var mapper: SyncMapper
  private var resolver: SyncResolver

  init(
    _ plan: ActivityPlan, _ source: ActivitySource, _ files: [SourceFile], _ lookups: ActivityLookups,
    _ columns: ActivityColumns
  ) {
    normalizer = ActivityNormalizer(source, files)
    mapper = SyncMapper(plan, source, lookups, at: columns.map)
    resolver = SyncResolver(plan, from: columns.map, at: columns.fate)
  }

  func normalize(_ batch: inout RecordBatch) { normalizer.run(&batch) }
  func map(_ batch: inout RecordBatch) { mapper.run(&batch) }
  func resolve(_ batch: inout RecordBatch, _ report: inout ActivityReport) throws { try resolver.run(&batch, &report) }
}
