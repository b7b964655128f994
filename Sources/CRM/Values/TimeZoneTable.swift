import Foundation
import Synchronization

/// A time zone as a table of its changes: fast look-ups, from any thread (spec, semantics 1: `timezone`).
///
/// Foundation knows the zone; what it says of a year is kept when the year is first asked for. Years before
/// 1700 and after 4000 take the offsets of the nearest year that is kept, as no value can lie there.
public final class TimeZoneTable: Sendable {
  /// Coordinated universal time.
  public static let utc = TimeZoneTable(identifier: "UTC", zone: .gmt, fixedOffset: 0)

  /// The name by which the zone was asked for: `Europe/Oslo`.
  public let identifier: String
  private let zone: TimeZone
  private let fixedOffset: Int?
  private let building = Mutex(())
  /// The spans of each year, published when they are complete; nil until then.
  private nonisolated(unsafe) let years: UnsafeMutablePointer<Atomic<UnsafePointer<Span>?>>

  /// From `start` (seconds since 1970, UTC) until the start of the next span, local time is `offset` seconds
  /// ahead. The last of a year holds no time: it says where the year ends.
  private struct Span {
    var start: Int64
    var offset: Int
  }

  private static let firstYear = 1699
  private static let yearCount = 2303

  /// The zone of an IANA name (`Asia/Kolkata`); nil if there is none.
  public convenience init?(identifier: String) {
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    let isFixed = identifier == "UTC" || zone.identifier.hasPrefix("GMT") || zone.identifier.hasPrefix("Etc/")
    self.init(identifier: identifier, zone: zone, fixedOffset: isFixed ? zone.secondsFromGMT() : nil)
  }

  private init(identifier: String, zone: TimeZone, fixedOffset: Int?) {
    self.identifier = identifier
    self.zone = zone
    self.fixedOffset = fixedOffset
    let slots = fixedOffset == nil ? Self.yearCount : 0
    years = .allocate(capacity: slots)
    for slot in 0..<slots { (years + slot).initialize(to: Atomic(nil)) }
  }

  deinit {
    let slots = fixedOffset == nil ? Self.yearCount : 0
    for slot in 0..<slots { years[slot].load(ordering: .acquiring)?.deallocate() }
    years.deinitialize(count: slots)
    years.deallocate()
  }

  /// How many seconds local time is ahead of UTC at an instant, in seconds since 1970.
  public func offset(atUTC seconds: Int64) -> Int {
    if let fixedOffset { return fixedOffset }
    return span(at: seconds).offset
  }

  /// The instant of a local time, both in seconds since 1970 (the local one as if it were UTC).
  ///
  /// A local time that the zone skips, or has twice, is taken with the offset in force before the change
  /// (spec, semantics 1).
  public func toUTC(localSeconds: Int64) -> Int64 {
    if let fixedOffset { return localSeconds &- Int64(fixedOffset) }
    // From a day and more before, step over each change that the local time lies wholly behind.
    var current = span(at: localSeconds &- 26 * 3600)
    while current.end != .max {
      let next = span(at: current.end)
      guard localSeconds >= current.end &+ Int64(max(current.offset, next.offset)) else { break }
      current = next
    }
    return localSeconds &- Int64(current.offset)
  }

  /// The offset at an instant, and until when it holds at least.
  private func span(at instant: Int64) -> (offset: Int, end: Int64) {
    // Far outside the years that are kept, and far inside what can be counted.
    let seconds = min(max(instant, -1 << 40), 1 << 40)
    let day = floorDivide(Int(seconds), CivilDate.secondsPerDay).quotient
    let slot = min(max(CivilDate.civil(days: day).year &- Self.firstYear, 0), Self.yearCount &- 1)
    var span = years[slot].load(ordering: .acquiring) ?? build(slot)
    while span[1].start <= seconds { span += 1 }
    return (span[0].offset, span[1].start)
  }

  /// Asks Foundation for the changes of a year, once.
  private func build(_ slot: Int) -> UnsafePointer<Span> {
    building.withLock { _ in
      if let built = years[slot].load(ordering: .acquiring) { return built }
      let spans = changes(inYear: Self.firstYear + slot)
      let memory = UnsafeMutablePointer<Span>.allocate(capacity: spans.count)
      memory.initialize(from: spans, count: spans.count)
      if slot == 0 { memory[0].start = .min }
      if slot == Self.yearCount - 1 { memory[spans.count - 1].start = .max }
      let published = UnsafePointer(memory)
      years[slot].store(published, ordering: .releasing)
      return published
    }
  }

  /// Looks once a day, which no zone has outrun yet, and bisects to the second of a change.
  private func changes(inYear year: Int) -> [Span] {
    let start = seconds(ofYear: year)
    let end = seconds(ofYear: year + 1)
    var spans = [Span(start: start, offset: probe(start))]
    var time = start
    while time < end - 1 {
      let current = spans[spans.count - 1].offset
      let next = min(time + 86_400, end - 1)
      if probe(next) == current {
        time = next
        continue
      }
      var before = time
      var after = next
      while after - before > 1 {
        let middle = before + (after - before) / 2
        if probe(middle) == current { before = middle } else { after = middle }
      }
      spans.append(Span(start: after, offset: probe(after)))
      time = after
    }
    spans.append(Span(start: end, offset: 0))
    return spans
  }

  private func seconds(ofYear year: Int) -> Int64 {
    Int64(CivilDate.days(year: year, month: 1, day: 1) * CivilDate.secondsPerDay)
  }

  private func probe(_ seconds: Int64) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
  }
}
