import CRM
import Foundation
import Testing

@Suite struct TimeZoneValueTests {
  /// Zone, a local time, and its instant: gaps and overlaps take the offset before the change.
  static let local: [(String, String, String)] = [
    ("Europe/Oslo", "2024-03-31T01:59:59", "2024-03-31T00:59:59.000Z"),
    ("Europe/Oslo", "2024-03-31T02:00:00", "2024-03-31T01:00:00.000Z"),
    ("Europe/Oslo", "2024-03-31T02:30:00", "2024-03-31T01:30:00.000Z"),
    ("Europe/Oslo", "2024-03-31T02:59:59", "2024-03-31T01:59:59.000Z"),
    ("Europe/Oslo", "2024-03-31T03:00:00", "2024-03-31T01:00:00.000Z"),
    ("Europe/Oslo", "2024-10-27T01:59:59", "2024-10-26T23:59:59.000Z"),
    ("Europe/Oslo", "2024-10-27T02:00:00", "2024-10-27T00:00:00.000Z"),
    ("Europe/Oslo", "2024-10-27T02:59:59", "2024-10-27T00:59:59.000Z"),
    ("Europe/Oslo", "2024-10-27T03:00:00", "2024-10-27T02:00:00.000Z"),
    ("Europe/Oslo", "3500-07-01T12:00:00", "3500-07-01T10:00:00.000Z"),
    ("America/New_York", "2024-03-10T02:30:00", "2024-03-10T07:30:00.000Z"),
    ("America/New_York", "2024-03-10T03:00:00", "2024-03-10T07:00:00.000Z"),
    ("America/New_York", "2024-11-03T01:30:00", "2024-11-03T05:30:00.000Z"),
    ("America/New_York", "2024-11-03T02:00:00", "2024-11-03T07:00:00.000Z"),
    ("Asia/Kolkata", "2024-03-31T02:30:00", "2024-03-30T21:00:00.000Z"),
    ("Asia/Kathmandu", "2024-01-01T05:45:00", "2024-01-01T00:00:00.000Z"),
    ("America/Sao_Paulo", "2017-10-14T23:59:59", "2017-10-15T02:59:59.000Z"),
    ("America/Sao_Paulo", "2017-10-15T00:00:00", "2017-10-15T03:00:00.000Z"),
    ("America/Sao_Paulo", "2017-10-15T00:30:00", "2017-10-15T03:30:00.000Z"),
    ("America/Sao_Paulo", "2017-10-15T01:00:00", "2017-10-15T03:00:00.000Z"),
    ("America/Sao_Paulo", "2018-02-17T23:30:00", "2018-02-18T01:30:00.000Z"),
    ("Africa/Cairo", "2023-04-28T00:00:00", "2023-04-27T22:00:00.000Z"),
    ("Africa/Cairo", "2023-04-28T01:00:00", "2023-04-27T22:00:00.000Z"),
    ("Africa/Cairo", "2023-10-26T23:30:00", "2023-10-26T20:30:00.000Z"),
    ("Africa/Cairo", "2023-10-27T00:00:00", "2023-10-26T22:00:00.000Z"),
    ("Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59.000Z"),
    ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00.000Z"),
    ("Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00.000Z"),
    ("Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-05T15:45:00.000Z"),
    ("Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T14:45:00.000Z"),
    ("Etc/GMT+5", "2024-01-01T00:00:00", "2024-01-01T05:00:00.000Z"),
    ("GMT", "2024-01-01T00:00:00", "2024-01-01T00:00:00.000Z"),
    ("UTC", "2024-01-01T00:00:00", "2024-01-01T00:00:00.000Z"),
  ]

  @Test(arguments: local) func `a local time that is skipped or doubled takes the offset before the change`(
    _ name: String, _ local: String, _ expected: String
  ) {
    #expect(own(local, ValueFormat(kind: .datetime, side: .hubspot, sourceZone: zone(name))) == Own(expected))
  }

  @Test(arguments: [
    ("Asia/Kolkata", "1943-01-01T00:00:00Z", 23_400), ("Asia/Kolkata", "2026-06-01T00:00:00Z", 19_800),
    ("Europe/Oslo", "3500-01-01T00:00:00Z", 3600), ("Europe/Oslo", "3500-07-01T00:00:00Z", 7200),
    ("America/New_York", "4000-07-01T00:00:00Z", -14_400), ("Africa/Casablanca", "2024-03-20T00:00:00Z", 0),
    ("Africa/Casablanca", "2024-06-20T00:00:00Z", 3600), ("Africa/Cairo", "2010-08-20T00:00:00Z", 7200),
    ("Africa/Cairo", "2010-09-20T00:00:00Z", 10_800), ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000),
    ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400), ("America/New_York", "1850-01-01T00:00:00Z", -17_762),
  ]) func `the offset of an instant is that of the zone's history`(
    _ name: String, _ instant: String, _ offset: Int
  ) throws {
    let seconds = try #require(
      Array(instant.utf8).withUnsafeBufferPointer { parseInstant($0, sourceZone: .utc, dateOrder: nil) })
    #expect(zone(name).offset(atUTC: seconds) == offset)
  }

  @Test(arguments: ["", "Mars/Olympus", "Europe/Osló", "nonsense", "Europe/"])
  func `a zone that does not exist is refused`(_ name: String) {
    #expect(TimeZoneTable(identifier: name) == nil)
  }

  @Test func `times far outside the calendar do not trap`() {
    for seconds in [Int64.min, .min + 1, -1 << 60, 1 << 60, .max - 1, .max] {
      for name in ["UTC", "Europe/Oslo", "Etc/GMT-14"] {
        _ = zone(name).offset(atUTC: seconds)
        _ = zone(name).toUTC(localSeconds: seconds)
      }
    }
  }

  static let zones = [
    "Europe/Oslo", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo", "Africa/Cairo",
    "Africa/Casablanca",
    "Pacific/Apia", "Australia/Lord_Howe", "Asia/Tehran", "America/Argentina/San_Luis", "Antarctica/Troll",
    "Europe/Dublin", "Asia/Gaza", "Etc/GMT+5",
  ]

  @Test(arguments: zones) func `offsets are Foundation's, and local times come back`(_ name: String) throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let table = zone(name)
    let foundation = try #require(TimeZone(identifier: name))
    for _ in 0..<3000 {
      let seconds = Int64(random.pick(-2_524_521_600...2_208_988_800))
      let offset = table.offset(atUTC: seconds)
      let expected = foundation.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
      #expect(offset == expected, "\(name) at \(seconds), seed \(seed)")
      let local = seconds + Int64(offset)
      let back = table.toUTC(localSeconds: local)
      // An hour that comes twice is its first one.
      #expect(
        back <= seconds && back + Int64(table.offset(atUTC: back)) == local,
        "\(name) at \(seconds), seed \(seed)")
    }
  }

  @Test func `every change of a zone is found to the second`() throws {
    let foundation = try #require(TimeZone(identifier: "Africa/Casablanca"))
    let table = zone("Africa/Casablanca")
    var date = Date(timeIntervalSince1970: 1_500_000_000)
    for _ in 0..<20 {
      guard let next = foundation.nextDaylightSavingTimeTransition(after: date) else { break }
      let seconds = Int64(next.timeIntervalSince1970.rounded())
      for place in [seconds - 1, seconds, seconds + 1] {
        let expected = foundation.secondsFromGMT(for: Date(timeIntervalSince1970: Double(place)))
        #expect(table.offset(atUTC: place) == expected)
      }
      date = next.addingTimeInterval(1)
    }
  }

  @Test func `many threads may ask a new table at once`() async {
    let table = zone("America/New_York")
    let expected = zone("America/New_York")
    await withTaskGroup(of: Bool.self) { group in
      for worker in 0..<8 {
        group.addTask {
          (0..<400).allSatisfy { step in
            let seconds = Int64(step) * 7_776_000 - 1_500_000_000 + Int64(worker)
            return table.offset(atUTC: seconds) == expected.offset(atUTC: seconds)
          }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }
}
