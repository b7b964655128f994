import CRM
import CSV
import Records

/// The staged table of the times at which cells were last edited, as history files tell them (spec, semantics 4 "Newer", 8).
///
/// A row is one entry of a history: the side and the number of the row that it is about, the field, and the time in UTC,
/// which is empty where the entry is an echo, and no edit.
public enum HistoryTable {
  /// The columns of the table.
  public static let columns = ["_side", "_row", "field", "time"]

  /// The table of a chunk.
  public static func name(_ object: String, chunk: Int) -> TableName {
    TableName(.extract, object, "history", chunk: chunk)
  }

  /// Appends an entry; `seconds` is nil for an echo.
  public static func append(_ side: Side, row: Int, field: String, seconds: Int64?, to out: inout ByteBuffer) {
    out.append(side == .hubspot ? "hubspot," : "salesforce,")
    out.append(decimal: row)
    out.append(UInt8(ascii: ","))
    out.appendCSV(field)
    out.append(UInt8(ascii: ","))
    if let seconds { out.append(isoSeconds: seconds) }
    out.append(UInt8(ascii: "\n"))
  }
}
