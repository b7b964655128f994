import CRM
import Extract
import FileStaging
import Foundation
import PipelineFile

/// A pipeline for a folder of exports, with its mapping files: written from headers, values and metadata, with comments
/// that say what was found and what to think about.
public struct PipelineProposal {
  private let folder: String
  private let name: String
  private let census: FolderCensus
  private let objects: [ObjectProposal]
  /// What was found, and what a person should know, a line each.
  public let findings: [String]
  /// The files that are written, by their paths.
  public let files: [(path: String, text: String)]

  /// Looks at a folder, and at its subfolders; with a warehouse at its tables too, and then the folder need not be there.
  ///
  /// - Throws: `SetupError` if there is nothing to make a pipeline of, `PipelineError` if metadata are broken, `SourceError`
  ///   if the database refuses.
  public init(folder path: String, name: String?, warehouse: Warehouse? = nil) throws {
    let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.folder = folder
    var census = try FolderCensus(folder, isOptional: warehouse != nil)
    try warehouse?.look(into: &census)
    self.census = census
    objects = try ObjectProposal.all(in: census)
    let given = name ?? URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
    self.name = Self.plainName(given)
    guard !objects.isEmpty else { throw SetupError(Self.emptyHanded(folder, census)) }
    let text = PipelineText(
      name: self.name, census: census, objects: objects, urlVariable: warehouse?.variable ?? Warehouse.usualVariable)
    files =
      [("\(folder)/pipeline.yaml", text.yaml)]
      + objects.map { ("\(folder)/mappings/\($0.name).csv", MappingText($0).csv) }
    findings = Findings(census, objects).lines
  }

  /// Writes the files. None is written if one of them is there already.
  ///
  /// - Throws: `SetupError` that names what is in the way, `StagingError` if a file cannot be written.
  public func write() throws {
    let taken = files.map(\.path).filter { FileManager.default.fileExists(atPath: $0) }
    guard taken.isEmpty else {
      throw SetupError(
        "\(taken.joined(separator: ", ")) is there already, and init overwrites nothing: move it away, or go on with it"
      )
    }
    // The pipeline comes last: where it is, all that it names is.
    for file in files.reversed() { try AtomicFile.write(file.text, to: file.path) }
  }

  /// The pipeline file that is written.
  public var pipeline: String { "\(folder)/pipeline.yaml" }

  /// A name that can be a folder of the staging place.
  private static func plainName(_ text: String) -> String {
    let plain = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "-" }
    let name = String(plain.drop { $0 == "-" }.prefix(60))
    return name.isEmpty ? "resync" : name
  }

  private static func emptyHanded(_ folder: String, _ census: FolderCensus) -> String {
    let exports = census.files.compactMap { file -> String? in
      guard case .export(let side, let object) = file.role else { return nil }
      return "\(side.name) \(object) (\(file.name))"
    }
    let found = exports.isEmpty ? "no export" : exports.joined(separator: ", ")
    return "\(folder) has no object of which both sides are there; found: \(found). Needed are companies and Account, "
      + "contacts and Contact or Lead, or deals and Opportunity; a HubSpot export has the column hs_object_id, "
      + "a Salesforce export the column Id"
      + census.unknown.prefix(5).map { "\nnot used: \($0.name): \($0.reason)" }.joined()
  }
}

/// What init says that it found.
struct Findings {
  let lines: [String]

  init(_ census: FolderCensus, _ objects: [ObjectProposal]) {
    var lines = census.files.map { "  \(Self.describe($0.role))  \($0.name)\(Self.dialect($0))" }
    for file in census.unknown { lines.append("  \(Self.pad("not used"))  \(file.name): \(file.reason)") }
    let roles = Set(census.files.map(\.role))
    let left = roles.flatMap { role in census.files(of: role).left }.sorted { $0.name < $1.name }
    let tables = Set(census.files.filter { $0.table != nil }.map(\.role))
    for file in left {
      lines.append(
        tables.contains(file.role)
          ? "note: \(file.name) is left out: a table with more columns holds records of the same object"
          : "note: \(file.name) has records of a newer export: it is taken for one of another day, and left out")
    }
    for object in objects { lines += object.notes.map { "note: \($0)" } }
    self.lines = lines
  }

  private static func describe(_ role: FileRole) -> String {
    switch role {
    case .export(let side, let object): pad("\(side.name) \(object)")
    case .history(let side, let object): pad("\(side.name) \(object) history")
    case .metadata(let side, let object): pad("\(side.name) \(object) metadata")
    case .owners: pad("hubspot owners")
    case .users: pad("salesforce User")
    }
  }

  private static func dialect(_ file: FoundFile) -> String {
    guard let head = file.head else { return "" }
    let count = "\(head.rows.count) row\(head.rows.count == 1 ? "" : "s")"
    let rows = head.isWhole ? count : "more than \(count)"
    var parts = [rows, "\(head.columns.count) columns"]
    if let encoding = file.dialect.encoding { parts.append(encoding) }
    if file.dialect.delimiter != 44 { parts.append("delimiter \(PipelineText.delimiterName(file.dialect.delimiter))") }
    return " (\(parts.joined(separator: ", ")))"
  }

  private static func pad(_ text: String) -> String {
    text + String(repeating: " ", count: max(0, 32 - text.count))
  }
}
