import CRM
import Foundation
import PipelineFile

/// The mappings of a file that is imported: our own CSV, HubSpot's, or a Data Loader `.sdl` (requirements M12).
public struct ImportedMappings: Sendable {
  /// A mapping: the cells of a mapping file that the import has something to say about.
  struct Entry: Sendable {
    let line: Int
    var cells: [String: String]
  }

  /// The file, for messages.
  let file: String
  var entries: [Entry]
  /// The import knows no rules: mappings that are there keep theirs.
  var keepsRules = false
  /// What was passed over, and why, for a person.
  public internal(set) var notes: [String] = []

  /// Reads a file. `rule` is that of mappings that name none: those of an `.sdl`.
  ///
  /// Throws a `PipelineError` (exit 2) with every line that cannot be understood.
  public init(contentsOf file: String, rule: SyncRule, for object: InspectedObject) throws(PipelineError) {
    self.file = file
    entries = []
    guard let data = FileManager.default.contents(atPath: file) else {
      throw PipelineError(file: file, message: "cannot be read: there is no such file")
    }
    if file.lowercased().hasSuffix(".sdl") {
      try readDataLoader(data, rule, NameFinder(object))
    } else if MappingDocument.hasHeader([UInt8](data)) {
      let document = try MappingDocument([UInt8](data), file: file)
      entries = document.rows.map { row in
        Entry(line: row.line, cells: row.cells.filter { document.columns.contains($0.key) })
      }
    } else {
      try readHubSpot(data, object)
    }
  }

  /// Makes a mapping file say what the import says: mappings that it has already get the import's cells, others are
  /// added at the end. With `replaces`, custom mappings that the import lacks are deleted, default ones switched off.
  ///
  /// Throws a `PipelineError` if that is refused.
  public func apply(to document: inout MappingDocument, replaces: Bool) throws(PipelineError) -> [String] {
    var done: [String] = []
    var kept: Set<String> = []
    for entry in entries {
      if let row = Self.row(of: entry, in: document) {
        kept.insert(Self.key(row))
        let before = document.bytes
        try document.set(keepsRules ? entry.cells.filter { $0.key != "sync_rule" } : entry.cells, of: row)
        if document.bytes != before { done.append("changed \(named(row))") }
      } else {
        try document.append(entry.cells)
        if let row = document.rows.last {
          kept.insert(Self.key(row))
          done.append("added \(named(row)), \(row.rule.rawValue)")
        }
      }
    }
    guard replaces else { return done }
    // From the last to the first, so that the lines of the others stay.
    for row in document.rows.reversed() where !kept.contains(Self.key(row)) {
      if row.origin == .custom, !isOptOut(row) {
        try document.remove(row)
        done.append("deleted \(named(row))")
      } else if row.rule != .dontSync {
        try document.set(["sync_rule": SyncRule.dontSync.rawValue], of: row)
        done.append("switched off \(named(row))")
      }
    }
    return done
  }

  private static func key(_ row: MappingRow) -> String {
    "\(row.property)\0\(row.field)\0\(row.salesforceObject ?? "")"
  }

  /// The row that an entry is about; one that names no object is about the only row of its names.
  private static func row(of entry: Entry, in document: MappingDocument) -> MappingRow? {
    let rows = document.rows.filter {
      $0.property == entry.cells["hubspot_property"] && $0.field == entry.cells["salesforce_field"]
    }
    guard let object = entry.cells["salesforce_object"] else { return rows.count == 1 ? rows.first : nil }
    return rows.first { ($0.salesforceObject ?? "") == object }
  }
}
