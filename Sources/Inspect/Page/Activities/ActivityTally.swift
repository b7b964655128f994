import Activities
import CRM
import Pipeline
import Records
import Staging

/// What conflict-resolve decided of the activities of a run, by kind: their fates, and what the loaded ones belong to. One
/// pass over its tables, whose memory does not grow with them.
struct ActivityTally {
  /// How many rows of a source have a kind and a fate.
  struct Fate: Hashable {
    var source, kind, fate: String
  }

  /// What the written activities of a kind, or the tasks that they give, belong to.
  struct Links {
    /// Inputs of load files, or tasks.
    var written = 0
    /// How many of them have a link of each sort, and how many have none.
    var with = [Int](repeating: 0, count: LinkSort.count)
    var none = 0
    /// How many links of each sort there are.
    var links = [Int](repeating: 0, count: LinkSort.count)
    var owned = 0
  }

  /// The sorts of links, in the order of the columns: of the import contact, company, deal; of the sync contact, lead,
  /// account, opportunity.
  enum LinkSort { static let count = 4 }

  private let order: [String]
  private(set) var fates: [Fate: Int] = [:]
  private(set) var links: [String: Links] = [:]
  /// Of the sync, by kind: how many tasks each rule has assigned, unchanged ones too.
  private(set) var assigned: [String: [String: Int]] = [:]

  /// Tallies the tables of a run; nothing where they are not there, or not there yet.
  ///
  /// - Throws: `StagingError` if a table cannot be read.
  init(_ plan: ActivityRunPlan, _ run: FinishedRun) throws {
    order = plan.isImport ? ActivityKind.allCases.map(\.name) : SyncKind.allCases.map(\.name)
    let lookup = StagedLookup(store: run.store)
    for source in plan.sources where source.isActivity {
      for chunk in 0..<run.chunks(of: ActivityRun.object) {
        let table = TableName(.conflictResolve, source.name, source.side.name, chunk: chunk)
        if plan.isImport {
          try addImported(source.name, table, lookup)
        } else {
          try addSynced(source.name, table, lookup)
          try addAssigned(TableName(.map, source.name, source.side.name, chunk: chunk), lookup)
        }
      }
    }
  }

  /// The kinds that have rows, in the order of the pipeline's switches; last the rows of no kind.
  var kinds: [String] {
    let found = Set(fates.keys.map(\.kind))
    return order.filter(found.contains) + (found.contains("") ? [""] : [])
  }

  /// How many rows have a fate, of one kind.
  func rows(of kind: String, _ isMeant: (String) -> Bool) -> Int {
    fates.reduce(0) { $0 + ($1.key.kind == kind && isMeant($1.key.fate) ? $1.value : 0) }
  }

  private mutating func count(_ source: String, _ table: borrowing KindTable) {
    for (kind, fate, count) in table.fates {
      fates[Fate(source: source, kind: kind, fate: fate), default: 0] += count
    }
    for (kind, more) in table.links { links[kind, default: Links()].add(more) }
  }

  // MARK: The import

  private mutating func addImported(_ source: String, _ table: TableName, _ lookup: StagedLookup) throws {
    let lists = ["contacts", "companies", "deals"]
    var kinds = KindTable()
    try lookup.forEachRow(of: table, ["kind", "fate", "owner"] + lists) { cells in
      let fate = cells[1] ?? .none
      let place = kinds.note(cells[0] ?? .none, fate)
      guard fate.same(as: "create") else { return }
      let counts = lists.indices.map { Self.items(cells[3 + $0], separator: UInt8(ascii: ";")) }
      kinds.add(place, counts, isOwned: (cells[2]?.count ?? 0) > 0)
    }
    count(source, kinds)
  }

  private static func items(_ cell: Bytes?, separator: UInt8) -> Int {
    guard let cell, cell.count > 0 else { return 0 }
    return cell.reduce(1) { $0 + ($1 == separator ? 1 : 0) }
  }

  // MARK: The sync

  private mutating func addSynced(_ source: String, _ table: TableName, _ lookup: StagedLookup) throws {
    var kinds = KindTable()
    try lookup.forEachRow(of: table, ["kind", "fate", "who_ids", "what_ids"]) { cells in
      let fate = cells[1] ?? .none
      let place = kinds.note(cells[0] ?? .none, fate)
      guard fate.same(as: "upsert") else { return }
      var (whos, whats) = (Lines(cells[2] ?? .none), Lines(cells[3] ?? .none))
      while let who = whos.next() {
        let what = whats.next() ?? .none
        let isLead = who.starts(with: "00Q".utf8)
        kinds.add(
          place,
          [
            isLead ? 0 : 1, isLead ? 1 : 0, what.starts(with: "001".utf8) ? 1 : 0,
            what.starts(with: "006".utf8) ? 1 : 0,
          ],
          isOwned: true)
      }
    }
    count(source, kinds)
  }

  private mutating func addAssigned(_ table: TableName, _ lookup: StagedLookup) throws {
    var kinds = KindTable()
    try lookup.forEachRow(of: table, ["kind", "owners_by"]) { cells in
      guard let rules = cells[1], rules.count > 0 else { return }
      var lines = Lines(rules)
      while let rule = lines.next() { kinds.note(cells[0] ?? .none, rule) }
    }
    for (kind, rule, count) in kinds.fates { assigned[kind, default: [:]][rule, default: 0] += count }
  }
}

extension ActivityTally.Links {
  /// Adds the links of one written activity.
  fileprivate mutating func add(_ counts: [Int], isOwned: Bool) {
    written += 1
    if isOwned { owned += 1 }
    for (sort, count) in counts.enumerated() where count > 0 {
      with[sort] += 1
      links[sort] += count
    }
    if counts.allSatisfy({ $0 == 0 }) { none += 1 }
  }

  fileprivate mutating func add(_ other: Self) {
    written += other.written
    none += other.none
    owned += other.owned
    for sort in with.indices {
      with[sort] += other.with[sort]
      links[sort] += other.links[sort]
    }
  }
}

/// Counts by two words of a row, a kind and a fate; there are few of them, so rows make no text.
private struct KindTable: ~Copyable {
  private var known = ByteTable()
  private var words: [(kind: String, fate: String, count: Int)] = []
  private var found: [ActivityTally.Links] = []
  private var key = ByteBuffer(capacity: 64)

  /// Counts a row, and says at which place its words are.
  @discardableResult
  mutating func note(_ kind: Bytes, _ fate: Bytes) -> Int {
    key.clear()
    key.append(kind)
    key.append(0x1F)
    key.append(fate)
    let place = known.find(key.bytes) ?? words.count
    if place == words.count {
      known.insert(Array(key.bytes), place)
      words.append((kind.text, fate.text, 0))
      found.append(ActivityTally.Links())
    }
    words[place].count += 1
    return place
  }

  /// Adds the links of a row whose words are at a place.
  mutating func add(_ place: Int, _ counts: [Int], isOwned: Bool) { found[place].add(counts, isOwned: isOwned) }

  var fates: [(kind: String, fate: String, count: Int)] { words }
  var links: [(kind: String, links: ActivityTally.Links)] {
    zip(words, found).filter { $1.written > 0 }.map { ($0.kind, $1) }
  }
}
