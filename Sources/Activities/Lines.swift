import Records

/// The lines of a cell that holds a list, one by one; a cell without bytes has none.
public struct Lines {
  private let bytes: Bytes
  private var place = 0
  private var isDone: Bool

  /// The lines of a cell.
  public init(_ bytes: Bytes) {
    self.bytes = bytes
    isDone = bytes.count == 0
  }

  /// The next line without its end, or nil.
  public mutating func next() -> Bytes? {
    guard !isDone else { return nil }
    var end = place
    while end < bytes.count, bytes[end] != 10 { end += 1 }
    defer {
      isDone = end == bytes.count
      place = end + 1
    }
    return bytes.part(place, end - place)
  }
}
