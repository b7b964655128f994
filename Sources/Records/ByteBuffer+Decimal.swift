extension ByteBuffer {
  /// How many bytes the longest number in decimal has.
  @usableFromInline static var longestDecimal: Int { 20 }

  /// Appends a whole number in decimal.
  ///
  /// Row and line numbers stand in every staged row: eight digits are made side by side, and the zeros before them pushed out,
  /// without a branch that depends on how many there are (measured: a digit at a time took 3% of a night).
  public mutating func append(decimal value: Int) {
    reserve(Self.longestDecimal)
    let end = Self.write(decimal: value, to: base + count)
    commit(end - (base + count))
  }

  /// Writes a whole number in decimal, and gives the place behind it. There must be room for 20 bytes, all
  /// of which may be overwritten.
  public static func write(decimal value: Int, to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    if value >= 0 && value < 10 {
      start.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value)
      return start + 1
    }
    guard value < 0 else { return write(magnitude: value.magnitude, to: start) }
    start.pointee = UInt8(ascii: "-")
    return write(magnitude: value.magnitude, to: start + 1)
  }

  private static func write(
    magnitude value: UInt, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
    let digits = EightBytes(decimal: UInt64(low))
    if high == 0 { return digits.storeWithoutZeros(to: start) }
    let end = write(magnitude: high, to: start)
    digits.storeDigits(to: end)
    return end + 8
  }
}

extension EightBytes {
  /// The eight digits of a number below 100,000,000, each as 0 to 9, the first one lowest.
  ///
  /// Halves of four digits become pairs, and pairs digits, each in its own lane; a division by 100 or 10 is a product and a
  /// shift, which is exact for numbers this small.
  init(decimal value: UInt64) {
    let high = value / 10_000
    let halves = high | (value &- high &* 10_000) &<< 32
    let hundreds = (halves &* 10_486) &>> 20 & 0x0000_007F_0000_007F
    let pairs = hundreds | (halves &- hundreds &* 100) &<< 16
    let tens = (pairs &* 103) &>> 10 & 0x000F_000F_000F_000F
    self.init(tens | (pairs &- tens &* 10) &<< 8)
  }

  /// Writes the digits as ASCII.
  func storeDigits(to start: UnsafeMutablePointer<UInt8>) {
    EightBytes(word | Self.ones &* 0x30).store(to: start)
  }

  /// Writes the digits as ASCII from the first that is not zero on, of which there must be one, and gives the place behind them;
  /// what is behind them, up to eight bytes from `start`, is overwritten.
  func storeWithoutZeros(to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let zeros = word.trailingZeroBitCount &>> 3
    EightBytes((word | Self.ones &* 0x30) &>> UInt64(zeros &* 8)).store(to: start)
    return start + (8 &- zeros)
  }
}

extension Int {
  /// The number that the bytes write in decimal (an optional sign, digits), or nil.
  public init?(decimal bytes: Bytes) {
    guard bytes.count > 0, bytes.count <= 20 else { return nil }
    if bytes.count <= 18, let small = Self.small(decimal: bytes) {
      self = small
      return
    }
    let negative = bytes[0] == UInt8(ascii: "-")
    var value = 0
    var place = negative || bytes[0] == UInt8(ascii: "+") ? 1 : 0
    guard place < bytes.count else { return nil }
    while place < bytes.count {
      let digit = Int(bytes[place]) - 48
      guard digit >= 0, digit <= 9 else { return nil }
      let (scaled, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, overSum) = negative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
      guard !over, !overSum else { return nil }
      value = sum
      place += 1
    }
    self = value
  }

  /// The number of up to 18 digits, which cannot overflow: the usual case, without a check for every digit.
  fileprivate static func small(decimal bytes: Bytes) -> Int? {
    guard let start = bytes.baseAddress else { return nil }
    var value = 0
    var place = 0
    while bytes.count &- place >= 4 {
      let count = Swift.min(bytes.count &- place, 8)
      guard let part = EightBytes(digits: start + place, count)?.number else { return nil }
      value = value &* Self.powerOfTen(count) &+ part
      place &+= count
    }
    while place < bytes.count {
      let digit = start[place] &- 48
      if digit > 9 { return nil }
      value = value &* 10 &+ Int(digit)
      place &+= 1
    }
    return value
  }

  /// 10,000 to 100,000,000.
  private static func powerOfTen(_ exponent: Int) -> Int {
    switch exponent {
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    default: 100_000_000
    }
  }
}

extension EightBytes {
  /// The 4 to 8 digits at `start`, each as 0 to 9, behind as many zeros as are missing; nil if there is anything else.
  init?(digits start: UnsafePointer<UInt8>, _ count: Int) {
    let raw = UnsafeRawPointer(start)
    let head = UInt64(UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self)) ^ 0x3030_3030)
    let tail = UInt64(
      UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)) ^ 0x3030_3030)
    // What the head has in common with the tail is pushed out.
    let digits = tail &<< 32 | (head << UInt64(8 &* (8 &- count)) & 0xFFFF_FFFF)
    guard (digits &+ Self.ones &* 0x76 | digits) & Self.allLanes == 0 else { return nil }
    self.init(digits)
  }

  /// The number that the eight digits write, from the lowest on: digits become pairs, pairs fours, and fours the number.
  var number: Int {
    let pairs = (word &* 10 &+ word &>> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs &>> 16) & 0x0000_FFFF_0000_FFFF
    return Int(truncatingIfNeeded: (fours &* 10_000 &+ fours &>> 32) & 0xFFFF_FFFF)
  }
}

extension UInt64 {
  /// The number that decimal digits write; nil for anything else, and for what is too large. HubSpot ids are such.
  public init?(digits bytes: Bytes) {
    guard bytes.count > 0, bytes.count <= 20 else { return nil }
    if bytes.count <= 18 {
      guard let small = Int.small(decimal: bytes) else { return nil }
      self.init(truncatingIfNeeded: small)
      return
    }
    var value: UInt64 = 0
    for byte in bytes {
      let digit = UInt64(byte &- 48)
      guard digit <= 9 else { return nil }
      let (scaled, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, overSum) = scaled.addingReportingOverflow(digit)
      guard !over, !overSum else { return nil }
      value = sum
    }
    self = value
  }
}
