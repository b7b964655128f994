import CRM
import CSV
import Records

/// One row of `rejects.csv`: a row that could not be read, or a cell that could not be used or written (semantics 7).
public enum RejectRow {
  /// The columns of the file (spec, interface).
  public static let columns = ["object", "side", "record_id", "file", "line", "field", "value", "code", "message"]

  /// Appends a row, with the sentence that says what to do: that of its code, unless `message` knows more. `byte` is where in
  /// the file a whole row that is rejected begins, for whoever must find it in a large one; of a packed or converted file it
  /// is the byte of its plain UTF-8 text.
  public static func append(
    object: String, side: Side, recordID: Bytes, file: String, line: Int, field: String, value: Bytes,
    code: IssueCode, byte: Int? = nil, message: String? = nil, into out: inout ByteBuffer
  ) {
    out.appendCSV(object)
    out.append(UInt8(ascii: ","))
    out.append(side.name)
    out.append(UInt8(ascii: ","))
    appendForPeople(recordID, into: &out)
    out.append(UInt8(ascii: ","))
    out.appendCSV(file)
    out.append(UInt8(ascii: ","))
    out.append(decimal: line)
    out.append(UInt8(ascii: ","))
    out.appendCSV(field)
    out.append(UInt8(ascii: ","))
    appendForPeople(value, into: &out)
    out.append(UInt8(ascii: ","))
    out.append(code.name)
    out.append(UInt8(ascii: ","))
    let advice = message ?? code.advice
    out.appendCSV(byte.map { "\(advice) The row begins at byte \($0)." } ?? advice)
    out.append(UInt8(ascii: "\n"))
  }

  /// Appends a value as it was read, with `'` before it where a spreadsheet would take it for a formula and carry it out:
  /// people open this report, and the value may come from anybody who fills in a form.
  private static func appendForPeople(_ value: Bytes, into out: inout ByteBuffer) {
    let starts: [UInt8] = [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D]
    guard let first = value.first, starts.contains(first) else { return out.appendCSV(value) }
    var safe = ByteBuffer(capacity: value.count + 1)
    safe.append(UInt8(ascii: "'"))
    safe.append(value)
    out.appendCSV(safe.bytes)
  }
}
