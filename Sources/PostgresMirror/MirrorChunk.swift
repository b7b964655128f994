import Load
import Postgres
import Staging

/// The records of one chunk on their way into the mirror.
final class MirrorChunk: TargetChunk {
  private let mirror: Mirror
  private let object: String
  private let chunk: Int
  private var gathered: [MirrorRows] = []

  init(_ mirror: Mirror, object: String, chunk: Int) {
    self.mirror = mirror
    self.object = object
    self.chunk = chunk
  }

  func rows(_ kind: TargetRecords) throws -> (any TargetRows)? {
    guard let table = mirror.table(of: kind.object) else { return nil }
    if let field = kind.fields.first(where: { table.fields[$0] == nil }) {
      throw StagingError.failed("the run changes \(kind.object).\(field), which \(table.name) was not checked for")
    }
    let rows = MirrorRows(kind, table)
    gathered.append(rows)
    return rows
  }

  /// Writes all rows in one transaction with the chunk's row in the ledger. A chunk that is there already, with the same
  /// rows, stays as it is: what others changed since is theirs.
  func commit() throws -> [TargetRefusal] {
    for rows in gathered { try rows.finish() }
    let full = gathered.filter { $0.count > 0 }
    let digest = full.map { "\($0.table.name) \($0.kind.isCreate) \($0.digest)" }.joined(separator: ", ")
    let ledger = mirror.ledger
    return try asMirrorError {
      try mirror.database.transaction { connection in
        if try !ledger.isLoaded(object, chunk, digest: digest, connection) {
          try connection.query("SET CONSTRAINTS ALL IMMEDIATE")
          try ledger.forgetRefusals(object, chunk, connection)
          let refusals = RefusalLog(ledger: ledger, object: object, chunk: chunk)
          for (number, rows) in full.enumerated() {
            try MirrorWrite(rows, number: number, refusals: refusals).run(connection)
          }
          let count = full.reduce(0) { $0 + $1.count }
          try ledger.note(object, chunk, digest: digest, rows: count, connection)
        }
        return try ledger.refusals(object, chunk, connection)
      }
    }
  }
}
