import CSV
import Records
import TestSupport
import Testing

@Suite struct `The header of a file` {
  /// What `CSVHeader.read` gives for a text.
  private func read(_ text: String, atEnd: Bool = true) -> Result<CSVHeader?, CSVError> {
    withBytes(text) { bytes in
      do throws(CSVError) {
        return .success(try CSVHeader.read(bytes, atEnd: atEnd))
      } catch {
        return .failure(error)
      }
    }
  }

  @Test func `its names are those of the first record, and its place ends before the first row`() throws {
    let header = try #require(try read("\r\nId,\"Na\"\"me, full\", x \r\n1,2,3\r\n").get())
    #expect(header.names == ["Id", "Na\"me, full", " x "])
    #expect(header.column("Na\"me, full") == 1)
    #expect(header.column("id") == nil)
    #expect(header.byteCount == 25)
    #expect(header.lineCount == 2)
  }

  @Test(arguments: ["", "\n\r\n", ",,x,", "\"\"\n"])
  func `a file without a header is refused`(_ text: String) {
    let refusal: CSVError = text.contains("x") ? .repeatedColumn("") : .noHeader
    #expect(throws: refusal) { try self.read(text).get() }
  }

  @Test(arguments: [
    ("a,b,a\n", CSVError.repeatedColumn("a")), ("a,b\"c\n1,2", .malformedHeader),
    ("a,\"b\n1,2\n", .unclosedQuote(offset: 2, line: 0)),
  ])
  func `a header that cannot be used is refused`(_ text: String, _ refusal: CSVError) {
    #expect(throws: refusal) { try self.read(text).get() }
  }

  @Test func `a name that is no UTF-8 is refused`() {
    #expect(throws: CSVError.headerNotUTF8(column: 1)) {
      try [UInt8]([97, 44, 0xe9, 10]).withUnsafeBufferPointer { try CSVHeader.read($0, atEnd: true) }
    }
  }

  @Test(arguments: ["", "a,b", "a,\"b\n", "a,b\r"])
  func `a header that goes on behind the first bytes needs more of them`(_ start: String) throws {
    #expect(try read(start, atEnd: false).get() == nil)
  }
}
