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
    // The year begins in March, so that the leap day is its last.
    let shifted = month <= 2 ? year &- 1 : year
    let era = floorDivide(shifted, 400).quotient
    let yearOfEra = shifted &- era &* 400
    let monthFromMarch = month > 2 ? month &- 3 : month &+ 9
    let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ day &- 1
    let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
    return era &* 146_097 &+ dayOfEra &- 719_468
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
    guard day >= 1 else { return false }
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: return day <= 31
    case 4, 6, 9, 11: return day <= 30
    case 2: return day <= (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28)
    default: return false
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
