import Records

/// The kind boolean (spec, semantics 1).
extension Canonicalizer {
  /// `true` or `false`, of any of the words that mean it, in any ASCII case.
  mutating func boolean(_ cell: Bytes) -> OwnValue {
    guard let value = truth(cell) else { return .issue(.invalidBoolean) }
    if cell.same(as: value ? "true" : "false") { return .part(start: 0, count: cell.count) }
    scratch.append(value ? "true" : "false")
    return .scratch
  }
}

/// What a word of at most five letters says, or nil.
private func truth(_ cell: Bytes) -> Bool? {
  guard cell.count <= 5 else { return nil }
  var word: UInt64 = 0
  for byte in cell {
    let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    word = word << 8 | UInt64(lower)
  }
  switch word {
  case 0x74_72_75_65, 0x79_65_73, 0x79, 0x74, 0x31, 0x6F_6E: return true  // true, yes, y, t, 1, on
  case 0x66_61_6C_73_65, 0x6E_6F, 0x6E, 0x66, 0x30, 0x6F_66_66: return false  // false, no, n, f, 0, off
  default: return nil
  }
}
