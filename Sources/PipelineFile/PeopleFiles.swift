import CRM
import Foundation

/// Reads HubSpot's owners: columns `id,email,archived`, others are passed over (spec, interface, "A
/// pipeline"). Several files follow one another.
///
/// Throws a `PipelineError` for a file that cannot be read, a missing column, an id that is none, or an
/// `archived` that is neither true nor false (blank: false).
public func readOwners(_ source: SourceDefinition, pipeline: String) throws(PipelineError) -> [Owner] {
  try readPeople(source, pipeline, flag: "archived", columns: ["id", "email"]) { cells, flag in
    let isID = !cells[0].isEmpty && cells[0].allSatisfy { $0.isASCII && $0.isNumber }
    return isID ? Owner(id: cells[0], email: cells[1], archived: flag ?? false) : nil
  }
}

/// Reads Salesforce's users: columns `Id,Email,IsActive`, others are passed over. Ids get 18 characters.
///
/// Throws as `readOwners`; a blank `IsActive` is an error.
public func readUsers(_ source: SourceDefinition, pipeline: String) throws(PipelineError) -> [User] {
  try readPeople(source, pipeline, flag: "IsActive", columns: ["Id", "Email"]) { cells, flag in
    guard let id = salesforceID18(cells[0]), let flag else { return nil }
    return User(id: id, email: cells[1], isActive: flag)
  }
}

private func readPeople<Person>(
  _ source: SourceDefinition, _ pipeline: String, flag: String, columns: [String],
  _ make: ([String], Bool?) -> Person?
) throws(PipelineError) -> [Person] {
  var people: [Person] = []
  for path in try source.resolveFiles(pipeline: pipeline) {
    let table = try SmallTable(try source.readText(path), file: path, delimiter: source.delimiter)
    let problems = Problems(file: path)
    let places = (columns + [flag]).map { name -> Int in
      if let place = table.column(source.columns[name] ?? name) { return place }
      problems.add(table.headerLine, "the column \(source.columns[name] ?? name) is missing")
      return -1
    }
    try problems.throwIfAny()
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
  }
  return people
}

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

  private func resolve(
    _ patterns: [String], _ pipeline: String, _ name: String
  ) throws(PipelineError) -> [String] {
    var files: [String] = []
    for pattern in patterns {
      let found = filesMatching(pattern).filter(isFile)
      guard !found.isEmpty else {
        throw PipelineError(file: pipeline, line: line, message: "\(name): there is no file \(pattern)")
      }
      for file in found where !files.contains(file) { files.append(file) }
    }
    return files
  }

  /// The bytes of a small file of the source in UTF-8.
  fileprivate func readText(_ path: String) throws(PipelineError) -> Data {
    let data = try readFile(path)
    let lower = path.lowercased()
    if lower.hasSuffix(".gz") || lower.hasSuffix(".zip") {
      throw PipelineError(file: path, message: "is packed: owners and users must be plain CSV files")
    }
    guard let encoding else { return data }
    let known: [String: String.Encoding] = [
      "utf-16": .utf16, "utf-16le": .utf16LittleEndian, "utf-16be": .utf16BigEndian,
      "windows-1252": .windowsCP1252, "iso-8859-1": .isoLatin1,
    ]
    guard let decoder = known[encoding], let text = String(data: data, encoding: decoder) else {
      throw PipelineError(file: path, message: "is not \(encoding): declare the encoding that it has")
    }
    return Data(text.utf8)
  }
}
