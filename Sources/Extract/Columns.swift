import CRM
import CSV
import Records
import Staging

/// Where the columns that a side needs stand in one file.
struct Columns: Sendable {
  /// For each column of the extract table, its place in the file, or -1.
  let places: [Int]
  /// How many cells a row of the file has.
  let count: Int

  /// - Throws: `SourceError` for a file without header, a repeated column, or a needed column that is missing.
  init(
    header names: [String], line: Int, _ file: PreparedFile, _ tables: SideTables, needed: [String]
  ) throws {
    count = names.count
    let trimmed = names.map { $0.trimmed }
    var seen: [String: Int] = [:]
    for (place, name) in trimmed.enumerated() {
      if let first = seen[name] {
        throw SourceError(
          file.displayName, line: line,
          "the column \(name.isEmpty ? "without a name" : name) occurs twice "
            + "(columns \(first + 1) and \(place + 1)): export it once")
      }
      seen[name] = place
    }
    func place(_ column: String) -> Int? { seen[file.source.columnNames[column] ?? column] }
    let missing = needed.enumerated().filter { place($1) == nil && !needed[..<$0].contains($1) }.map(\.element)
    guard missing.isEmpty else {
      // Two properties can be read from one column.
      var names: [String] = []
      for name in missing.map({ file.source.columnNames[$0] ?? $0 }) where !names.contains(name) { names.append(name) }
      let list = names.joined(separator: ", ")
      let hint = headerHint(trimmed) ?? "export it too, name it under `columns`, or set its mapping to dont_sync"
      throw SourceError(file.displayName, line: line, "the column \(list) is missing: \(hint)")
    }
    places = tables.extract.cells.map { place($0) ?? -1 }
  }
}

extension String {
  /// Without blanks at its ends.
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }
}
