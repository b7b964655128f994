import Records

/// The kinds date and datetime (spec, semantics 1).
extension Canonicalizer {
  /// `YYYY-MM-DD`. In a field of type date the day as written; in one of type datetime an instant's day is
  /// taken in the pipeline's zone.
  mutating func date(_ cell: Bytes, _ format: borrowing ValueFormat) -> OwnValue {
    guard let moment = WrittenMoment.read(cell, format.dateOrder) else { return .issue(.invalidDate) }
    var day = moment.day
    switch moment.form {
    case .beyond: return .issue(.dateOutOfRange)
    case .day: break
    case .local, .instant:
      if format.fieldHoldsInstant {
        let utc = moment.instant(in: format.sourceZone)
        let local = utc &+ Int64(format.pipelineZone.offset(atUTC: utc))
        day = floorDivide(Int(local), CivilDate.secondsPerDay).quotient
      }
    }
    guard CivilDate.isInRange(day: day) else { return .issue(.dateOutOfRange) }
    if day == moment.day, cell.count >= 10, cell[4] == UInt8(ascii: "-"), cell[7] == UInt8(ascii: "-") {
      return .part(start: 0, count: 10)
    }
    scratch.appendDay(day)
    return .scratch
  }

  /// `YYYY-MM-DDTHH:MM:SS.000Z`, cut to seconds.
  mutating func datetime(_ cell: Bytes, _ format: borrowing ValueFormat) -> OwnValue {
    guard let moment = WrittenMoment.read(cell, format.dateOrder) else { return .issue(.invalidDatetime) }
    if moment.form == .beyond { return .issue(.dateOutOfRange) }
    let utc =
      moment.form == .instant
      ? moment.localSeconds &- Int64(moment.offset)
      : moment.instant(in: format.sourceZone)
    guard isInRange(utc) else { return .issue(.dateOutOfRange) }
    if cell.count == 24, cell[10] == UInt8(ascii: "T"), cell.part(19, 5).same(as: ".000Z") {
      return .part(start: 0, count: 24)
    }
    // In UTC, what is written up to the second stays, as nearly all exports have it. An epoch has no colon there.
    if moment.form == .instant, moment.offset == 0, cell.count >= 19, cell[16] == UInt8(ascii: ":") {
      scratch.append(cell.part(0, 10))
      scratch.append(UInt8(ascii: "T"))
      scratch.append(cell.part(11, 8))
      scratch.append(".000Z")
      return .scratch
    }
    scratch.append(isoSeconds: utc)
    return .scratch
  }
}

/// Whether Salesforce holds this instant, in seconds since 1970 (spec, semantics 1, `date_out_of_range`).
private func isInRange(_ utc: Int64) -> Bool {
  let (first, last) = (CivilDate.firstDay &* CivilDate.secondsPerDay, CivilDate.lastDay &* CivilDate.secondsPerDay)
  return utc >= Int64(first) && utc < Int64(last &+ CivilDate.secondsPerDay)
}

/// The instant of a raw cell of kind datetime, in seconds since 1970: a record's time (spec, semantics 1 and
/// 4, Newer).
///
/// Nil when the cell is blank, or has an issue under the rules of the kind.
public func parseInstant(_ raw: Bytes, sourceZone: TimeZoneTable, dateOrder: DateOrder?) -> Int64? {
  guard isPlain(raw) else { return parseUnusualInstant(raw, sourceZone, dateOrder) }
  let (start, count) = trimmedASCII(raw)
  return instant(raw.part(start, count), sourceZone, dateOrder)
}

/// The instant of a cell with NULs or other than ASCII; rare, so it may allocate.
private func parseUnusualInstant(_ raw: Bytes, _ zone: TimeZoneTable, _ dateOrder: DateOrder?) -> Int64? {
  raw.filter { $0 != 0 }.withUnsafeBufferPointer { clean in
    guard TextTraits(clean) != nil else { return nil }
    let (start, count) = trimmed(clean)
    return instant(clean.part(start, count), zone, dateOrder)
  }
}

private func instant(_ cell: Bytes, _ zone: TimeZoneTable, _ dateOrder: DateOrder?) -> Int64? {
  guard cell.count > 0, let moment = WrittenMoment.read(cell, dateOrder), moment.form != .beyond else {
    return nil
  }
  let utc = moment.instant(in: zone)
  return isInRange(utc) ? utc : nil
}
