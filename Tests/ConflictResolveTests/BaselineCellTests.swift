import CRM
import Records
import TestSupport
import Testing

@testable import ConflictResolve

/// How the baseline writes the values that both sides have shown.
@Suite struct `Cells of the baseline` {
  static let values = ["", "a", "=", ":", "=a", ":a", "::", "a,b", "\"", "say \"hello\"", "line\nbreak", " ", "é"]

  /// The two cells that two values become, between the commas of the row.
  static func written(_ h: String, _ s: String) -> String {
    withBytes(h) { h in
      withBytes(s) { s in
        var out = ByteBuffer()
        BaselineCell.append((h: h, s: s), to: &out)
        return out.bytes.text
      }
    }
  }

  /// What a cell says: quotes off; a cell that is absent is empty and has none.
  static func plain(_ cell: String) -> String {
    cell.hasPrefix("\"") ? String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"") : cell
  }

  @Test(arguments: values, values) func `two values come back, whatever they are`(_ h: String, _ s: String) throws {
    let row = Self.written(h, s)
    let first = h.isEmpty ? "\"\"" : Self.quoted(h)
    try #require(row.hasPrefix(",\(first),"))
    try #require(row.hasSuffix(","))
    let second = Self.plain(String(row.dropFirst(first.count + 2).dropLast()))
    let back = withBytes(second) { cell in withBytes(h) { BaselineCell.salesforceValue(cell, hubspot: $0).text } }
    #expect(back == s)
    #expect(!second.isEmpty)
  }

  @Test func `a blank value is quoted, and one that is not there is not`() {
    #expect(Self.written("", "").hasPrefix(",\"\","))
    var out = ByteBuffer()
    BaselineCell.append(nil, to: &out)
    #expect(out.bytes.text == ",,,")
  }

  private static func quoted(_ text: String) -> String {
    let needsQuotes = text.contains { ",\"\n\r".contains($0) }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
