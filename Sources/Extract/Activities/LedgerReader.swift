import Activities
import CRM
import Records
import Staging

/// Brings what earlier runs have loaded into an extract's joins (activities-pipelines 7, "Ledger").
///
/// A run does not heed the rows that it wrote itself: so its load can be repeated.
struct LedgerReader {
  let plan: ActivityPlan
  let ledger: any ActivityLedger
  let spills: JoinSpills

  /// Reads the ledger of all runs but one.
  ///
  /// - Throws: `StagingError` if it cannot be read, or is damaged.
  func read(except run: String) throws {
    for (number, other) in try ledger.runs().enumerated() where other.name != run {
      for chunk in other.chunks {
        if plan.isImport {
          try readImport(other.name, number, chunk)
        } else {
          try readSync(other.name, number, chunk)
        }
      }
    }
  }

  // MARK: The import

  /// A row is joined first by the id that it was loaded as, which exports show; then by the id that it stands for.
  private func readImport(_ run: String, _ number: Int, _ chunk: Int) throws {
    var entry = ByteBuffer(capacity: 256)
    var payload = ByteBuffer(capacity: 256)
    try ledger.forEachRow(run, chunk: chunk, .rows, columns: LedgerPart.rows.importColumns) { cells in
      payload.clear()
      for cell in [cells[1], cells[0], cells[4]] { Texts.append(cell, into: &payload) }
      let key = JoinKey(cells[5])
      entry.clear()
      JoinEntry(key, .ledger, source: 0, row: number).write(payload.bytes, into: &entry)
      try spills.shown.append(key.bucket, entry.bytes)
    }
    guard plan.updates else { return }
    try ledger.forEachRow(run, chunk: chunk, .digests, columns: LedgerPart.digests.importColumns) { cells in
      payload.clear()
      for cell in [cells[1], cells[2]] { Texts.append(cell, into: &payload) }
      let key = JoinKey(cells[0])
      entry.clear()
      JoinEntry(key, .digest, source: 0, row: number).write(payload.bytes, into: &entry)
      try spills.facts.append(key.bucket, entry.bytes)
    }
  }

  // MARK: The sync

  /// A row is joined by the source and the id that its external id names.
  private func readSync(_ run: String, _ number: Int, _ chunk: Int) throws {
    var entry = ByteBuffer(capacity: 256)
    var payload = ByteBuffer(capacity: 256)
    var name = ByteBuffer(capacity: 256)
    var line = 0
    try ledger.forEachRow(run, chunk: chunk, .rows, columns: LedgerPart.syncColumns) { cells in
      line += 1
      guard let (source, id) = Self.activity(of: cells[0]),
        let place = plan.sources.firstIndex(where: { $0.name == source })
      else { return }
      payload.clear()
      payload.append(cells[0])
      payload.append(9)
      payload.append(cells[1])
      let key = JoinKey(id, in: plan.sources[place].idSpace, &name)
      entry.clear()
      // Of several rows with one external id the last counts: runs and their chunks in their order, then lines.
      let order = number << 42 | chunk << 26 | line
      JoinEntry(key, .ledger, source: place, row: order).write(payload.bytes, into: &entry)
      try spills.facts.append(key.bucket, entry.bytes)
    }
  }

  /// The source and the id of the activity that an external id `KIND:ID` or `KIND:ID:CONTACT` stands for.
  static func activity(of externalID: Bytes) -> (source: String, id: Bytes)? {
    guard let colon = externalID.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = externalID.part(0, colon).text
    guard let kind = SyncKind.allCases.first(where: { $0.name == name }) else { return nil }
    let rest = externalID.part(colon + 1, externalID.count - colon - 1)
    guard !kind.isSales else { return (kind.source, rest) }
    guard let last = rest.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    return (kind.source, rest.part(0, last))
  }
}
