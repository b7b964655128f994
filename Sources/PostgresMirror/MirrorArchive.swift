import Postgres
import Staging

/// The ledger of a mirror, where runs that are over are taken out of it: their records stay in the mirror.
///
/// While a run can be loaded again its rows are what keeps that from loading it twice. So they go after its staging, never
/// before.
public struct MirrorArchive {
  private let database: Database
  private let settings: MirrorSettings

  /// The ledger of a mirror; it connects when it is asked for something.
  public init(_ settings: MirrorSettings) {
    self.settings = settings
    database = Database(url: settings.url)
  }

  /// Whether the mirror has a ledger.
  ///
  /// - Throws: `StagingError.failed` if the database refuses, or cannot be reached.
  public func isThere() throws -> Bool {
    try asMirrorError {
      try database.transaction { connection in
        let table = ledger(of: "").named("mirror_refused")
        return try connection.query("SELECT to_regclass($1) IS NOT NULL", [table]).first?.first == "t"
      }
    }
  }

  /// Takes all rows of a run out, in one transaction.
  ///
  /// - Throws: `StagingError.failed` if the database refuses, or cannot be reached.
  public func forget(_ run: String) throws { try delete(run, from: ["chunks", "created", "refused"]) }

  /// Takes out the rows that hold values and ids of customers; which chunks were loaded, and how many rows, stays.
  ///
  /// - Throws: `StagingError.failed` if the database refuses, or cannot be reached.
  public func purgeValues(of run: String) throws { try delete(run, from: ["created", "refused"]) }

  private func delete(_ run: String, from parts: [String]) throws {
    let ledger = ledger(of: run)
    try asMirrorError {
      try database.transaction { connection in
        for part in parts {
          try connection.query(
            "DELETE FROM \(ledger.named("mirror_\(part)")) WHERE pipeline = $1 AND run = $2", [ledger.pipeline, run])
        }
      }
    }
  }

  private func ledger(of run: String) -> MirrorLedger {
    MirrorLedger(schema: settings.ledger, pipeline: settings.pipeline, run: run)
  }
}
