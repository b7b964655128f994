import Records

/// A day or a time as a cell writes it, before any zone is applied (spec, semantics 1, date and datetime).
struct WrittenMoment {
  /// How much the cell says.
  enum Form {
    /// A plain day.
    case day
    /// A day and a time, without a zone.
    case local
    /// A day and a time with a zone, or epoch milliseconds.
    case instant
    /// Epoch milliseconds so large that no calendar here has a day for them.
    case beyond
  }

  var form: Form
  /// The day as written, in days since 1970-01-01; for epoch milliseconds the UTC day.
  var day: Int
  /// The second of that day, as written.
  var second = 0
  /// How many seconds the written time is ahead of UTC.
  var offset = 0
  /// The milliseconds behind the second; records are compared without them, activities keep them.
  var millisecond = 0

  /// The written time in seconds since 1970, as if it were UTC.
  var localSeconds: Int64 { Int64(day &* CivilDate.secondsPerDay &+ second) }

  /// The instant, in seconds since 1970; a time without a zone is one of `zone`.
  func instant(in zone: TimeZoneTable) -> Int64 {
    form == .instant ? localSeconds &- Int64(offset) : zone.toUTC(localSeconds: localSeconds)
  }

  /// What a trimmed cell writes, or nil.
  static func read(_ cell: Bytes, _ dateOrder: DateOrder?) -> WrittenMoment? {
    if cell.count >= 10, cell[4] == UInt8(ascii: "-"), cell[7] == UInt8(ascii: "-") { return readISO(cell) }
    if let epoch = readEpoch(cell) { return epoch }
    guard let dateOrder else { return nil }
    return readOrdered(cell, dateOrder)
  }

  /// `YYYY-MM-DD`, and what may follow it. There must be ten bytes.
  private static func readISO(_ cell: Bytes) -> WrittenMoment? {
    guard let start = cell.baseAddress, let date = EightBytes(at: start).digitPairs(of: "0000-00-") else { return nil }
    let year = date[0] &* 100 &+ date[2]
    let (month, day) = (date[5], pair(cell, 8))
    guard CivilDate.exists(year: year, month: month, day: day) else { return nil }
    var moment = WrittenMoment(form: .day, day: CivilDate.days(year: year, month: month, day: day))
    if cell.count == 10 { return moment }
    guard cell[10] == UInt8(ascii: "T") || cell[10] == UInt8(ascii: " ") else { return nil }
    guard let zoneStart = moment.readTime(cell), moment.readZone(cell, zoneStart) else { return nil }
    return moment
  }

  /// `HH:MM`, `HH:MM:SS`, or with a fraction of any length, which is cut. Gives the place behind it.
  private mutating func readTime(_ cell: Bytes) -> Int? {
    guard cell.count >= 16, let start = cell.baseAddress,
      let time = EightBytes(at: start + 8).digitPairs(of: "00?00:00"), time[3] <= 23, time[6] <= 59
    else { return nil }
    second = time[3] &* 3600 &+ time[6] &* 60
    guard cell.count > 16, cell[16] == UInt8(ascii: ":") else { return 16 }
    // Milliseconds and a zone, as nearly all exports have it.
    if cell.count >= 24, !isDigit(cell[23]), let rest = EightBytes(at: start + 16).digitPairs(of: ":00.000?") {
      guard rest[1] <= 59 else { return nil }
      second &+= rest[1]
      millisecond = rest[4] &* 10 &+ rest[6] / 10
      return 23
    }
    return readSeconds(cell)
  }

  /// The seconds, and what may follow them up to the zone.
  private mutating func readSeconds(_ cell: Bytes) -> Int? {
    guard cell.count >= 19 else { return nil }
    let seconds = pair(cell, 17)
    guard seconds >= 0, seconds <= 59 else { return nil }
    second &+= seconds
    guard cell.count > 19, cell[19] == UInt8(ascii: ".") || cell[19] == UInt8(ascii: ",") else { return 19 }
    var place = 20
    var weight = 100
    while place < cell.count, isDigit(cell[place]) {
      millisecond &+= Int(cell[place] &- 48) &* weight
      weight /= 10
      place &+= 1
    }
    return place > 20 ? place : nil
  }

  /// Nothing, `Z`, `±HH`, `±HHMM` or `±HH:MM`, up to the end of the cell.
  private mutating func readZone(_ cell: Bytes, _ start: Int) -> Bool {
    let left = cell.count &- start
    form = left == 0 ? .local : .instant
    if left == 0 { return true }
    if cell[start] == UInt8(ascii: "Z") { return left == 1 }
    let isBehind = cell[start] == UInt8(ascii: "-")
    guard isBehind || cell[start] == UInt8(ascii: "+") else { return false }
    guard left == 3 || left == 5 || (left == 6 && cell[start &+ 3] == UInt8(ascii: ":")) else { return false }
    let hours = pair(cell, start &+ 1)
    let minutes = left == 3 ? 0 : pair(cell, cell.count &- 2)
    guard hours >= 0, hours <= 23, minutes >= 0, minutes <= 59 else { return false }
    let ahead = hours &* 3600 &+ minutes &* 60
    offset = isBehind ? -ahead : ahead
    return true
  }

  /// Epoch milliseconds: an optional sign, and 9 digits or more.
  private static func readEpoch(_ cell: Bytes) -> WrittenMoment? {
    let hasSign = cell[0] == UInt8(ascii: "-") || cell[0] == UInt8(ascii: "+")
    var place = hasSign ? 1 : 0
    guard cell.count &- place >= 9 else { return nil }
    // Kept below what no calendar here reaches, so that a number of any length is read without an overflow.
    let ceiling = 1_000_000_000_000_000
    var milliseconds = 0
    while place < cell.count {
      guard isDigit(cell[place]) else { return nil }
      milliseconds = min(milliseconds &* 10 &+ Int(cell[place] &- 48), ceiling)
      place &+= 1
    }
    if milliseconds == ceiling { return WrittenMoment(form: .beyond, day: 0) }
    if cell[0] == UInt8(ascii: "-") { milliseconds = 0 &- milliseconds }
    let (seconds, millisecond) = floorDivide(milliseconds, 1000)
    let (day, second) = floorDivide(seconds, CivilDate.secondsPerDay)
    return WrittenMoment(form: .instant, day: day, second: second, millisecond: millisecond)
  }

  /// `M/D/YYYY` under mdy; `D/M/YYYY` and `D.M.YYYY` under dmy. One or two digits, and four for the year.
  private static func readOrdered(_ cell: Bytes, _ order: DateOrder) -> WrittenMoment? {
    var place = 0
    guard let first = number(cell, &place), place < cell.count else { return nil }
    let separator = cell[place]
    guard separator == UInt8(ascii: "/") || (separator == UInt8(ascii: ".") && order == .dmy) else {
      return nil
    }
    place &+= 1
    guard let second = number(cell, &place), place < cell.count, cell[place] == separator else { return nil }
    guard cell.count == place &+ 5 else { return nil }
    let century = pair(cell, place &+ 1)
    let year = pair(cell, place &+ 3)
    guard century >= 0, year >= 0 else { return nil }
    let (month, day) = order == .mdy ? (first, second) : (second, first)
    guard CivilDate.exists(year: century &* 100 &+ year, month: month, day: day) else { return nil }
    return WrittenMoment(
      form: .day, day: CivilDate.days(year: century &* 100 &+ year, month: month, day: day))
  }

  /// One or two digits.
  private static func number(_ cell: Bytes, _ place: inout Int) -> Int? {
    guard place < cell.count, isDigit(cell[place]) else { return nil }
    var value = Int(cell[place] &- 48)
    place &+= 1
    if place < cell.count, isDigit(cell[place]) {
      value = value &* 10 &+ Int(cell[place] &- 48)
      place &+= 1
    }
    return value
  }
}

@inline(__always) private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 <= 9 }

/// The number that two ASCII digits write, or -1. Both places must lie inside.
@inline(__always) private func pair(_ cell: Bytes, _ place: Int) -> Int {
  let tens = cell[place] &- 48
  let ones = cell[place &+ 1] &- 48
  return tens <= 9 && ones <= 9 ? Int(tens) &* 10 &+ Int(ones) : -1
}
