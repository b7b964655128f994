import CRM
import Extract
import Foundation
import PipelineFile

/// What a file of a folder of exports is.
enum FileRole: Hashable {
  /// The records of an object of a side: `companies`, `Account`.
  case export(Side, String)
  /// Who edited what, and when, of an object of a side.
  case history(Side, String)
  /// What HubSpot's properties API, or Salesforce's describe, says of an object.
  case metadata(Side, String)
  case owners
  case users
}

/// A file of a folder of exports, and how it is written.
struct FoundFile {
  var path: String
  /// Relative to the folder.
  var name: String
  var role: FileRole
  var dialect = Dialect(sample: [], isWhole: true)
  var head: ExportHead?
  var modified: Date
  /// `schema.table`, of a table of a database; then `path` is empty.
  var table: String?
  /// What to select of the table, where its columns are not those that a pipeline needs.
  var query: String?

  /// Whether its header has HubSpot's labels rather than internal names.
  var hasLabels: Bool { head.map { !$0.columns.contains("hs_object_id") && $0.columns.contains("Record ID") } ?? false }
}

/// A file that is none of what a pipeline takes, and why.
struct UnknownFile {
  var name: String
  var reason: String
}

/// Looks at a folder of exports.
struct FolderCensus {
  private(set) var files: [FoundFile] = []
  private(set) var unknown: [UnknownFile] = []
  private let folder: String
  private static let maxRows = 20_000
  /// What resync itself writes is no export.
  private static let skipped: Set<String> = ["out", "mappings", "pipelines", "runs", "staging", "node_modules"]

  /// Looks at all CSV and JSON files of a folder and its subfolders, hidden ones left out.
  ///
  /// With `isOptional` the folder need not be there.
  init(_ folder: String, isOptional: Bool = false) throws(SetupError) {
    self.folder = folder
    if isOptional, !FileManager.default.fileExists(atPath: folder) { return }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw SetupError("\(folder) is no folder: name the folder that holds the exports of HubSpot and Salesforce")
    }
    for name in try names() { look(at: name) }
    files.sort { $0.name < $1.name }
  }

  private func names() throws(SetupError) -> [String] {
    let all: [String]
    do {
      all = try FileManager.default.subpathsOfDirectory(atPath: folder)
    } catch {
      throw SetupError("\(folder) cannot be read: \(error.localizedDescription)")
    }
    return all.sorted().filter { name in
      let parts = name.split(separator: "/").map(String.init)
      guard !parts.contains(where: { $0.hasPrefix(".") }), parts.count <= 4 else { return false }
      guard !parts.dropLast().contains(where: Self.skipped.contains) else { return false }
      return [".csv", ".csv.gz", ".zip", ".json", ".tsv", ".txt"].contains { name.lowercased().hasSuffix($0) }
    }
  }

  private mutating func look(at name: String) {
    let path = "\(folder)/\(name)"
    // Nobody may ever write to a pipe that somebody has left there.
    guard isRegularFile(path) else { return unknown.append(UnknownFile(name: name, reason: "is no file")) }
    let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.contentModificationDateKey])
    let modified = values?.contentModificationDate ?? .distantPast
    if name.lowercased().hasSuffix(".json") {
      guard let role = JSONRecognition(path: path, name: name).role else {
        return unknown.append(UnknownFile(name: name, reason: "neither properties, describe nor a history"))
      }
      return files.append(FoundFile(path: path, name: name, role: role, modified: modified))
    }
    let dialect = Dialect(of: path)
    let source = SourceFile(
      source: "", side: .hubspot, object: 0, path: path, displayName: name, encoding: dialect.encoding,
      delimiter: dialect.delimiter)
    do {
      let head = try ExportHead(source, maxRows: Self.maxRows)
      guard let role = HeaderRecognition(head, name: name).role else {
        return unknown.append(UnknownFile(name: name, reason: "its columns are of no object that resync keeps in step"))
      }
      files.append(
        FoundFile(path: path, name: name, role: role, dialect: dialect, head: head, modified: modified))
    } catch let error as SourceError {
      unknown.append(UnknownFile(name: name, reason: error.message))
    } catch {
      unknown.append(UnknownFile(name: name, reason: "cannot be read"))
    }
  }

  mutating func add(_ found: FoundFile) {
    files.append(found)
    files.sort { $0.name < $1.name }
  }

  mutating func addUnknown(_ name: String, _ reason: String) {
    unknown.append(UnknownFile(name: name, reason: reason))
  }

  /// The files of a role. Several exports of one object are parts of it, unless they have records in common: then they are
  /// exports of several days, and only the newest counts.
  func files(of role: FileRole) -> (used: [FoundFile], left: [FoundFile]) {
    let all = files.filter { $0.role == role }
    // Of tables the one with most columns counts; what it has in common with others, or with a file, is not looked into.
    let tables = all.filter { $0.table != nil }.sorted { ($1.columnCount, $0.name) < ($0.columnCount, $1.name) }
    if let table = tables.first { return ([table], all.filter { $0.name != table.name }) }
    guard all.count > 1, case .export = role else { return (all, []) }
    let newest = all.sorted { ($1.modified, $0.name) < ($0.modified, $1.name) }
    var used: [FoundFile] = []
    var left: [FoundFile] = []
    var seen: Set<String> = []
    for file in newest {
      let ids = Set((file.head?.values(of: file.idColumn) ?? []))
      let isPart = seen.isDisjoint(with: ids) && (used.first.map { $0.head?.columns == file.head?.columns } ?? true)
      if isPart {
        seen.formUnion(ids)
        used.append(file)
      } else {
        left.append(file)
      }
    }
    return (used.sorted { $0.name < $1.name }, left)
  }
}

extension FoundFile {
  fileprivate var columnCount: Int { head?.columns.count ?? 0 }

  /// The column with the ids of its records.
  var idColumn: String {
    guard case .export(let side, _) = role, side == .hubspot else { return "Id" }
    return hasLabels ? "Record ID" : "hs_object_id"
  }
}

/// Why nothing can be proposed, or written: what, where, and what to do.
public struct SetupError: Error, CustomStringConvertible, Sendable {
  /// The message for a person.
  public let description: String

  init(_ description: String) { self.description = description }
}
