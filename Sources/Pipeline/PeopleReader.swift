import CRM
import Extract
import Foundation
import PipelineFile

/// Reads the owners and users of a pipeline, from files or a database.
struct PeopleReader {
  private let definition: PipelineDefinition

  init(_ definition: PipelineDefinition) { self.definition = definition }

  /// People, and where they were read from.
  struct People {
    var vocabulary: OwnerVocabulary
    var files: [String] = []
    var tables: [DatabaseRows] = []
  }

  /// Both; nil if the pipeline does not name both.
  ///
  /// - Throws: `RunError` (exit code 1) if an export is not there, or cannot be read: that is a night that failed.
  func read() throws -> People? {
    guard let owners = definition.source(.hubspot, "owners"), let users = definition.source(.salesforce, "User") else {
      return nil
    }
    let tables = [(owners, ownerColumns), (users, userColumns)].map { source, columns in
      source.rows.flatMap { DatabaseRows($0, side: source.side, fields: columns, declared: source.columns) }
    }
    do {
      let found = People(
        vocabulary: OwnerVocabulary(
          owners: try tables[0].map { try readOwners(rows: $0.text(ownerColumns), name: $0.displayName) }
            ?? readOwners(owners, pipeline: definition.file, contents: contents),
          users: try tables[1].map { try readUsers(rows: $0.text(userColumns), name: $0.displayName) }
            ?? readUsers(users, pipeline: definition.file, contents: contents)),
        files: try [owners, users].flatMap { try $0.resolveFiles(pipeline: definition.file) },
        tables: tables.compactMap { $0 })
      return found
    } catch let error as PipelineError {
      throw RunError(.failed, error.description)
    } catch let error as SourceError {
      throw RunError(.failed, error.description)
    }
  }

  private func contents(_ path: String, _ encoding: String?) throws(PipelineError) -> [Data] {
    do {
      return try ExportText.read(path, encoding: encoding)
    } catch {
      throw PipelineError(file: path, message: (error as? SourceError)?.message ?? "cannot be read: \(error)")
    }
  }
}

extension DatabaseRows {
  /// The table or query that a pipeline names; nil for files.
  init?(_ rows: SourceRows, side: Side, fields: [String], declared: [String: String]) {
    guard case .postgres(let url, let table, let query, _) = rows else { return nil }
    self.init(url: url.reveal(), table: table, query: query, side: side, fields: fields, declared: declared)
  }
}
