import CRM
import CSV
import Records

/// One row of `rejects.csv`: a row that could not be read, or a cell that could not be used or written (semantics 7).
public enum RejectRow {
  /// The columns of the file (spec, interface).
  public static let columns = ["object", "side", "record_id", "file", "line", "field", "value", "code", "message"]

  /// Appends a row, with the sentence that says what to do: that of its code, unless `message` knows more.
  public static func append(
    object: String, side: Side, recordID: Bytes, file: String, line: Int, field: String, value: Bytes,
    code: IssueCode, message: String? = nil, into out: inout ByteBuffer
  ) {
    out.appendCSV(object)
    out.append(UInt8(ascii: ","))
    out.append(side.name)
    out.append(UInt8(ascii: ","))
    out.appendCSV(recordID)
    out.append(UInt8(ascii: ","))
    out.appendCSV(file)
    out.append(UInt8(ascii: ","))
    out.append(decimal: line)
    out.append(UInt8(ascii: ","))
    out.appendCSV(field)
    out.append(UInt8(ascii: ","))
    out.appendCSV(value)
    out.append(UInt8(ascii: ","))
    out.append(code.name)
    out.append(UInt8(ascii: ","))
    out.appendCSV(message ?? code.advice)
    out.append(UInt8(ascii: "\n"))
  }
}
