import CRM
import CSV
import Records
import Staging

/// When a cell was last edited (spec, semantics 4, "Newer").
enum CellTime {
  /// No history tells: the time of the record, canonical, blank where it is not known.
  case record(Bytes)
  /// The last entry of its history that is no echo, seconds since 1970.
  case field(Int64)
  /// All entries of its history are echoes.
  case echoes

  /// Whether the cell has a time of its own.
  var isField: Bool {
    if case .field = self { return true }
    return false
  }

  private var isEchoes: Bool {
    if case .echoes = self { return true }
    return false
  }

  private var seconds: Int64? {
    switch self {
    case .record(let text): text.count == 0 ? nil : parseInstant(text, sourceZone: .utc, dateOrder: nil)
    case .field(let seconds): seconds
    case .echoes: nil
    }
  }

  /// The later of two times; times closer than `tolerance` seconds are a tie, and so is a missing one. Of a cell that only
  /// echoes wrote, the other is the newer.
  static func newer(_ h: CellTime, _ s: CellTime, tolerance: Int64) -> CellFacts.Newer {
    if h.isEchoes || s.isEchoes { return h.isEchoes == s.isEchoes ? .tie : h.isEchoes ? .salesforce : .hubspot }
    if tolerance == 0, case .record(let h) = h, case .record(let s) = s {
      // Canonical datetimes are in the order of their bytes.
      if h.count == 0 || s.count == 0 || h.same(as: s) { return .tie }
      return h.precedes(s) ? .salesforce : .hubspot
    }
    guard let first = h.seconds, let second = s.seconds, first != second else { return .tie }
    let distance = first > second ? first &- second : second &- first
    if distance < tolerance { return .tie }
    return first > second ? .hubspot : .salesforce
  }

  /// Appends the time as `conflicts.csv` has it: empty where there is none.
  func append(to out: inout ByteBuffer) {
    switch self {
    case .record(let text): out.append(text)
    case .field(let seconds): out.append(isoSeconds: seconds)
    case .echoes: break
    }
  }
}

/// When the two cells of a pair and mapping were last edited, and which is the later.
struct CellTimePair {
  let hubspot: CellTime
  let salesforce: CellTime
  let newer: CellFacts.Newer

  init(hubspot: CellTime, salesforce: CellTime, tolerance: Int64) {
    self.hubspot = hubspot
    self.salesforce = salesforce
    newer = CellTime.newer(hubspot, salesforce, tolerance: tolerance)
  }

  /// Both cells have a time of their own, from a history.
  var areOfFields: Bool { hubspot.isField && salesforce.isField }
}

/// The times of the cells of a chunk that have a history, reduced to what counts of it.
final class CellTimes: Sendable {
  /// The history of one cell.
  private struct Entry: Sendable {
    var row: Int32
    /// The number of the field, HubSpot's first, then Salesforce's.
    var field: Int32
    /// `Int64.min` where all its entries are echoes.
    var time: Int64
  }

  /// By row, then field, HubSpot's rows first.
  private let entries: [[Entry]]
  /// For each mapping, the number of its property, and of its field.
  private let fields: [[Int32]]

  /// Reads the history of a chunk; without history files there is none.
  ///
  /// - Throws: `StagingError` if it is missing or damaged.
  init(_ plan: ObjectPlan, chunk: Int, from store: any StagingStore) throws {
    let names = [plan.mappings.map(\.property), plan.mappings.map(\.field)]
    let tables = names.map { names in
      var table = ByteTable()
      for name in names { table.insert(name, table.count) }
      return table
    }
    fields = zip(names, tables).map { names, table in names.map { Int32(table.find($0) ?? -1) } }
    guard plan.hasHistory else {
      entries = [[], []]
      return
    }
    var loader = Loader(HistoryTable.name(plan.object, chunk: chunk), tables)
    try loader.load(from: store)
    entries = loader.sides
  }

  /// Whether no cell of the chunk has a history.
  var isEmpty: Bool { entries[0].isEmpty && entries[1].isEmpty }

  /// The time of a cell: that of its history, if it has one, else `record`.
  func time(_ side: Side, row: Int32, mapping: Int, record: Bytes) -> CellTime {
    let number = Int(side.rawValue)
    let list = entries[number]
    guard !list.isEmpty else { return .record(record) }
    let field = fields[number][mapping]
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if (list[middle].row, list[middle].field) < (row, field) { low = middle + 1 } else { high = middle }
    }
    guard low < list.count, list[low].row == row, list[low].field == field else { return .record(record) }
    return list[low].time == .min ? .echoes : .field(list[low].time)
  }

  /// Reads the staged entries, and reduces them as they come: a cell may have thousands.
  private struct Loader {
    private let name: TableName
    private let tables: [ByteTable]
    private(set) var sides: [[Entry]] = [[], []]
    private var limits = [1 << 16, 1 << 16]

    init(_ name: TableName, _ tables: [ByteTable]) {
      self.name = name
      self.tables = tables
    }

    mutating func load(from store: any StagingStore) throws {
      let reader = try store.reader(name)
      var blocks = BlockScanner()
      var buffer = ByteBuffer(capacity: BlockScanner.blockSize)
      var index = RecordIndex()
      var isHeader = true
      while try blocks.next(into: &buffer, &index, read: reader.read) {
        for record in 0..<index.recordCount {
          if isHeader {
            isHeader = false
            continue
          }
          let mark = index[record: record]
          let added =
            mark.fieldCount == 4
            && add { place in
              let field = index[field: Int(mark.firstField) + place]
              return buffer.part(Int(field.offset), field.count)
            }
          guard added else {
            throw StagingError.damaged(name, "line \(blocks.line + Int(mark.line)) cannot be read")
          }
        }
      }
      for side in 0..<2 { reduce(side) }
    }

    private mutating func add(_ cell: (Int) -> Bytes) -> Bool {
      let side = cell(0).same(as: "hubspot") ? 0 : 1
      guard let row = Int(decimal: cell(1)), row >= 0, row <= Int(Int32.max) else { return false }
      // A field that is not mapped any more has nothing to decide.
      guard let field = tables[side].find(cell(2)) else { return true }
      var time = Int64.min
      if cell(3).count > 0 {
        guard let seconds = parseInstant(cell(3), sourceZone: .utc, dateOrder: nil) else { return false }
        time = seconds
      }
      sides[side].append(Entry(row: Int32(row), field: Int32(field), time: time))
      if sides[side].count >= limits[side] {
        reduce(side)
        limits[side] = max(1 << 16, sides[side].count * 2)
      }
      return true
    }

    /// Keeps the last edit of each cell.
    private mutating func reduce(_ side: Int) {
      sides[side].sort { ($0.row, $0.field, $1.time) < ($1.row, $1.field, $0.time) }
      var kept = 0
      for place in sides[side].indices {
        let entry = sides[side][place]
        if kept > 0, sides[side][kept - 1].row == entry.row, sides[side][kept - 1].field == entry.field { continue }
        sides[side][kept] = entry
        kept += 1
      }
      sides[side].removeLast(sides[side].count - kept)
    }
  }
}
