import CRM

/// How far back before the activity sync was switched on activities are taken (requirement A4).
public enum TimeFrame: Sendable, CaseIterable {
  case fromThenOn, thirtyDays, oneYear

  /// The first instant that is inside: the same time of day, on the clock of `zone`, 30 days or a year earlier;
  /// 29 February becomes 28 February.
  public func start(activatedAt: Moment, in zone: TimeZoneTable) -> Moment {
    let day = activatedAt.day(in: zone)
    switch self {
    case .fromThenOn: return activatedAt
    case .thirtyDays: return activatedAt.sameTime(onDay: day - 30, in: zone)
    case .oneYear:
      let (year, month, number) = CivilDate.civil(days: day)
      let exists = CivilDate.exists(year: year - 1, month: month, day: number)
      let before = CivilDate.days(year: year - 1, month: month, day: exists ? number : 28)
      return activatedAt.sameTime(onDay: before, in: zone)
    }
  }
}
