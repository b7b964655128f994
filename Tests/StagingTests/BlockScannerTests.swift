import CSV
import Records
import Staging
import TestSupport
import Testing

/// Blocks of whole records, cut from a stream.
@Suite struct `Blocks of a stream` {
  /// A record, and where in the stream its block says that it begins.
  struct Found: Equatable {
    var cells: [String]
    var byte: Int
    var line: Int
  }

  /// Everything in a text, read in blocks of `size` bytes and pieces of `piece`.
  static func read(_ text: [UInt8], size: Int, piece: Int) throws -> [Found] {
    var found: [Found] = []
    var rest = text[...]
    var blocks = BlockScanner(blockSize: size)
    var buffer = ByteBuffer()
    var index = RecordIndex()
    while try blocks.next(
      into: &buffer, &index,
      read: { target in
        let part = rest.prefix(min(piece, target.count))
        target.copyBytes(from: part)
        rest = rest.dropFirst(part.count)
        return part.count
      })
    {
      for record in 0..<index.recordCount {
        let mark = index[record: record]
        let cells = (0..<Int(mark.fieldCount)).map {
          let field = index[field: Int(mark.firstField) + $0]
          return buffer.part(Int(field.offset), field.count).text
        }
        found.append(Found(cells: cells, byte: blocks.byte + Int(mark.offset), line: blocks.line + Int(mark.line)))
      }
    }
    return found
  }

  @Test func `records, lines and bytes are the same for blocks and pieces of any size`() throws {
    var random = SeededRandom.announced("blocks of a stream")
    for _ in 0..<300 {
      var text: [UInt8] = []
      var expected: [Found] = []
      var line = 1
      for number in 0..<Int.random(in: 0...12, using: &random) {
        let cell = ["", "a", "x,y", "1\n2", "\"", "long long long"].randomElement(using: &random) ?? ""
        expected.append(Found(cells: ["\(number)", cell], byte: text.count, line: line))
        text += "\(number),\"\(cell.replacing("\"", with: "\"\""))\"\n".utf8
        line += cell.contains("\n") ? 2 : 1
      }
      if Bool.random(using: &random), !text.isEmpty { text.removeLast() }
      let (size, piece) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random))
      let found = try Self.read(text, size: size, piece: piece)
      guard found == expected else {
        #expect(found == expected, "seed \(random.seed), blocks of \(size), pieces of \(piece)")
        return
      }
    }
  }

  @Test func `a block can begin in the middle of a file`() throws {
    let blocks = BlockScanner(byte: 100, line: 7)
    #expect(blocks.byte == 100 && blocks.line == 7)
  }

  @Test func `a quote that is never closed is an error`() {
    #expect(throws: CSVError.self) { try Self.read(Array("a,b\n1,\"2\n3".utf8), size: 4, piece: 4) }
  }
}
