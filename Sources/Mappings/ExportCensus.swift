import CRM
import Extract
import Foundation
import Parallel
import PipelineFile
import Records

/// What the exports say about the mappings of an object: which values the other side will not take, and how many records
/// have them.
///
/// One pass over all bytes of each export, a file a thread.
struct ExportCensus: Sendable {
  let pipeline: PipelineDefinition
  let object: InspectedObject
  let mappings: [FieldMapping]

  /// The columns of both sides, counted; a side whose export is not there is absent.
  struct Counted: Sendable {
    /// By mapping.
    var hubspot: [ColumnCount]?
    var salesforce: [ColumnCount]?
  }

  /// Counts. Throws `SourceError` if an export is there and cannot be read.
  func take() throws -> Counted {
    let scratch = FileManager.default.temporaryDirectory.path + "/resync-census-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let files = sourceFiles()
    let results = Results(files.count)
    try Workers(count: ProcessInfo.processInfo.activeProcessorCount).forEach(files.count) { _, number in
      results.set(number, try count(files[number], scratch: scratch))
    }
    var counted = Counted()
    for (file, columns) in zip(files, results.all) {
      switch file.side {
      case .hubspot: counted.hubspot = Self.sum(counted.hubspot, columns)
      case .salesforce: counted.salesforce = Self.sum(counted.salesforce, columns)
      }
    }
    return counted
  }

  private func count(_ file: SourceFile, scratch: String) throws -> [ColumnCount] {
    let names = mappings.map { file.side == .hubspot ? $0.property : $0.field }
    var columns = mappings.map { mapping in
      ColumnCount(mapping, file, pipelineZone: pipeline.timezone)
    }
    let served = mappings.indices.filter { file.side == .hubspot || mappings[$0].serves[file.object] }
    var canonicalizer = Canonicalizer()
    var missing: Set<Int> = []
    try ExportScan(file, columns: names).forEachRow(scratch: scratch) {
      missing.insert($0)
    } _: { cell in
      for column in served { columns[column].add(cell(column), &canonicalizer) }
    }
    for column in missing.intersection(served) { columns[column].isMissing = true }
    return columns
  }

  private static func sum(_ left: [ColumnCount]?, _ right: [ColumnCount]) -> [ColumnCount] {
    guard let left else { return right }
    return zip(left, right).map { $0.adding($1) }
  }

  private func sourceFiles() -> [SourceFile] {
    let sources =
      [object.hubspotSource].map { ($0, 0) } + object.salesforceSources.enumerated().map { ($0.element, $0.offset) }
    return sources.flatMap { source, number -> [SourceFile] in
      guard let source else { return [] }
      if let database = database(source, number) { return [database] }
      guard let paths = try? source.resolveFiles(pipeline: pipeline.file) else { return [] }
      return paths.map { path in
        SourceFile(
          source: "\(source.side.name)/\(source.object)", side: source.side, object: number, path: path,
          displayName: path, encoding: source.encoding, delimiter: source.delimiter, zone: source.timezone,
          dateOrder: source.dateOrder, columnNames: object.columnNames(of: source))
      }
    }
  }
}

extension ExportCensus {
  /// The table or query of a source, if it is one; its columns come under the names of the metadata and the mappings.
  private func database(_ source: SourceDefinition, _ number: Int) -> SourceFile? {
    guard case .postgres(let url, let table, let query, _) = source.rows else { return nil }
    let known =
      source.side == .hubspot
      ? object.hubspotSchema?.properties.map(\.name) : object.salesforceObjects[number].schema?.fields.map(\.name)
    let rows = DatabaseRows(
      url: url.reveal(), table: table, query: query, side: source.side, fields: known ?? [], declared: source.columns)
    return SourceFile(
      source: "\(source.side.name)/\(source.object)", side: source.side, object: number, database: rows,
      zone: source.timezone, dateOrder: source.dateOrder)
  }
}

/// What the threads found, by file.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var found: [[ColumnCount]]

  init(_ count: Int) { found = Array(repeating: [], count: count) }

  func set(_ number: Int, _ columns: [ColumnCount]) {
    lock.lock()
    defer { lock.unlock() }
    found[number] = columns
  }

  var all: [[ColumnCount]] { found }
}
