/// Texts by their numbers, as bytes that stay where they are for as long as the table lives.
///
/// For what stands in row after row of output: a look-up counts no reference, as one in an array of strings would.
public struct TextTable: ~Copyable, @unchecked Sendable {
  private let store: ByteBuffer
  private let texts: UnsafeMutableBufferPointer<Bytes>

  /// A table of these texts, numbered from 0.
  public init(_ texts: [String]) {
    var store = ByteBuffer(capacity: 4096)
    var ends: [Int] = []
    for text in texts {
      store.append(text)
      ends.append(store.count)
    }
    self.texts = .allocate(capacity: texts.count)
    var start = 0
    for (number, end) in ends.enumerated() {
      self.texts.initializeElement(at: number, to: store.part(start, end - start))
      start = end
    }
    self.store = store
  }

  deinit { texts.deallocate() }

  /// The bytes of a text. There must be one of this number.
  public subscript(number: Int) -> Bytes {
    precondition(number >= 0 && number < texts.count, "no such text")
    return texts[number]
  }
}
