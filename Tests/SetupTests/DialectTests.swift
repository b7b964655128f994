import CRM
import Foundation
import Testing

@testable import Setup

/// How a file is written, found out from its first bytes (issue 8: encoding, delimiter, dates).
@Suite struct DialectTests {
  @Test(arguments: [
    (",", UInt8(44)), (";", 59), ("\t", 9), ("|", 124), ("^", 94), ("`", 96),
  ])
  func `the delimiter is what the header has most of`(text: String, byte: UInt8) {
    let header = ["Id", "\"Name, or what; it is\"", "City"].joined(separator: text)
    #expect(Dialect(sample: Array("\(header)\n1\(text)a,b;c|d\n".utf8), isWhole: true).delimiter == byte)
  }

  @Test func `a header of one column has a comma`() {
    #expect(Dialect(sample: Array("Id\n1;2;3\n".utf8), isWhole: true).delimiter == 44)
  }

  @Test func `UTF-8 needs no word, other encodings get theirs`() {
    let text = "hs_object_id;name\n1;Ærlig Øl, Ålesund\n"
    #expect(Dialect(sample: Array(text.utf8), isWhole: true).encoding == nil)
    let western = Array(text.data(using: .windowsCP1252) ?? Data())
    #expect(Dialect(sample: western, isWhole: true).encoding == "windows-1252")
    for (encoding, name) in [(String.Encoding.utf16LittleEndian, "utf-16le"), (.utf16BigEndian, "utf-16be")] {
      let bytes = Array(text.data(using: encoding) ?? Data())
      #expect(Dialect(sample: bytes, isWhole: true) == expected(name, 59))
    }
    #expect(Dialect(sample: Array(text.data(using: .utf16) ?? Data()), isWhole: true).encoding == "utf-16")
  }

  private func expected(_ encoding: String, _ delimiter: UInt8) -> Dialect {
    var dialect = Dialect(sample: [], isWhole: true)
    dialect.encoding = encoding
    dialect.delimiter = delimiter
    return dialect
  }

  @Test func `a broken cell in a file of UTF-8 makes it no other encoding`() {
    let bytes = Array("hs_object_id,name\n1,Ålesund\n2,Øl\n3,".utf8) + [0xE6, 0x0A]
    #expect(Dialect(sample: bytes, isWhole: true).encoding == nil)
  }

  @Test func `a sample that ends within a character is still UTF-8`() {
    let bytes = Array("hs_object_id,name\n1,Ålesund\n2,Å".utf8.dropLast())
    #expect(Dialect(sample: bytes, isWhole: false).encoding == nil)
  }

  @Test(arguments: [
    (["7.5.1998", "24.12.2025"], DayOrder.known(.dmy)), (["12/24/2025", "1/2/2025 10:00"], .known(.mdy)),
    (["1/2/2025", "3.4.2026"], .unclear(example: "1/2/2025")),
    (["24/12/2025", "12/24/2025"], .unclear(example: "24/12/2025")),
    (["2025-12-24", "Fabrikkveien 1/2", ""], .none),
  ])
  func `a number above twelve says which is the day`(cells: [String], order: DayOrder) {
    #expect(DayOrder(cells) == order)
  }
}
