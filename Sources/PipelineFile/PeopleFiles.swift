import CRM
import Foundation

/// Gives the texts in UTF-8 of a file of a source: one, or, of an archive, those of its files.
public typealias SourceContents = (_ path: String, _ encoding: String?) throws(PipelineError) -> [Data]

/// Reads HubSpot's owners: columns `id,email,archived`, others are passed over (spec, interface, "A
/// pipeline"). Several files follow one another; `contents` reads those that are packed, or no UTF-8.
///
/// Throws a `PipelineError` for a file that cannot be read, a missing column, an id that is none, or an
/// `archived` that is neither true nor false (blank: false).
public func readOwners(
  _ source: SourceDefinition, pipeline: String, contents: SourceContents = readPlainFile
) throws(PipelineError) -> [Owner] {
  try readPeople(source, pipeline, contents, flag: "archived", columns: ["id", "email"], owner)
}

/// Reads Salesforce's users: columns `Id,Email,IsActive`, others are passed over. Ids get 18 characters.
///
/// Throws as `readOwners`; a blank `IsActive` is an error.
public func readUsers(
  _ source: SourceDefinition, pipeline: String, contents: SourceContents = readPlainFile
) throws(PipelineError) -> [User] {
  try readPeople(source, pipeline, contents, flag: "IsActive", columns: ["Id", "Email"], user)
}

/// Reads HubSpot's owners out of the rows of a database: the text of a CSV file, whose columns are named as here; `name` is
/// what messages call it.
///
/// Throws as `readOwners`.
public func readOwners(rows: Data, name: String) throws(PipelineError) -> [Owner] {
  try readPeople(rows, name, flag: "archived", columns: ["id", "email"], owner)
}

/// Reads Salesforce's users out of the rows of a database, as `readOwners(rows:name:)` does.
///
/// Throws as `readUsers`.
public func readUsers(rows: Data, name: String) throws(PipelineError) -> [User] {
  try readPeople(rows, name, flag: "IsActive", columns: ["Id", "Email"], user)
}

/// The columns that owners are read from.
public let ownerColumns = ["id", "email", "archived"]
/// The columns that users are read from.
public let userColumns = ["Id", "Email", "IsActive"]

private func owner(_ cells: [String], _ isArchived: Bool?) -> Owner? {
  let isID = !cells[0].isEmpty && cells[0].allSatisfy { $0.isASCII && $0.isNumber }
  return isID ? Owner(id: cells[0], email: cells[1], archived: isArchived ?? false) : nil
}

private func user(_ cells: [String], _ isActive: Bool?) -> User? {
  guard let id = salesforceID18(cells[0]), let isActive else { return nil }
  return User(id: id, email: cells[1], isActive: isActive)
}

private func readPeople<Person>(
  _ rows: Data, _ name: String, flag: String, columns: [String], _ make: ([String], Bool?) -> Person?
) throws(PipelineError) -> [Person] {
  try readPeople([:], try SmallTable(rows, file: name), name, flag, columns, make)
}

private func readPeople<Person>(
  _ source: SourceDefinition, _ pipeline: String, _ contents: SourceContents, flag: String, columns: [String],
  _ make: ([String], Bool?) -> Person?
) throws(PipelineError) -> [Person] {
  var people: [Person] = []
  for path in try source.resolveFiles(pipeline: pipeline) {
    for text in try contents(path, source.encoding) {
      let table = try SmallTable(text, file: path, delimiter: source.delimiter)
      people += try readPeople(source.columns, table, path, flag, columns, make)
    }
  }
  return people
}

private func readPeople<Person>(
  _ names: [String: String], _ table: SmallTable, _ path: String, _ flag: String, _ columns: [String],
  _ make: ([String], Bool?) -> Person?
) throws(PipelineError) -> [Person] {
  let problems = Problems(file: path)
  let places = (columns + [flag]).map { name -> Int in
    if let place = table.column(names[name] ?? name) { return place }
    problems.add(table.headerLine, "the column \(names[name] ?? name) is missing")
    return -1
  }
  try problems.throwIfAny()
  var people: [Person] = []
  for row in table.rows {
    let cells = places.map { row.cells[$0] }
    let value = truth(cells[columns.count])
    if value == nil && !cells[columns.count].isEmpty {
      problems.add(row.line, "\(flag) is \(cells[columns.count]): true or false is needed")
    } else if let person = make(cells, value) {
      people.append(person)
    } else {
      problems.add(row.line, "\(columns[0]) or \(flag) is not as it should be")
    }
  }
  try problems.throwIfAny()
  return people
}

/// Reads a file that is plain UTF-8, whatever `encoding` says.
///
/// - Throws: a `PipelineError` if it cannot be read.
public func readPlainFile(_ path: String, _ encoding: String?) throws(PipelineError) -> [Data] { [try readFile(path)] }

/// True or false, as exports write it.
private func truth(_ text: String) -> Bool? {
  switch text.lowercased() {
  case "true", "yes", "y", "t", "1", "on": true
  case "false", "no", "n", "f", "0", "off": false
  default: nil
  }
}

extension SourceDefinition {
  /// The files of the source, globs filled in: in the order of the pipeline, those of a glob by their bytes.
  ///
  /// Throws a `PipelineError` at the source if one is not there, or a glob names none.
  public func resolveFiles(pipeline: String) throws(PipelineError) -> [String] {
    guard case .csv(let patterns) = rows else { return [] }
    return try resolve(patterns, pipeline, "sources.\(side.name).\(object)")
  }

  /// The field history files of the source, in the order of the pipeline; `pipeline` is named where there is none.
  ///
  /// Throws a `PipelineError` for a path or a glob that no file has.
  public func resolveHistory(pipeline: String) throws(PipelineError) -> [String] {
    try resolve(history, pipeline, "sources.\(side.name).\(object).history")
  }

  /// Why a path or a glob names no file. The URL of a database may hold a password: it is not shown.
  private static func reason(_ pattern: String) -> String {
    if pattern.contains("/postgresql:/") || pattern.contains("/postgres:/") {
      return " is the URL of a database: its tables stand under postgres: and table:"
    }
    var info = stat()
    let isFolder = stat(pattern, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    return isFolder ? ": \(pattern) is a folder: name its files, as in FOLDER/*.csv" : ": there is no file \(pattern)"
  }

  private func resolve(
    _ patterns: [String], _ pipeline: String, _ name: String
  ) throws(PipelineError) -> [String] {
    var files: [String] = []
    for pattern in patterns {
      let found = filesMatching(pattern).filter(isFile)
      guard !found.isEmpty else {
        throw PipelineError(file: pipeline, line: line, message: "\(name)\(Self.reason(pattern))")
      }
      for file in found where !files.contains(file) {
        // An export is read twice, and people are read again by other commands: what a pipe or a device gives is gone then.
        guard isRegularFile(file) else {
          throw PipelineError(
            file: pipeline, line: line,
            message: "\(name): \(file) is no file but a pipe or a device: write it to a file")
        }
        files.append(file)
      }
    }
    return files
  }
}
