import Records

/// Byte strings that are kept once each, in one piece of memory that never moves after it is made.
struct TextArena: ~Copyable {
  private var bytes = ByteBuffer(capacity: 1024)
  private var places: [(start: Int, count: Int)] = []
  private var numbers = ByteTable()

  /// The number of a text, which is added if it is new.
  mutating func add(_ text: [UInt8]) -> Int {
    if let number = text.withUnsafeBufferPointer({ numbers.find($0) }) { return number }
    places.append((bytes.count, text.count))
    text.withUnsafeBufferPointer { bytes.append($0) }
    numbers.insert(text, places.count - 1)
    return places.count - 1
  }

  /// A text, for as long as the arena lives and nothing is added.
  subscript(_ number: Int) -> Bytes { bytes.part(places[number].start, places[number].count) }
}

/// The own value of a name in metadata or in a value map: trimmed, NFC, as cells are (spec, semantics 1,
/// picklist). Empty if it is blank.
func ownText(_ text: String) -> [UInt8] {
  var canonicalizer = Canonicalizer()
  let format = ValueFormat(kind: .picklist, side: .hubspot)
  return Array(text.utf8).withUnsafeBufferPointer { raw in
    let cell = canonicalizer.canonicalize(raw, format)
    switch cell.place {
    case .raw: return Array(raw.part(cell.start, cell.count))
    case .scratch: return Array(canonicalizer.scratch.part(cell.start, cell.count))
    }
  }
}

/// A text under Unicode default case folding, as a key.
func folded(_ text: [UInt8]) -> [UInt8] {
  var out = ByteBuffer(capacity: 64)
  text.withUnsafeBufferPointer { caseFold($0, into: &out) }
  return Array(out.bytes)
}
