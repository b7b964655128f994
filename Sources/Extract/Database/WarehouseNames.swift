import CRM

/// Finds the column of a warehouse table that stands for a property or field (spec, domain facts 2.12).
///
/// What a warehouse makes of a name loses what it was: `my_field_c` may be `My_Field__c` or `MyField_c`. So nothing is made
/// of a column's name; rather each name that the metadata know is turned into what each warehouse would call it, and looked
/// for. Where two names meet at one column, the pipeline must say which is meant.
struct WarehouseNames {
  private let columns: Set<String>
  private let side: Side
  private let object: String

  /// `object` is that of the source, where it decides what a name can stand for.
  init(columns: [String], side: Side, object: String = "") {
    self.columns = Set(columns)
    self.side = side
    self.object = object
  }

  /// The column of a property or field; nil if there is none.
  func column(of field: String) -> String? {
    WarehouseColumns.candidates(for: field, of: side, object: object).first { columns.contains($0) }
  }

  /// The columns of the `wanted` names, by name. Names without a column are left out; `known` are all that could be meant.
  ///
  /// - Throws: `SourceError` for a column that two names could mean, and for a declared column that is not there.
  func resolve(
    _ wanted: [String], among known: [String], declared: [String: String], in source: String
  ) throws -> [String: String] {
    var found: [String: String] = [:]
    for field in Set(wanted).union(known).sorted() {
      if let column = declared[field] {
        guard columns.contains(column) else {
          throw SourceError(source, "has no column \(column), which `columns` names for \(field)")
        }
        found[field] = column
      } else if let column = column(of: field) {
        found[field] = column
      }
    }
    for (column, names) in Dictionary(grouping: found.keys.sorted(), by: { found[$0] ?? "" }) where names.count > 1 {
      let list = names.joined(separator: " and ")
      guard names.contains(where: { wanted.contains($0) && declared[$0] == nil }) else { continue }
      throw SourceError(source, "the column \(column) could be \(list): say under `columns` which it is")
    }
    return found.filter { wanted.contains($0.key) }
  }
}
