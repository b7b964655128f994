import Records

/// The issues of a row as one cell of a staged table: field, code and value of each, between tabs, a line each.
public enum IssueList {
  /// Appends an issue; tabs, line breaks and backslashes in the value are escaped.
  public static func append(field: StaticString, code: IssueCode, value: Bytes, into out: inout ByteBuffer) {
    append(field: Bytes(start: field.utf8Start, count: field.utf8CodeUnitCount), code: code, value: value, into: &out)
  }

  /// Appends an issue of a field whose name is in bytes.
  public static func append(field: Bytes, code: IssueCode, value: Bytes, into out: inout ByteBuffer) {
    if out.count > 0 { out.append(10) }
    out.append(field)
    out.append(9)
    out.append(code.name)
    out.append(9)
    for byte in value {
      switch byte {
      case 9: out.append("\\t")
      case 10: out.append("\\n")
      case UInt8(ascii: "\\"): out.append("\\\\")
      default: out.append(byte)
      }
    }
  }

  /// The issues in a cell, in order; nil if it is none.
  public static func read(_ cell: Bytes) -> [(field: String, code: IssueCode, value: [UInt8])]? {
    guard cell.count > 0 else { return [] }
    var issues: [(field: String, code: IssueCode, value: [UInt8])] = []
    for line in cell.split(separator: 10, omittingEmptySubsequences: false) {
      let parts = line.split(separator: 9, omittingEmptySubsequences: false)
      guard parts.count == 3, let code = IssueCode(name: Bytes(rebasing: parts[1])) else { return nil }
      issues.append((String(decoding: parts[0], as: UTF8.self), code, unescaped(parts[2])))
    }
    return issues
  }

  private static func unescaped(_ value: Slice<Bytes>) -> [UInt8] {
    var out: [UInt8] = []
    var isEscaped = false
    for byte in value {
      if isEscaped {
        out.append(byte == UInt8(ascii: "t") ? 9 : byte == UInt8(ascii: "n") ? 10 : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        out.append(byte)
      }
    }
    return out
  }
}
