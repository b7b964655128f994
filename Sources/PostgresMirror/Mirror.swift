import CRM
import Foundation
import Load
import Postgres
import Staging

/// The tables of a CRM mirror, which take what the load files of a run hold.
///
/// A chunk is written in one transaction with its row in the ledger, so that it is there once, whatever dies when.
public final class Mirror: LoadTarget {
  let database: Database
  let ledger: MirrorLedger
  private let tables: [String: MirrorTable]

  /// Connects, and looks at the tables before anything is written to them.
  ///
  /// - Throws: `MirrorError` if a table or column is missing, or cannot take what the pipeline writes; `StagingError` if
  ///   the database refuses.
  public init(_ settings: MirrorSettings, _ plans: [ObjectPlan]) throws {
    let database = Database(url: settings.url)
    let ledger = MirrorLedger(schema: settings.ledger, pipeline: settings.pipeline, run: settings.run)
    (self.database, self.ledger) = (database, ledger)
    let check = MirrorCheck(settings: settings)
    tables = try asMirrorError {
      try database.transaction { connection in
        let tables = try check.tables(of: plans, connection)
        try ledger.make(connection)
        return tables
      }
    }
  }

  /// Begins a chunk; what it is given lies in files without names until it is committed.
  public func begin(object: String, chunk: Int) -> any TargetChunk {
    MirrorChunk(self, object: object, chunk: chunk)
  }

  /// The table of an object of either side, if the mirror has one.
  func table(of object: String) -> MirrorTable? { tables[object] }
}

/// What the database refused, as the stages know failures.
func asMirrorError<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as DatabaseError {
    throw StagingError.failed("the database of load.postgres: \(error); check it, and run the same command again")
  }
}
