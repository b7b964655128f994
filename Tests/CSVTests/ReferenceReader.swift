import CSV

/// The specification (semantics 7) once more, byte by byte and without a thought of speed: the measure of
/// both paths.
struct ReferenceReader {
  let text: [UInt8]
  private var at = 0
  private var outcome = Outcome()

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lf = UInt8(ascii: "\n")
  private static let cr = UInt8(ascii: "\r")

  private init(_ text: [UInt8]) { self.text = text }

  /// What a text means.
  static func read(_ text: [UInt8]) -> Outcome {
    var reader = ReferenceReader(text)
    while reader.outcome.error == nil, reader.at < text.count {
      if reader.isLineEnd { reader.skipLineEnd() } else { reader.readRow() }
    }
    return reader.outcome
  }

  private var isLineEnd: Bool { at < text.count && (text[at] == Self.lf || text[at] == Self.cr) }

  private var isCellEnd: Bool { at == text.count || isLineEnd || text[at] == Self.comma }

  private mutating func skipLineEnd() {
    let isPair = text[at] == Self.cr && at + 1 < text.count && text[at + 1] == Self.lf
    at += isPair ? 2 : 1
    outcome.lines += 1
  }

  private mutating func readRow() {
    var row = Row(line: outcome.lines, offset: at, cells: [])
    while true {
      let start = at
      let lines = outcome.lines
      let isQuoted = text.indices.contains(at) && text[at] == Self.quote
      guard let cell = isQuoted ? readQuoted() : readUnquoted() else {
        if at == text.count, isQuoted { return refuse(at: start, line: lines) }
        return reject(row, cellAt: start, line: lines)
      }
      row.cells.append(cell.isEmpty && !isQuoted ? nil : cell)
      guard at < text.count, text[at] == Self.comma else { break }
      at += 1
    }
    if at < text.count { skipLineEnd() }
    outcome.rows.append(row)
  }

  private mutating func readUnquoted() -> [UInt8]? {
    let start = at
    while !isCellEnd {
      if text[at] == Self.quote { return nil }
      at += 1
    }
    return Array(text[start..<at])
  }

  /// nil with `at` at the end of the text: not closed; elsewhere: text behind the closing quote.
  private mutating func readQuoted() -> [UInt8]? {
    var cell: [UInt8] = []
    at += 1
    while at < text.count {
      if text[at] == Self.quote {
        at += 1
        if isCellEnd { return cell }
        guard text[at] == Self.quote else { return nil }
        cell.append(Self.quote)
        at += 1
      } else if isLineEnd {
        let start = at
        skipLineEnd()
        cell += text[start..<at]
      } else {
        cell.append(text[at])
        at += 1
      }
    }
    return nil
  }

  private mutating func refuse(at offset: Int, line: Int) {
    outcome.error = .unclosedQuote(offset: offset, line: line)
  }

  /// Goes on behind the first line end that follows the start of the faulty cell.
  private mutating func reject(_ row: Row, cellAt start: Int, line: Int) {
    var row = row
    row.isFaulty = true
    outcome.rows.append(row)
    at = start
    outcome.lines = line
    while at < text.count, !isLineEnd { at += 1 }
    if at < text.count { skipLineEnd() }
  }
}
