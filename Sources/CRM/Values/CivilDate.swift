import Records

/// The proleptic Gregorian calendar, counted in days since 1970-01-01.
public enum CivilDate {
  /// 1700-01-01, the first day that Salesforce holds (spec, semantics 1, `date_out_of_range`).
  public static let firstDay = -98_615
  /// 4000-12-31, the last day that Salesforce holds.
  public static let lastDay = 741_807
  /// The seconds of a day.
  static let secondsPerDay = 86_400

  /// The days from 1970-01-01 to a day of the calendar. The month and day must exist; years are 0 to 9999.
  public static func days(year: Int, month: Int, day: Int) -> Int {
    // The year begins in March, so that the leap day is its last; 400 years more keep the divisions from rounding up.
    let isBeforeMarch = month <= 2
    let shifted = UInt(bitPattern: year &+ (isBeforeMarch ? 399 : 400))
    let monthOfYear = UInt(bitPattern: isBeforeMarch ? month &+ 12 : month)
    let century = shifted / 100
    let dayOfYear = (979 &* monthOfYear &- 2919) / 32
    return Int(bitPattern: 1461 &* shifted / 4 &- century &+ century / 4 &+ dayOfYear) &+ day &- 865_566
  }

  /// The day of the calendar that is `days` days after 1970-01-01.
  public static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days &+ 719_468
    let (era, dayOfEra) = floorDivide(shifted, 146_097)
    let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
    let day = dayOfYear &- (153 &* monthFromMarch &+ 2) / 5 &+ 1
    let month = monthFromMarch < 10 ? monthFromMarch &+ 3 : monthFromMarch &- 9
    return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
  }

  /// Whether the calendar has this day.
  public static func exists(year: Int, month: Int, day: Int) -> Bool {
    guard day >= 1, month >= 1, month <= 12 else { return false }
    // Most days are in every month.
    if day <= 28 { return true }
    switch month {
    case 2: return day == 29 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    case 4, 6, 9, 11: return day <= 30
    default: return day <= 31
    }
  }

  /// Whether Salesforce holds this day, given in days since 1970-01-01.
  static func isInRange(day: Int) -> Bool { day >= firstDay && day <= lastDay }
}

/// The quotient rounded down, and what is left, which is never negative. The divisor must be positive.
@inline(__always) func floorDivide(_ value: Int, _ divisor: Int) -> (quotient: Int, rest: Int) {
  let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
  return rest < 0 ? (quotient &- 1, rest &+ divisor) : (quotient, rest)
}

extension ByteBuffer {
  /// Appends a day as `YYYY-MM-DD`; `days` counts from 1970-01-01, years 0 to 9999 (spec, semantics 1, date).
  public mutating func appendDay(_ days: Int) {
    let (year, month, day) = CivilDate.civil(days: days)
    reserve(10)
    let target = base + count
    writeTwo(target, floorDivide(year, 100).quotient)
    writeTwo(target + 2, floorDivide(year, 100).rest)
    target[4] = UInt8(ascii: "-")
    writeTwo(target + 5, month)
    target[7] = UInt8(ascii: "-")
    writeTwo(target + 8, day)
    commit(10)
  }

  /// Appends an instant as `YYYY-MM-DDTHH:MM:SS.000Z`; seconds since 1970, years 0 to 9999
  /// (spec, semantics 1, datetime).
  public mutating func append(isoSeconds seconds: Int64) {
    let (day, second) = floorDivide(Int(seconds), CivilDate.secondsPerDay)
    appendDay(day)
    reserve(14)
    let target = base + count
    target[0] = UInt8(ascii: "T")
    writeTwo(target + 1, second / 3600)
    target[3] = UInt8(ascii: ":")
    writeTwo(target + 4, second / 60 % 60)
    target[6] = UInt8(ascii: ":")
    writeTwo(target + 7, second % 60)
    commit(9)
    append(".000Z")
  }
}

/// Writes the last two decimal digits of a number.
@inline(__always) private func writeTwo(_ target: UnsafeMutablePointer<UInt8>, _ value: Int) {
  target[0] = 48 &+ UInt8(truncatingIfNeeded: value / 10 % 10)
  target[1] = 48 &+ UInt8(truncatingIfNeeded: value % 10)
}
