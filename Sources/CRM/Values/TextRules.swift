import Records

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The kinds text, longtext and picklist (spec, semantics 1).
extension Canonicalizer {
  /// Text: NFC, and every run of CR and LF is one space.
  mutating func text(_ cell: Bytes, _ traits: TextTraits) -> OwnValue {
    guard traits.hasLineBreak else { return composed(cell, traits) }
    var place = 0
    while place < cell.count {
      let start = place
      while place < cell.count, !isLineBreak(cell[place]) { place &+= 1 }
      scratch.append(cell.part(start, place &- start))
      guard place < cell.count else { break }
      scratch.append(UInt8(ascii: " "))
      while place < cell.count, isLineBreak(cell[place]) { place &+= 1 }
    }
    composeScratch(traits)
    return .scratch
  }

  /// Long text: NFC, and CRLF and CR are LF.
  mutating func longText(_ cell: Bytes, _ traits: TextTraits) -> OwnValue {
    guard traits.hasLineBreak, cell.contains(0x0D) else { return composed(cell, traits) }
    var place = 0
    while place < cell.count {
      let start = place
      while place < cell.count, cell[place] != 0x0D { place &+= 1 }
      scratch.append(cell.part(start, place &- start))
      guard place < cell.count else { break }
      scratch.append(0x0A)
      place &+= place &+ 1 < cell.count && cell[place &+ 1] == 0x0A ? 2 : 1
    }
    composeScratch(traits)
    return .scratch
  }

  /// The NFC of a cell.
  mutating func composed(_ cell: Bytes, _ traits: TextTraits) -> OwnValue {
    guard !traits.isComposed, let result = scalars.transform(cell, ScalarBuffer.compose),
      !result.same(as: cell)
    else { return .part(start: 0, count: cell.count) }
    scratch.append(result)
    return .scratch
  }

  /// Puts the NFC of what `scratch` holds in its place.
  private mutating func composeScratch(_ traits: TextTraits) {
    guard !traits.isComposed, let result = scalars.transform(scratch.bytes, ScalarBuffer.compose) else {
      return
    }
    scratch.clear()
    scratch.append(result)
  }
}

@inline(__always) private func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
