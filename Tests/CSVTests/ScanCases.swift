import CSV
import Testing

/// A text, and the rows that the specification (semantics 7) makes of it.
struct ScanCase: CustomTestStringConvertible, Sendable {
  let name: String
  let text: [UInt8]
  let rows: [Row]
  let lines: Int
  let error: CSVError?

  init(_ name: String, _ text: String, _ rows: [Row], lines: Int, error: CSVError? = nil) {
    self.name = name
    self.text = Array(text.utf8)
    self.rows = rows
    self.lines = lines
    self.error = error
  }

  var testDescription: String { name }
}

/// A row without a fault.
private func row(_ line: Int, _ offset: Int, _ cells: String?...) -> Row {
  Row(line: line, offset: offset, cells: cells.map { $0.map { Array($0.utf8) } })
}

/// A faulty row, with the cells before the faulty one.
private func faulty(_ line: Int, _ offset: Int, _ cells: String?...) -> Row {
  Row(line: line, offset: offset, cells: cells.map { $0.map { Array($0.utf8) } }, isFaulty: true)
}

let scanCases: [ScanCase] = soundCases + faultyCases + unclosedCases

private let soundCases: [ScanCase] = [
  ScanCase("nothing is no row", "", [], lines: 0),
  ScanCase("cells end at delimiters", "a,b\n1,2\n", [row(0, 0, "a", "b"), row(1, 4, "1", "2")], lines: 2),
  ScanCase("a last row needs no line end", "a,b\n1,2", [row(0, 0, "a", "b"), row(1, 4, "1", "2")], lines: 1),
  ScanCase("a last row may end in a delimiter", "a,", [row(0, 0, "a", nil)], lines: 0),
  ScanCase("a last row may end in a quote", "a,\"b\"", [row(0, 0, "a", "b")], lines: 0),
  ScanCase("CRLF ends a row, once", "a\r\nb\r\n", [row(0, 0, "a"), row(1, 3, "b")], lines: 2),
  ScanCase("a lone CR ends a row", "a\rb\r", [row(0, 0, "a"), row(1, 2, "b")], lines: 2),
  ScanCase("LF and then CR are two line ends", "a\n\rb", [row(0, 0, "a"), row(2, 3, "b")], lines: 2),
  ScanCase("CR and then CRLF are two line ends", "a\r\r\nb", [row(0, 0, "a"), row(2, 4, "b")], lines: 2),
  ScanCase(
    "line ends may be mixed", "a\nb\rc\r\nd",
    [
      row(0, 0, "a"), row(1, 2, "b"), row(2, 4, "c"), row(3, 7, "d"),
    ], lines: 3),
  ScanCase(
    "a line without a character is no row, but a line", "\n\na\n\r\n\rb\n\n",
    [
      row(2, 2, "a"), row(5, 7, "b"),
    ], lines: 7),
  ScanCase("only line ends are no row", "\r\n\n\r", [], lines: 3),
  ScanCase("a line with a blank is a row", " \n", [row(0, 0, " ")], lines: 1),
  ScanCase("a line with a delimiter is a row of absent cells", ",\n", [row(0, 0, nil, nil)], lines: 1),
  ScanCase(
    "an empty quoted cell is blank, not absent", "\"\",\n\"\"\n",
    [
      row(0, 0, "", nil), row(1, 4, ""),
    ], lines: 2),
  ScanCase(
    "blanks at the ends of a cell stay", " a ,\t b\t\n\" c \"",
    [
      row(0, 0, " a ", "\t b\t"), row(1, 9, " c "),
    ], lines: 1),
  ScanCase("a quoted delimiter stays in its cell", "\"a,b\",c\n", [row(0, 0, "a,b", "c")], lines: 1),
  ScanCase(
    "quoted line ends stay, and count as lines", "\"a\nb\r\nc\rd\",e\nf",
    [
      row(0, 0, "a\nb\r\nc\rd", "e"), row(4, 13, "f"),
    ], lines: 4),
  ScanCase(
    "doubled quotes become one", "\"a\"\"b\",\"\"\"\",\"\"\"c\"\"\"\n",
    [
      row(0, 0, "a\"b", "\"", "\"c\"")
    ], lines: 1),
  ScanCase("a doubled quote stands before a delimiter", "\"a\"\",b\"\n", [row(0, 0, "a\",b")], lines: 1),
  ScanCase("a line end behind a doubled quote counts once", "\"\"\"\n\"", [row(0, 0, "\"\n")], lines: 1),
  ScanCase("NUL is data", "a\0b,\"\0\"\n\0\n", [row(0, 0, "a\0b", "\0"), row(1, 8, "\0")], lines: 2),
  ScanCase("a byte order mark is data", "\u{feff}a\n", [row(0, 0, "\u{feff}a")], lines: 1),
  ScanCase("UTF-8 stays as it is", "é,\"æ,ø\"\n", [row(0, 0, "é", "æ,ø")], lines: 1),
]

private let faultyCases: [ScanCase] = [
  ScanCase(
    "a quote inside an unquoted cell is malformed", "1,a\"b,c\n2,d,e\n",
    [
      faulty(0, 0, "1"), row(1, 8, "2", "d", "e"),
    ], lines: 2),
  ScanCase(
    "a doubled quote inside an unquoted cell is malformed", "a\"\"b\nc",
    [
      faulty(0, 0), row(1, 5, "c"),
    ], lines: 1),
  ScanCase(
    "a quote at the end of an unquoted cell is malformed", "a\",b\nc",
    [
      faulty(0, 0), row(1, 5, "c"),
    ], lines: 1),
  ScanCase(
    "text behind a closing quote is malformed", "\"a\"b,c\nd", [faulty(0, 0), row(1, 7, "d")], lines: 1),
  ScanCase(
    "a blank behind a closing quote is malformed", "1,\"a\" ,c\nd",
    [
      faulty(0, 0, "1"), row(1, 9, "d"),
    ], lines: 1),
  ScanCase(
    "a blank before a quote makes the quote one inside a cell", "1, \"a\",c\nd",
    [
      faulty(0, 0, "1"), row(1, 9, "d"),
    ], lines: 1),
  ScanCase(
    "a NUL behind a closing quote is malformed", "\"a\"\0\nd", [faulty(0, 0), row(1, 5, "d")], lines: 1),
  ScanCase(
    "text behind an empty quoted cell is malformed", "\"\"a\"\nd", [faulty(0, 0), row(1, 5, "d")], lines: 1),
  ScanCase("a faulty last row needs no line end", "a\na\"b", [row(0, 0, "a"), faulty(1, 2)], lines: 1),
  ScanCase(
    "a CRLF behind a faulty row is one line end", "a\"b\r\nc", [faulty(0, 0), row(1, 5, "c")], lines: 1),
  ScanCase("a lone CR ends a faulty row", "a\"b\rc", [faulty(0, 0), row(1, 4, "c")], lines: 1),
  ScanCase(
    "empty lines behind a faulty row are lines", "a\"b\n\n\nc", [faulty(0, 0), row(3, 6, "c")], lines: 3),
  ScanCase(
    "faulty rows may follow each other", "a\"\nb\"\nc\n",
    [
      faulty(0, 0), faulty(1, 3), row(2, 6, "c"),
    ], lines: 3),
  ScanCase(
    "a sound cell of several lines before the faulty cell is not read again", "\"x\ny\",b\"c\nd",
    [
      faulty(0, 0, "x\ny"), row(2, 10, "d"),
    ], lines: 2),
  ScanCase(
    "doubled quotes before the faulty cell are unescaped", "\"x\"\"y\",b\"c\nd",
    [
      faulty(0, 0, "x\"y"), row(1, 11, "d"),
    ], lines: 1),
  ScanCase(
    "a stray opening quote costs its own row, not those up to the next quote", "1,\"a,x\n2,b,y\n3,\"c\",z\n",
    [
      faulty(0, 0, "1"), row(1, 7, "2", "b", "y"), row(2, 13, "3", "c", "z"),
    ], lines: 3),
  ScanCase(
    "a missing closing quote at the end of a row costs only that row", "\"1\",\"a\r\n\"2\",\"b\"\r\n",
    [
      faulty(0, 0, "1"), row(1, 8, "2", "b"),
    ], lines: 2),
  ScanCase(
    "further lines of a faulty cell of several lines are read as rows", "1,\"a\nb\nc\" ,x\n2,d,y\n",
    [
      faulty(0, 0, "1"), row(1, 5, "b"), faulty(2, 7), row(3, 13, "2", "d", "y"),
    ], lines: 4),
  ScanCase(
    "a stray quote that swallows a stray quote costs two rows", "1,\"a\n2,b\n3,\"\"c\n4,\"d\"\n",
    [
      faulty(0, 0, "1"), row(1, 5, "2", "b"), faulty(2, 9, "3"), row(3, 15, "4", "d"),
    ], lines: 4),
]

private let unclosedCases: [ScanCase] = [
  ScanCase(
    "a quote that is never closed refuses the file, with its place", "a,b\n1,\"x\n2,y\n",
    [row(0, 0, "a", "b")],
    lines: 0, error: .unclosedQuote(offset: 6, line: 1)),
  ScanCase(
    "the line of an unclosed quote counts quoted lines before it", "\"a\nb\",\"c", [], lines: 0,
    error: .unclosedQuote(offset: 6, line: 1)),
  ScanCase(
    "a line of a faulty cell that begins with a quote can open a cell that is never closed",
    "1,\"a\n\"x,y\n2,b,c\n", [faulty(0, 0, "1")], lines: 0,
    error: .unclosedQuote(offset: 5, line: 1)),
  ScanCase("a quote alone is unclosed", "\"", [], lines: 0, error: .unclosedQuote(offset: 0, line: 0)),
  ScanCase(
    "a doubled quote does not close a cell", "\"a\"\"\n", [], lines: 0,
    error: .unclosedQuote(offset: 0, line: 0)),
]
