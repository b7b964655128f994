import CRM
import Foundation
import PipelineFile

/// What people do to single mappings.
public enum MappingEdit {
  /// A new mapping, always a custom one.
  case add(MappingRow)
  /// Another rule. `field` and `object` are needed where the property has several mappings.
  case setRule(property: String, field: String?, object: String?, rule: SyncRule)
  /// A custom mapping goes. `field` and `object` as above.
  case delete(property: String, field: String?, object: String?)

  /// Does the edit, and says what was done, for a person.
  ///
  /// Throws a `PipelineError` (exit 2) if HubSpot's rules forbid it (M6, M11), or there is no such mapping.
  public func apply(to document: inout MappingDocument, _ found: InspectedObject) throws(PipelineError) -> String {
    switch self {
    case .add(let row):
      if row.property == "hubspot_owner_id" || found.hubspotSchema?[row.property]?.isOwner == true {
        try refuseOwnerRule(row.rule, row, document)
      }
      try document.append(row.cells)
      return "added \(named(row)), \(row.rule.rawValue)"
    case .setRule(let property, let field, let object, let rule):
      let row = try find(property, field, object, document)
      if isOwner(row, found) { try refuseOwnerRule(rule, row, document) }
      if row.rule == rule { return "\(named(row)) is \(rule.rawValue) already" }
      try document.set(["sync_rule": rule.rawValue], of: row)
      return "\(named(row)): \(row.rule.rawValue) → \(rule.rawValue)"
    case .delete(let property, let field, let object):
      let row = try find(property, field, object, document)
      try refuseDelete(row, document)
      try document.remove(row)
      return "deleted \(named(row))"
    }
  }

  private func isOwner(_ row: MappingRow, _ found: InspectedObject) -> Bool {
    row.property == "hubspot_owner_id"
      || found.resolution.mappings.contains { $0.line == row.line && $0.kind == .owner }
  }

  private func refuseOwnerRule(
    _ rule: SyncRule, _ row: MappingRow, _ document: MappingDocument
  ) throws(PipelineError) {
    guard rule != .twoWay, rule != .dontSync else { return }
    throw PipelineError(
      file: document.file, line: row.line > 0 ? row.line : nil,
      message: "\(named(row)): owner rule: an owner mapping can only be two_way, not \(rule.rawValue)",
      hint: "nothing was changed")
  }

  private func refuseDelete(_ row: MappingRow, _ document: MappingDocument) throws(PipelineError) {
    if isOptOut(row) {
      throw PipelineError(
        file: document.file, line: row.line,
        message: "\(named(row)): \"Unsubscribed from all email\" can be neither deleted nor switched off",
        hint: "nothing was changed")
    }
    guard row.origin == .default else { return }
    throw PipelineError(
      file: document.file, line: row.line, message: "\(named(row)) is a default mapping, which cannot be deleted",
      hint: "it can be switched off: resync mappings set-rule … \(row.property) dont_sync")
  }
}

/// Whether a row is the opt-out of email, which is neither deleted nor switched off (M11).
func isOptOut(_ row: MappingRow) -> Bool { row.property == "hs_email_optout" }

/// A mapping as messages name it.
func named(_ row: MappingRow) -> String {
  "\(row.property) ↔ \(row.salesforceObject.map { "\($0)." } ?? "")\(row.field)"
}

/// The one row of a property. Throws if there is none, naming the nearest, or several.
func find(
  _ property: String, _ field: String?, _ object: String?, _ document: MappingDocument
) throws(PipelineError) -> MappingRow {
  let rows = document.rows.filter {
    $0.property == property && (field == nil || $0.field == field) && (object == nil || $0.salesforceObject == object)
  }
  if let row = rows.first, rows.count == 1 { return row }
  guard rows.isEmpty else {
    throw PipelineError(
      file: document.file, message: "\(property) has several mappings: \(rows.map(named).joined(separator: ", "))",
      hint: "name one with --field, or --salesforce-object")
  }
  let wanted = field.map { "\(property) ↔ \($0)" } ?? property
  throw PipelineError(
    file: document.file, message: "there is no mapping of \(wanted)",
    hint: didYouMean(property, among: document.rows.map(\.property)))
}
