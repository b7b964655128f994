import Records

/// The two forms of a Salesforce id: 15 characters whose case counts, and 18 whose suffix keeps it
/// (spec, semantics 1, id).
enum SalesforceID {
  /// Writes the 18 characters of an id of 15 or 18; says whether it is one.
  ///
  /// Where all letters are of one case and the suffix does not fit, their case was lost, and the suffix
  /// restores it.
  static func write18(_ id: Bytes, to target: UnsafeMutablePointer<UInt8>) -> Bool {
    guard id.count == 15 || id.count == 18, let source = id.baseAddress else { return false }
    // Two words that share the eighth character hold all fifteen (measured: a loop for the suffix alone took 1% of a night).
    let (head, tail) = (EightBytes(at: source), EightBytes(at: source + 7))
    guard isLettersAndDigits(head), isLettersAndDigits(tail) else { return false }
    head.store(to: target)
    tail.store(to: target + 7)
    writeSuffix(EightBytes.bits(head.capitals) | EightBytes.bits(tail.capitals) &<< 7, target)
    if id.count == 15 { return true }
    if id[15] == target[15], id[16] == target[16], id[17] == target[17] { return true }
    return hasOneCase(id) && restore(id, target)
  }

  /// Writes the suffix behind 15 characters, of which `capitals` has a bit for each capital: five to a character.
  private static func writeSuffix(_ capitals: UInt64, _ target: UnsafeMutablePointer<UInt8>) {
    for group in 0..<3 {
      let bits = UInt8(truncatingIfNeeded: capitals &>> UInt64(5 &* group) & 31)
      target[15 &+ group] = bits < 26 ? 65 &+ bits : 22 &+ bits
    }
  }

  @inline(__always) private static func isLettersAndDigits(_ characters: EightBytes) -> Bool {
    characters.notASCII == 0 && characters.letters | characters.digits == EightBytes.allLanes
  }

  private static func restore(_ id: Bytes, _ target: UnsafeMutablePointer<UInt8>) -> Bool {
    for group in 0..<3 {
      let character = capital(id[15 &+ group])
      let bits: UInt8
      switch character {
      case 65...90: bits = character &- 65
      case 48...53: bits = character &- 22
      default: return false
      }
      for place in 0..<5 {
        let original = id[group &* 5 &+ place]
        let isLetter = original >= 65
        if bits >> UInt8(place) & 1 == 1 {
          guard isLetter else { return false }
          target[group &* 5 &+ place] = capital(original)
        } else {
          target[group &* 5 &+ place] = isLetter ? original | 0x20 : original
        }
      }
      target[15 &+ group] = character
    }
    return true
  }

  private static func hasOneCase(_ id: Bytes) -> Bool {
    var hasCapital = false
    var hasSmall = false
    for byte in id {
      if isCapital(byte) { hasCapital = true }
      if byte >= 97 && byte <= 122 { hasSmall = true }
    }
    return !(hasCapital && hasSmall)
  }

  @inline(__always) private static func isCapital(_ byte: UInt8) -> Bool { byte >= 65 && byte <= 90 }
  @inline(__always) private static func capital(_ byte: UInt8) -> UInt8 {
    byte >= 97 && byte <= 122 ? byte & 0xDF : byte
  }
}

/// Appends the 18 characters of a Salesforce id of 15, or of 18 under the rule of kind id (spec, semantics
/// 1).
///
/// Appends nothing, and says so, if it is no id.
@discardableResult public func salesforceID18(_ id: Bytes, into out: inout ByteBuffer) -> Bool {
  out.reserve(18)
  guard SalesforceID.write18(id, to: out.base + out.count) else { return false }
  out.commit(18)
  return true
}

/// The 18 characters of a Salesforce id of 15 or 18, or nil (spec, semantics 1, id). Not for the hot path.
public func salesforceID18(_ id: String) -> String? {
  var out = ByteBuffer(capacity: 64)
  let isID = Array(id.utf8).withUnsafeBufferPointer { salesforceID18($0, into: &out) }
  return isID ? out.bytes.text : nil
}

/// The kinds id and owner.
extension Canonicalizer {
  /// The 18 characters of a Salesforce id.
  mutating func salesforceID(_ cell: Bytes) -> OwnValue {
    guard salesforceID18(cell, into: &scratch) else { return .issue(.invalidID) }
    if cell.same(as: scratch.bytes) { return .part(start: 0, count: 18) }
    return .scratch
  }

  /// A HubSpot id: ASCII digits.
  func hubSpotID(_ cell: Bytes) -> OwnValue {
    for byte in cell where byte &- 48 > 9 { return .issue(.invalidID) }
    return .part(start: 0, count: cell.count)
  }
}
