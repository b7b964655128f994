import CRM
import Foundation

/// Reads a mapping file (spec, interface, "A mapping file"): the rows as they are written, not yet checked
/// against metadata. Columns that can be empty can be absent; an empty `origin` is `custom`. Lines that begin with `#`
/// are comments.
///
/// Throws a `PipelineError` with all that is wrong, each with its line.
public func readMappings(_ path: String) throws(PipelineError) -> [MappingRow] {
  try MappingDocument(contentsOf: path).rows
}

/// Reads the rows of a mapping file without comments.
func readRows(_ data: Data, file: String) throws(PipelineError) -> [MappingRow] {
  let table = try SmallTable(data, file: file)
  let problems = Problems(file: file)
  for column in table.columns where !mappingColumns.contains(column) {
    let hint = didYouMean(column, among: mappingColumns)
    problems.add(table.headerLine, "unknown column \"\(column)\"", hint: hint)
  }
  for column in mappingColumns.prefix(3) where table.column(column) == nil {
    problems.add(table.headerLine, "the column \(column) is missing")
  }
  try problems.throwIfAny()
  let rows = table.rows.compactMap { MappingRowReader(table: table, row: $0, problems: problems).read() }
  try problems.throwIfAny()
  return rows
}

/// Reads one row.
private struct MappingRowReader {
  let table: SmallTable
  let row: SmallTable.Row
  let problems: Problems

  func read() -> MappingRow? {
    let property = required("hubspot_property")
    let field = required("salesforce_field")
    let rule = rule()
    let origin = word("origin", ["default", "custom"]).flatMap { MappingOrigin(rawValue: $0) }
    let comparison = word("compare", Comparison.allCases.map(\.rawValue)).flatMap { Comparison(rawValue: $0) }
    let tooLong = word("on_too_long", ["truncate"])
    let object = cell("salesforce_object")
    let valueMap = valueMap()
    guard let property, let field, let rule else { return nil }
    return MappingRow(
      property: property, field: field, rule: rule, origin: origin ?? .custom,
      salesforceObject: object.isEmpty ? nil : object, comparison: comparison, valueMap: valueMap,
      truncate: tooLong != nil, line: row.line)
  }

  /// The cell of a column; empty if the column is absent.
  private func cell(_ column: String) -> String { table.column(column).map { row.cells[$0] } ?? "" }

  private func required(_ column: String) -> String? {
    let text = cell(column)
    if text.isEmpty { problems.add(row.line, "\(column) is empty") }
    return text.isEmpty ? nil : text
  }

  private func rule() -> SyncRule? {
    guard let text = required("sync_rule") else { return nil }
    if let rule = SyncRule(text: text) { return rule }
    let words = SyncRule.allCases.map(\.rawValue)
    problems.add(row.line, "sync_rule is \(text): it must be \(words.joined(separator: " or "))")
    return nil
  }

  /// One of several words, or empty.
  private func word(_ column: String, _ words: [String]) -> String? {
    let text = cell(column)
    guard !text.isEmpty, !words.contains(text) else { return text.isEmpty ? nil : text }
    problems.add(row.line, "\(column) is \(text): it must be \(words.joined(separator: " or ")), or empty")
    return nil
  }

  private func valueMap() -> ValueMap {
    do throws(ValueMap.Fault) {
      return try ValueMap(parsing: cell("value_map"))
    } catch {
      problems.add(row.line, "value_map: \(error.message)")
      return ValueMap()
    }
  }
}
