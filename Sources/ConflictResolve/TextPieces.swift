import Records

/// A text in memory, in pieces, so that it never has to be moved while it grows. Bytes are counted from its start.
struct TextPieces: ~Copyable {
  private static let pieceSize = 1 << 20

  private var pieces: [UnsafeMutablePointer<UInt8>] = []
  private(set) var count = 0

  deinit { for piece in pieces { piece.deallocate() } }

  /// Appends bytes.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let filled = count % Self.pieceSize
      if filled == 0 { pieces.append(.allocate(capacity: Self.pieceSize)) }
      let taken = min(rest.count, Self.pieceSize - filled)
      (pieces[pieces.count - 1] + filled).update(from: start.assumingMemoryBound(to: UInt8.self), count: taken)
      count += taken
      rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
    }
  }

  /// Appends a part of the text to a buffer.
  func copy(_ part: Range<Int>, to out: inout ByteBuffer) {
    precondition(part.lowerBound >= 0 && part.upperBound <= count, "the part lies outside the text")
    var place = part.lowerBound
    while place < part.upperBound {
      let offset = place % Self.pieceSize
      let taken = min(part.upperBound - place, Self.pieceSize - offset)
      out.append(Bytes(start: pieces[place / Self.pieceSize] + offset, count: taken))
      place += taken
    }
  }

  /// Reads a byte of each cache line of a part, and gives their sum: so it is on its way from memory when it is copied.
  func touch(_ part: Range<Int>) -> UInt32 {
    var sum: UInt32 = 0
    for place in stride(from: part.lowerBound, to: part.upperBound, by: 64) {
      sum &+= UInt32(pieces[place / Self.pieceSize][place % Self.pieceSize])
    }
    return sum
  }
}
