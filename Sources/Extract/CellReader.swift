import CRM
import CXXHash
import Records
import Staging

/// Reads what pairing needs from the cells of a row: id, link, time, match keys.
struct CellReader: ~Copyable {
  /// A link property: its column, and the Salesforce object that it names.
  private struct Link {
    var column: Int
    var object: Int
  }

  /// A match key: its column, and how its values are compared.
  private struct Key {
    var column: Int
    var comparison: Comparison
  }

  private let links: PlainTable<Link>
  private let keys: PlainTable<Key>
  private let object: UInt8
  private let zone: TimeZoneTable
  private let dateOrder: DateOrder?
  private let text: ValueFormat
  private let boolean: ValueFormat
  private let idFieldColumn: Int
  private let deletedColumn: Int
  private let convertedColumn: Int
  private let convertedContactColumn: Int
  private let timeColumn: Int
  private let mergedColumn: Int
  private var canonicalizer = Canonicalizer()
  private var comparer = Comparer()
  private var key = ByteBuffer(capacity: 256)

  init(_ plan: ObjectPlan, _ tables: SideTables, _ source: SourceFile) {
    object = UInt8(truncatingIfNeeded: source.object)
    zone = source.zone
    dateOrder = source.dateOrder
    text = ValueFormat(kind: .text, side: source.side)
    boolean = ValueFormat(kind: .boolean, side: source.side)
    func column(_ name: String) -> Int { tables.extract.place(of: name) ?? -1 }
    links = PlainTable(plan.links.map { Link(column: column($0.property), object: $0.object) })
    keys = PlainTable(
      plan.keys.map {
        Key(column: column(source.side == .hubspot ? $0.hubspot : $0.salesforce), comparison: $0.comparison)
      })
    idFieldColumn = plan.hubspotIDField.map { column($0) } ?? -1
    deletedColumn = column("IsDeleted")
    convertedColumn = column("IsConverted")
    convertedContactColumn = column("ConvertedContactId")
    mergedColumn = source.side == .hubspot ? column(SideTables.mergedIDs) : -1
    timeColumn = column(source.side == .hubspot ? plan.hubspotTimeProperty : "LastModifiedDate")
  }

  /// Adds a HubSpot row; `raw` gives the cell of a column of the extract table. The code says why it cannot be read.
  ///
  /// - Throws: `StagingError.failed` if the index cannot be written.
  mutating func read(into index: inout HubSpotIndex, _ raw: (Int) -> Bytes) throws -> IssueCode {
    let (id, code) = hubspotID(raw(0))
    index.ids.append(id)
    var facts = HubSpotFacts(time: time(raw(timeColumn)))
    for place in links.indices where facts.linkState == .none {
      let cell = canonical(raw(links[place].column), text)
      // A link that is no UTF-8 comes back empty, and is no blank one: its record must not be created again.
      guard cell.count > 0 || cell.issue != .none else { continue }
      facts.linkObject = UInt8(truncatingIfNeeded: links[place].object)
      facts.linkState = .malformed
      if cell.issue == .none, let id = SalesforceKey(cell.bytes) {
        facts.linkState = .id
        facts.link = id
      }
    }
    try index.facts.append(facts)
    for place in keys.indices {
      try index.keys[place].append(digest(raw(keys[place].column), keys[place].comparison))
    }
    if mergedColumn >= 0 && id != 0 { readMerges(into: &index, raw(mergedColumn)) }
    return code
  }

  /// The ids that were merged into the row that was added last.
  private mutating func readMerges(into index: inout HubSpotIndex, _ raw: Bytes) {
    let cell = canonical(raw, text)
    guard cell.count > 0 else { return }
    let row = Int32(truncatingIfNeeded: index.count - 1)
    forEachMergedID(in: cell.bytes) { index.merges.append(($0, row)) }
  }

  /// Adds a Salesforce row, likewise.
  ///
  /// - Throws: `StagingError.failed` if the index cannot be written.
  mutating func read(into index: inout SalesforceIndex, _ raw: (Int) -> Bytes) throws -> IssueCode {
    let (id, code) = salesforceID(raw(0))
    index.ids.append(id)
    index.objects.append(object)
    var facts = SalesforceFacts(time: time(raw(timeColumn)))
    if idFieldColumn >= 0 {
      let cell = canonical(raw(idFieldColumn), text)
      if cell.count > 0 || cell.issue != .none { facts.hubspotID = UInt64(digits: cell.bytes) ?? .max }
    }
    facts.exclusion = exclusion(raw, &index)
    try index.facts.append(facts)
    for place in keys.indices {
      try index.keys[place].append(digest(raw(keys[place].column), keys[place].comparison))
    }
    return code
  }

  /// Whether the row that was added last takes part; a converted lead names the contact that stands for it.
  private mutating func exclusion(_ raw: (Int) -> Bytes, _ index: inout SalesforceIndex) -> Verdict {
    if isTrue(raw(deletedColumn)) { return .deletedInSalesforce }
    let contact = canonical(raw(convertedContactColumn), text)
    if contact.count > 0 {
      if let contact = SalesforceKey(contact.bytes) {
        index.conversions.append((Int32(truncatingIfNeeded: index.ids.count - 1), contact))
      }
      return .convertedLead
    }
    return isTrue(raw(convertedColumn)) ? .convertedLead : .free
  }

  // MARK: Cells

  private struct Cell {
    var bytes: Bytes
    var issue: IssueCode
    var count: Int { bytes.count }
  }

  /// The canonical value of a cell, until the next call.
  private mutating func canonical(_ raw: Bytes, _ format: ValueFormat) -> Cell {
    guard raw.count > 0 else { return Cell(bytes: .none, issue: .none) }
    let cell = canonicalizer.canonicalize(raw, format)
    let bytes =
      cell.place == .raw ? raw.part(cell.start, cell.count) : canonicalizer.scratch.part(cell.start, cell.count)
    return Cell(bytes: bytes, issue: cell.issue)
  }

  private mutating func hubspotID(_ raw: Bytes) -> (UInt64, IssueCode) {
    let cell = canonical(raw, text)
    if cell.issue != .none { return (0, cell.issue) }
    guard cell.count > 0 else { return (0, .missingID) }
    guard let id = UInt64(digits: cell.bytes), id > 0 else { return (0, .invalidID) }
    return (id, .none)
  }

  private mutating func salesforceID(_ raw: Bytes) -> (SalesforceKey, IssueCode) {
    let cell = canonical(raw, text)
    if cell.issue != .none { return (.absent, cell.issue) }
    guard cell.count > 0 else { return (.absent, .missingID) }
    guard let id = SalesforceKey(cell.bytes) else { return (.absent, .invalidID) }
    return (id, .none)
  }

  private func time(_ raw: Bytes) -> Int64 {
    guard raw.count > 0 else { return .min }
    return parseInstant(raw, sourceZone: zone, dateOrder: dateOrder) ?? .min
  }

  private mutating func isTrue(_ raw: Bytes) -> Bool {
    guard raw.count > 0 else { return false }
    let cell = canonical(raw, boolean)
    return cell.issue == .none && cell.bytes.same(as: "true")
  }

  /// The digest of a key under its comparison, compared as text (semantics 3.5).
  private mutating func digest(_ raw: Bytes, _ comparison: Comparison) -> KeyDigest {
    guard raw.count > 0 else { return .blank }
    let cell = canonicalizer.canonicalize(raw, text)
    guard cell.issue == .none, cell.count > 0 else { return .blank }
    let value =
      cell.place == .raw ? raw.part(cell.start, cell.count) : canonicalizer.scratch.part(cell.start, cell.count)
    key.clear()
    comparer.key(value, comparison, into: &key)
    let hash = XXH3_128bits(key.base, key.count)
    return KeyDigest(high: hash.high64 | 1, low: hash.low64)
  }
}
