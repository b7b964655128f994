import Records

/// Where one value of a multi-select is.
struct ValuePart {
  var start: Int
  var count: Int
}

/// The kind multipicklist (spec, semantics 1).
extension Canonicalizer {
  /// Values between `;`: NFC, trimmed; blanks and repeats dropped; sorted by bytes; joined by `;`.
  ///
  /// Composed before it is split: NFC turns U+037E into a semicolon, and the value must not change when it is
  /// read again.
  mutating func multiPicklist(_ cell: Bytes, _ traits: TextTraits) -> OwnValue {
    var text = cell
    if !traits.isComposed, let result = scalars.transform(cell, ScalarBuffer.compose), !result.same(as: cell) {
      work.clear()
      work.append(result)
      text = work.bytes
    }
    let isSorted = split(text)
    if isSorted, text.baseAddress == cell.baseAddress { return .part(start: 0, count: cell.count) }
    if !isSorted { sortParts(of: text) }
    return joinParts(of: text)
  }

  /// Fills `parts` with the values that are not blank. Says whether the text is canonical as it is.
  private mutating func split(_ text: Bytes) -> Bool {
    parts.removeAll(keepingCapacity: true)
    var isSorted = true
    var place = 0
    while place <= text.count {
      let start = place
      while place < text.count, text[place] != UInt8(ascii: ";") { place &+= 1 }
      let (skipped, count) = trimmed(text.part(start, place &- start))
      if count != place &- start || count == 0 { isSorted = false }
      if count > 0 {
        let value = ValuePart(start: start &+ skipped, count: count)
        if let last = parts.last, !bytes(last, text).precedes(bytes(value, text)) { isSorted = false }
        parts.append(value)
      }
      place &+= 1
    }
    return isSorted
  }

  private mutating func sortParts(of text: Bytes) {
    parts.sort { bytes($0, text).precedes(bytes($1, text)) }
  }

  private mutating func joinParts(of text: Bytes) -> OwnValue {
    var last = Bytes.none
    for value in parts {
      let next = bytes(value, text)
      if next.same(as: last) { continue }
      if scratch.count > 0 { scratch.append(UInt8(ascii: ";")) }
      scratch.append(next)
      last = next
    }
    // `#N/A;` must stay blank when its own value is read again, and must not clear a field by its name.
    if scratch.bytes.isNotAvailable { scratch.clear() }
    return .scratch
  }
}

@inline(__always) private func bytes(_ part: ValuePart, _ text: Bytes) -> Bytes {
  text.part(part.start, part.count)
}
