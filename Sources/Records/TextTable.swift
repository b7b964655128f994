/// Texts by their numbers, as bytes that stay where they are for as long as the table lives.
///
/// For what stands in row after row of output: a look-up counts no reference, as one in an array of strings would.
public struct TextTable: ~Copyable, @unchecked Sendable {
  private let store: ByteBuffer
  private let texts: PlainTable<Bytes>

  /// A table of these texts, numbered from 0.
  public init(_ texts: [String]) {
    var store = ByteBuffer(capacity: 4096)
    var ends: [Int] = []
    for text in texts {
      store.append(text)
      ends.append(store.count)
    }
    let starts = [0] + ends.dropLast()
    self.texts = PlainTable(zip(starts, ends).map { store.part($0, $1 - $0) })
    self.store = store
  }

  /// How many texts it holds.
  public var count: Int { texts.count }

  /// The bytes of a text. There must be one of this number.
  public subscript(number: Int) -> Bytes { texts[number] }
}
