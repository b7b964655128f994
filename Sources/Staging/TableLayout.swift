import CRM
import Records

/// The columns of a staged table of records: the leading ones that every such table has, then the cells.
public struct TableLayout: Sendable {
  /// The columns that every staged table of records begins with.
  ///
  /// `_row` numbers the rows of a side over all its files; `_file`, `_line` and `_byte` say where a row was read (bytes only
  /// in extract); `_object` is the number of its Salesforce object; `_verdict` and `_partner` are what pairing decided;
  /// `_issues` lists the cells that cannot be used, as `column:code`.
  public static let leading = ["_row", "_file", "_line", "_byte", "_object", "_verdict", "_partner", "_issues"]

  /// The names of the cells, in their order.
  public let cells: [String]
  /// All columns.
  public var columns: [String] { Self.leading + cells }

  /// A table with these cells behind the leading columns.
  public init(cells: [String]) { self.cells = cells }

  /// The place of a cell, if the table has it.
  public func place(of name: String) -> Int? { cells.firstIndex(of: name) }
}
