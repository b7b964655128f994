import Benchmark
import CRM
import ConflictResolve
import Parallel
import Records
import Staging

/// Pairs to decisions, with the rows of the next baseline and of the change log.
nonisolated(unsafe) let deciding = BenchmarkSuite(name: "decide 1,000 pairs of 13 cells") { suite in
  for share in [0, 10, 100] {
    guard let pairs = try? Pairs(differing: share) else { preconditionFailure("an empty baseline can be read") }
    suite.benchmark("\(share)% of the cells differ") { sink ^= try pairs.resolve() }
  }
}

/// A chunk of paired records in memory, normalized and mapped, on a first night.
private struct Pairs: ~Copyable {
  private let resolver: Resolver
  private let hubspot: RecordBatch

  init(differing share: Int) throws {
    let mappings = MappingResolution(
      (0..<13).map { MappingRow(property: "p\($0)", field: "F\($0)__c", rule: .twoWay) }, hubspot: nil,
      objects: [SalesforceObject(name: "Account", schema: nil)]
    ).mappings
    let plan = ObjectPlan(
      object: "companies", salesforceObjects: ["Account"], links: [], hubspotIDField: nil, keys: [], mappings: mappings,
      vocabularies: mappings.map { _ in .none }, createIn: [], createAs: 0, firstRun: .newerRecord, tie: .salesforce,
      salesforceBlankClears: false, integrationUser: "", requiredFields: [[]], pipelineZone: .utc, keepBaseline: 30,
      setsMaxCreates: true)
    hubspot = Self.side(.hubspot, plan, share)
    let salesforce = PartnerRows()
    try salesforce.keep(Self.side(.salesforce, plan, share), 0)
    resolver = try Resolver(
      plan, salesforce: salesforce, chunk: 0, store: EmptyBaseline(header: BaselineLayout(plan).columns),
      context: ResolveContext(hubspotFiles: ["h.csv"], salesforceFiles: ["s.csv"], heldIn: [], retriesCreates: false),
      workers: Workers(count: 1))
  }

  /// How many bytes of output the decisions make.
  func resolve() throws -> Int {
    var count = 0
    try resolver.resolve(hubspot, station: 0)
    try resolver.flush(station: 0) { _, rows in count += rows.count }
    return count
  }

  private static func side(_ side: Side, _ plan: ObjectPlan, _ share: Int) -> RecordBatch {
    let tables = SideTables(plan, side)
    var batch = RecordBatch(columnCount: tables.map.cells.count, rowCapacity: Exports.count, arenaCapacity: 1 << 20)
    for number in 0..<Exports.count {
      var info = RowInfo(row: Int32(number), line: number + 2)
      info.partner = Int32(number)
      info.verdict = Verdict.pairedByLink.rawValue
      let row = batch.appendRow(info)
      func put(_ column: Int, _ text: String) {
        let bytes = Array(text.utf8)
        let field = bytes.withUnsafeBufferPointer { batch.store($0) }
        batch[row, column] = field
      }
      put(tables.id, side == .hubspot ? "\(1000 + number)" : "0015g0000\(number + 100000)AAA")
      put(tables.time, "2026-01-01T00:00:0\(side == .hubspot ? 1 : 2).000Z")
      for mapping in 0..<13 {
        let differs = (number * 13 + mapping) * 7919 % 100 < share
        put(tables.firstMapping + mapping, differs ? "\(side.name) \(number)" : "Nordic Fjord \(number)")
      }
    }
    return batch
  }
}

/// A store that has nothing but an empty baseline: that of a first night.
private struct EmptyBaseline: StagingStore {
  let header: [String]

  func reader(_ table: TableName) throws -> any TableReader {
    guard table.part == "baseline" else { throw StagingError.missing(table) }
    return Reader(rest: Array("\(header.joined(separator: ","))\n".utf8))
  }

  func writer(_ table: TableName, columns: [String]) throws -> any TableWriter { throw StagingError.missing(table) }
  func exists(_ table: TableName) -> Bool { table.part == "baseline" }
  func share(_ table: TableName, as other: TableName) throws { throw StagingError.missing(table) }
  func clear(_ stage: Stage, object: String) throws {}

  private final class Reader: TableReader {
    private var rest: [UInt8]
    init(rest: [UInt8]) { self.rest = rest }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      let piece = rest.prefix(buffer.count)
      buffer.copyBytes(from: piece)
      rest.removeFirst(piece.count)
      return piece.count
    }
  }
}
