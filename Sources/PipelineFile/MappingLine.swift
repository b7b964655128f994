/// A line of a mapping file: a comment, an empty line, or a record, which may span several lines of text.
struct MappingLine: Sendable {
  /// The number of its first line, from 1.
  let number: Int
  /// Its first byte.
  let start: Int
  /// Where its line end begins.
  let contentEnd: Int
  /// Behind its line end.
  let end: Int
  /// It begins with `#`.
  let isComment: Bool
  /// Of a record, where its cells lie, their quotes included.
  let cells: [Range<Int>]

  /// Whether it is the header or a row.
  var isRecord: Bool { !cells.isEmpty }

  /// Cuts a file into its lines. A quote opens a cell only as its first character (spec, semantics 7); what is unsound
  /// is cut somehow, and refused by the one who reads the rows.
  static func split(_ bytes: [UInt8]) -> [MappingLine] {
    var cutter = LineCutter(bytes: bytes)
    var lines: [MappingLine] = []
    while let line = cutter.next() { lines.append(line) }
    return lines
  }
}

private struct LineCutter {
  let bytes: [UInt8]
  private var place: Int
  private var number = 1

  init(bytes: [UInt8]) {
    self.bytes = bytes
    place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func next() -> MappingLine? {
    guard place < bytes.count else { return nil }
    let start = place
    let first = number
    let isComment = bytes[place] == UInt8(ascii: "#")
    var cells: [Range<Int>] = []
    if isComment || isLineEnd(place) {
      while place < bytes.count, !isLineEnd(place) { place += 1 }
    } else {
      cells.append(takeCell())
      while place < bytes.count, bytes[place] == UInt8(ascii: ",") {
        place += 1
        cells.append(takeCell())
      }
    }
    let contentEnd = place
    takeLineEnd()
    return MappingLine(
      number: first, start: start, contentEnd: contentEnd, end: place, isComment: isComment, cells: cells)
  }

  private func isLineEnd(_ at: Int) -> Bool { bytes[at] == 0x0A || bytes[at] == 0x0D }

  private mutating func takeLineEnd() {
    guard place < bytes.count else { return }
    let isPair = bytes[place] == 0x0D && place + 1 < bytes.count && bytes[place + 1] == 0x0A
    place += isPair ? 2 : 1
    number += 1
  }

  private mutating func takeCell() -> Range<Int> {
    let start = place
    if place < bytes.count, bytes[place] == UInt8(ascii: "\"") { takeQuoted() }
    while place < bytes.count, bytes[place] != UInt8(ascii: ","), !isLineEnd(place) { place += 1 }
    return start..<place
  }

  /// Goes behind the closing quote; a doubled one is none.
  private mutating func takeQuoted() {
    place += 1
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "\"") {
        place += 1
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return }
        place += 1
      } else if isLineEnd(place) {
        takeLineEnd()
      } else {
        place += 1
      }
    }
  }
}
