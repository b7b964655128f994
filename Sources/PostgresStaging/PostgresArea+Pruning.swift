import FileStaging
import Postgres
import Staging

/// What becomes of runs that are over.
extension PostgresArea {
  /// What the partitions of a run take up, with their indexes.
  ///
  /// - Throws: `StagingError.failed` if the database refuses.
  public func stagedBytes(of run: String) throws -> Int {
    try asStagingError {
      try database.transaction { connection in
        try partitions(of: run, connection).reduce(0) { sum, partition in
          let row = try connection.query("SELECT pg_total_relation_size(to_regclass($1))", [partition]).first
          return sum + (row?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0)
        }
      }
    }
  }

  /// Drops the partitions of a run and its rows, in one transaction, and then its folder.
  ///
  /// - Throws: `StagingError.failed` if the database or the file system refuses.
  public func remove(run: String) throws {
    try asStagingError {
      try database.transaction { connection in
        try drop(run, connection)
        try connection.query("DELETE FROM \(named("runs")) WHERE run = $1", [run])
      }
    }
    try removeTree(folder(of: run))
  }

  /// Drops the partitions of a run, and notes that in its manifest, in one transaction; its counts stay in `chunks`.
  ///
  /// - Throws: `StagingError.failed` if the database or the file system refuses.
  public func purge(_ manifest: RunManifest, at time: String) throws {
    var manifest = manifest
    manifest.purgedAt = time
    manifest.files = nil
    // Noted first: if this is interrupted, the run is not taken for one whose tables are all there.
    try write(manifest)
    try asStagingError { try database.transaction { try drop(manifest.run, $0) } }
    try removeTree(folder(of: manifest.run))
  }

  private func drop(_ run: String, _ connection: borrowing Connection) throws {
    for partition in try partitions(of: run, connection) { try connection.query("DROP TABLE IF EXISTS \(partition)") }
    for table in ["tables", "contributions", "shared_work"] {
      try connection.query("DELETE FROM \(named(table)) WHERE _run = $1", [run])
    }
  }

  private func partitions(of run: String, _ connection: borrowing Connection) throws -> [String] {
    let rows = try connection.query(
      "SELECT DISTINCT stored_by, object, part FROM \(named("tables")) WHERE _run = $1", [run])
    return rows.compactMap { row in
      guard let stage = row[0].flatMap({ Stage(rawValue: $0) }), let object = row[1], let part = row[2]
      else { return nil }
      return named(StagedTable(stage, object, part, columns: []).partition(of: run))
    }
  }
}
