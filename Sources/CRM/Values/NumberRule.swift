import Records

/// A number as it is written: places in its cell.
private struct WrittenNumber {
  var isNegative = false
  var isGrouped = false
  var integerStart = 0
  var integerEnd = 0
  var fractionStart = 0
  var fractionEnd = 0
  var exponent = 0

  /// The number that a cell writes, or nil (spec, semantics 1, number).
  init?(_ cell: Bytes) {
    let count = cell.count
    var place = 0
    if cell[0] == UInt8(ascii: "-") || cell[0] == UInt8(ascii: "+") {
      isNegative = cell[0] == UInt8(ascii: "-")
      place = 1
    }
    integerStart = place
    place = digitsEnd(cell, place)
    if place < count, cell[place] == UInt8(ascii: ",") {
      guard place > integerStart, place &- integerStart <= 3 else { return nil }
      isGrouped = true
      while place < count, cell[place] == UInt8(ascii: ",") {
        guard digitsEnd(cell, place &+ 1) == place &+ 4 else { return nil }
        place &+= 4
      }
    }
    integerEnd = place
    if place < count, cell[place] == UInt8(ascii: ".") { place &+= 1 }
    fractionStart = place
    if place > integerEnd { place = digitsEnd(cell, place) }
    fractionEnd = place
    guard integerEnd > integerStart || fractionEnd > fractionStart else { return nil }
    if place < count, cell[place] | 0x20 == UInt8(ascii: "e") {
      guard readExponent(cell, &place) else { return nil }
    }
    guard place == count else { return nil }
  }

  /// Reads what follows the `e`. The magnitude is 400 at most, so that a short cell cannot make a huge
  /// number.
  private mutating func readExponent(_ cell: Bytes, _ place: inout Int) -> Bool {
    place &+= 1
    var isSmall = false
    if place < cell.count, cell[place] == UInt8(ascii: "-") || cell[place] == UInt8(ascii: "+") {
      isSmall = cell[place] == UInt8(ascii: "-")
      place &+= 1
    }
    let end = digitsEnd(cell, place)
    guard end > place else { return false }
    var magnitude = 0
    while place < end {
      magnitude = magnitude &* 10 &+ Int(cell[place] &- 48)
      if magnitude > 400 { return false }
      place &+= 1
    }
    exponent = isSmall ? -magnitude : magnitude
    return true
  }
}

/// Where the run of ASCII digits from `place` on ends.
@inline(__always) private func digitsEnd(_ cell: Bytes, _ start: Int) -> Int {
  var place = start
  while place < cell.count, cell[place] &- 48 <= 9 { place &+= 1 }
  return place
}

/// The kind number (spec, semantics 1): decimal digits, never binary floating point.
extension Canonicalizer {
  /// The plain decimal of a cell, rounded half away from zero to `scale` decimals.
  mutating func number(_ cell: Bytes, scale: Int?, maxIntegerDigits: Int?) -> OwnValue {
    guard let written = WrittenNumber(cell) else { return .issue(.invalidNumber) }
    let limit = maxIntegerDigits.map { $0 >= 0 ? $0 : Int.max } ?? Int.max
    let decimals = max(scale ?? Int.max, 0)
    if let same = unchanged(cell, written, decimals: decimals, limit: limit) { return same }
    return rounded(cell, written, decimals: decimals, limit: limit)
  }

  /// The part of the cell that is its plain decimal, if there is one.
  private func unchanged(_ cell: Bytes, _ written: WrittenNumber, decimals: Int, limit: Int) -> OwnValue? {
    guard !written.isGrouped, written.exponent == 0 else { return nil }
    var start = written.integerStart
    while start < written.integerEnd, cell[start] == 48 { start &+= 1 }
    var end = written.fractionEnd
    while end > written.fractionStart, cell[end &- 1] == 48 { end &-= 1 }
    let fraction = end &- written.fractionStart
    guard fraction <= decimals else { return nil }
    if written.integerEnd &- start > limit { return .issue(.numberTooLarge) }
    if start == written.integerEnd {
      // "0.5" keeps one zero; ".5" has none to keep.
      guard start > written.integerStart else { return nil }
      start &-= 1
      if fraction == 0 { return .part(start: start, count: 1) }
    }
    if written.isNegative {
      guard start == written.integerStart else { return nil }
      start &-= 1
    }
    return .part(start: start, count: (fraction > 0 ? end : written.integerEnd) &- start)
  }

  private mutating func rounded(
    _ cell: Bytes, _ written: WrittenNumber, decimals: Int, limit: Int
  ) -> OwnValue {
    var digits = gathered(cell, written)
    digits.round(to: decimals)
    digits.dropTrailingZeros()
    if digits.count == 0 {
      scratch.append("0")
      return .scratch
    }
    if digits.point > limit { return .issue(.numberTooLarge) }
    scratch.reserve(digits.count &+ 3 &+ Int(digits.point.magnitude))
    if written.isNegative { scratch.append(UInt8(ascii: "-")) }
    digits.append(to: &scratch)
    return .scratch
  }

  /// The digits of a cell in `work`, without grouping and leading zeros.
  private mutating func gathered(_ cell: Bytes, _ written: WrittenNumber) -> DecimalDigits {
    work.clear()
    work.reserve(cell.count)
    let target = work.base
    var count = 0
    var point = written.exponent
    for place in written.integerStart..<written.integerEnd where cell[place] != UInt8(ascii: ",") {
      if count == 0, cell[place] == 48 { continue }
      target[count] = cell[place]
      count &+= 1
      point &+= 1
    }
    for place in written.fractionStart..<written.fractionEnd {
      if count == 0, cell[place] == 48 {
        point &-= 1
        continue
      }
      target[count] = cell[place]
      count &+= 1
    }
    return DecimalDigits(base: target, count: count, point: point)
  }
}

/// Digits without leading zeros, and how many of them stand before the decimal point (less than 0: zeros
/// behind it).
private struct DecimalDigits {
  var base: UnsafeMutablePointer<UInt8>
  var count: Int
  var point: Int

  /// Rounds half away from zero to `decimals` decimals.
  mutating func round(to decimals: Int) {
    let (kept, over) = point.addingReportingOverflow(decimals)
    guard !over, kept < count else { return }
    if kept < 0 {
      count = 0
      return
    }
    let roundsUp = base[kept] >= UInt8(ascii: "5")
    count = kept
    if roundsUp { increment() }
  }

  private mutating func increment() {
    var place = count
    while place > 0 {
      place &-= 1
      if base[place] < UInt8(ascii: "9") {
        base[place] &+= 1
        count = place &+ 1
        return
      }
    }
    // All nines, or none: the carry is a new first digit. The first digit was read already, so there is room.
    base[0] = UInt8(ascii: "1")
    count = 1
    point &+= 1
  }

  mutating func dropTrailingZeros() {
    while count > 0, base[count &- 1] == 48 { count &-= 1 }
  }

  func append(to out: inout ByteBuffer) {
    let all = Bytes(start: base, count: count)
    if point <= 0 {
      out.append("0.")
      for _ in 0..<(0 &- point) { out.append(48) }
      out.append(all)
    } else if point >= count {
      out.append(all)
      for _ in 0..<(point &- count) { out.append(48) }
    } else {
      out.append(all.part(0, point))
      out.append(UInt8(ascii: "."))
      out.append(all.part(point, count &- point))
    }
  }
}
