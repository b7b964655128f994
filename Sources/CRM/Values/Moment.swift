import Records

/// An instant to the millisecond, as activities keep it (activities-pipelines 4, "Times").
public struct Moment: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public var milliseconds: Int64

  /// So many milliseconds after the start of 1970, UTC.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Earlier comes first.
  public static func < (a: Moment, b: Moment) -> Bool { a.milliseconds < b.milliseconds }

  /// The midnight with which a day begins in a zone; `day` counts from 1970-01-01. A midnight that the zone skips, or has
  /// twice, is taken with the offset in force before the change.
  public init(midnightOf day: Int, in zone: TimeZoneTable) {
    milliseconds = zone.toUTC(localSeconds: Int64(day &* CivilDate.secondsPerDay)) &* 1000
  }

  /// The day, counted from 1970-01-01, that a zone has at this instant.
  public func day(in zone: TimeZoneTable) -> Int { local(in: zone).day }

  /// The instant at which a calendar day has the time of day that this instant has in a zone.
  public func sameTime(onDay day: Int, in zone: TimeZoneTable) -> Moment {
    let (_, second) = local(in: zone)
    let seconds = zone.toUTC(localSeconds: Int64(day &* CivilDate.secondsPerDay &+ second))
    return Moment(milliseconds: seconds &* 1000 &+ Int64(floorDivide(Int(milliseconds), 1000).rest))
  }

  private func local(in zone: TimeZoneTable) -> (day: Int, second: Int) {
    let seconds = floorDivide(Int(milliseconds), 1000).quotient
    let (day, second) = floorDivide(seconds &+ zone.offset(atUTC: Int64(seconds)), CivilDate.secondsPerDay)
    return (day, second)
  }

  /// This instant and so many minutes.
  public func adding(minutes: Int) -> Moment {
    let (more, over) = Int64(minutes).multipliedReportingOverflow(by: 60_000)
    let (sum, overSum) = milliseconds.addingReportingOverflow(more)
    return over || overSum ? self : Moment(milliseconds: sum)
  }

  /// What a trimmed cell of kind datetime writes. A local time is one of `zone`, a plain day its midnight there.
  ///
  /// - Throws: `IssueCode.invalidDatetime` or `.dateOutOfRange` as the failure.
  public static func read(_ cell: Bytes, zone: TimeZoneTable, dateOrder: DateOrder? = nil) -> Reading {
    guard cell.count > 0, let written = WrittenMoment.read(cell, dateOrder) else { return .issue(.invalidDatetime) }
    if written.form == .beyond { return .issue(.dateOutOfRange) }
    let seconds = written.instant(in: zone)
    guard CivilDate.isInRange(day: floorDivide(Int(seconds), CivilDate.secondsPerDay).quotient) else {
      return .issue(.dateOutOfRange)
    }
    return .moment(Moment(milliseconds: seconds &* 1000 &+ Int64(written.millisecond)))
  }

  /// What reading a cell gives.
  public enum Reading: Equatable, Sendable {
    /// The instant.
    case moment(Moment)
    /// Why it is none.
    case issue(IssueCode)
  }

  /// The instant that a normalized cell, or a pipeline's clock, writes with a zone; nil if it does not.
  public init?(_ text: Bytes) {
    guard case .moment(let moment) = Self.read(text, zone: .utc) else { return nil }
    self = moment
  }
}

extension ByteBuffer {
  /// Appends an instant as `YYYY-MM-DDTHH:MM:SS.sssZ`.
  public mutating func append(_ moment: Moment) {
    let (seconds, rest) = floorDivide(Int(moment.milliseconds), 1000)
    append(isoSeconds: Int64(seconds))
    guard rest > 0 else { return }
    truncate(to: count - 4)
    append(48 &+ UInt8(truncatingIfNeeded: rest / 100))
    append(48 &+ UInt8(truncatingIfNeeded: rest / 10 % 10))
    append(48 &+ UInt8(truncatingIfNeeded: rest % 10))
    append(UInt8(ascii: "Z"))
  }
}

/// The day that a canonical cell `YYYY-MM-DD` names, counted from 1970-01-01; nil if it is none.
public func parseDay(_ cell: Bytes) -> Int? {
  guard cell.count == 10, let written = WrittenMoment.read(cell, nil), written.form == .day else { return nil }
  return written.day
}
