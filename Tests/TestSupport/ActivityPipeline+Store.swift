import Foundation

extension ActivityPipeline {
  /// The `staging:` of the pipeline file.
  var stagingLines: [String] {
    ["staging:", database.map { "  postgres: {url: \"\($0)\", schema: staging}" } ?? "  csv: staging"]
  }

  /// What a statement gives in the database of the staging.
  ///
  /// - Throws: `HelperError` if staging is in files, or the server refuses.
  @discardableResult
  public func query(_ statement: String) throws -> String {
    guard let database, let server else { throw HelperError("staging is in files") }
    return try server.query(database, statement)
  }

  private func document(_ select: String) throws -> CSVDocument {
    CSVDocument(Data((try query("COPY (\(select)) TO STDOUT (FORMAT csv, HEADER)") + "\n").utf8))
  }

  /// A staged table of the first chunk.
  func table(_ run: String, _ stage: String, _ source: String, _ part: String) throws -> CSVDocument {
    guard database != nil else {
      return CSVDocument(try sandbox.data("staging/activities/runs/\(run)/\(stage)/\(source)/\(part)/0000.csv"))
    }
    let place = "_run = '\(run)' AND stage = '\(stage)' AND object = '\(source)' AND part = '\(part)' AND chunk = 0"
    let columns = try query("SELECT columns FROM staging.tables WHERE \(place)")
    let names = try JSONDecoder().decode([String].self, from: Data(columns.utf8)).dropFirst(4)
    let cells = names.enumerated().map { "cells[\($0 + 1)] AS \"\($1)\"" }
    let name = "\(stage.replacingOccurrences(of: "-", with: "_"))_\(source)_\(part)"
    return try document(
      "SELECT \(cells.joined(separator: ", ")) FROM staging.\"\(name)\" WHERE _run = '\(run)' AND _chunk = 0 ORDER BY _row"
    )
  }

  /// The rows of a run in the ledger, columns in the order of the spec.
  public func ledger(_ run: String) throws -> [[String: String]] {
    guard database != nil else {
      let folder = "staging/activities/ledger"
      return try sandbox.names(under: folder).filter { $0.hasSuffix(".csv") && $0.contains("-\(run)/") }
        .flatMap { CSVDocument(try sandbox.data("\(folder)/\($0)")).dictionaries }
    }
    let columns = try query("SELECT columns FROM staging.ledger_chunks WHERE run = '\(run)' AND part = 'rows' LIMIT 1")
    guard !columns.isEmpty else { return [] }
    let names = try JSONDecoder().decode([String].self, from: Data(columns.utf8))
    return try document(
      "SELECT \(names.joined(separator: ", ")) FROM staging.ledger WHERE run = '\(run)' ORDER BY chunk, _row"
    ).dictionaries
  }

  /// What says whether anything in the ledger has changed.
  public func ledgerState() throws -> String {
    guard database != nil else {
      return "\(try sandbox.stamps(under: "staging/activities/ledger").sorted { $0.key < $1.key })"
    }
    return try query("SELECT string_agg(c::text, ';' ORDER BY number) FROM staging.ledger_chunks AS c")
  }

  /// Whether all runs in the database balance, by its own view.
  public func balances() throws -> Bool {
    try query("SELECT count(*) > 0 AND bool_and(coalesce(holds, false)) FROM staging.balance") == "t"
  }
}
