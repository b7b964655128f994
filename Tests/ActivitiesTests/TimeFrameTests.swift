import Activities
import CRM
import Records
import Testing

/// How far back the sync goes from the moment it was switched on (requirement A4, activities-pipelines 6, "Time frames").
@Suite struct TimeFrameTests {
  private func start(_ frame: TimeFrame, _ activatedAt: String, _ zone: String = "UTC") throws -> String {
    let table = try #require(TimeZoneTable(identifier: zone))
    let moment = try #require(Array(activatedAt.utf8).withUnsafeBufferPointer { Moment($0) })
    var out = ByteBuffer(capacity: 32)
    out.append(frame.start(activatedAt: moment, in: table))
    return out.bytes.text
  }

  @Test(arguments: [
    ("2026-03-01T08:00:00Z", "2025-03-01T08:00:00.000Z"),
    // 29 February counts as 28 in a year that has none, and a year later it is not reached.
    ("2024-02-29T12:00:00.250Z", "2023-02-28T12:00:00.250Z"), ("2025-02-28T12:00:00Z", "2024-02-28T12:00:00.000Z"),
    ("2025-03-01T00:00:00Z", "2024-03-01T00:00:00.000Z"), ("2000-02-29T00:00:00Z", "1999-02-28T00:00:00.000Z"),
    ("2101-03-01T00:00:00Z", "2100-03-01T00:00:00.000Z"),
  ])
  func `a year before is the same day of the year before`(activatedAt: String, expected: String) throws {
    #expect(try start(.oneYear, activatedAt) == expected)
  }

  @Test(arguments: [
    ("2026-03-31T08:00:00Z", "2026-03-01T08:00:00.000Z"), ("2024-03-30T00:00:00Z", "2024-02-29T00:00:00.000Z"),
    ("2025-03-30T00:00:00Z", "2025-02-28T00:00:00.000Z"), ("2026-01-01T00:00:00Z", "2025-12-02T00:00:00.000Z"),
  ])
  func `thirty days are thirty days`(activatedAt: String, expected: String) throws {
    #expect(try start(.thirtyDays, activatedAt) == expected)
  }

  @Test func `the time of day is that of the zone's clock, on both sides of a change`() throws {
    // 08:00 in Oslo, in summer time; 30 days before it was winter.
    #expect(try start(.thirtyDays, "2026-04-10T06:00:00Z", "Europe/Oslo") == "2026-03-11T07:00:00.000Z")
    // 02:30 did not exist on 2026-03-29: the offset before the change counts.
    #expect(try start(.thirtyDays, "2026-04-28T00:30:00Z", "Europe/Oslo") == "2026-03-29T01:30:00.000Z")
    // 02:30 came twice on 2025-10-26.
    #expect(try start(.thirtyDays, "2025-11-25T01:30:00Z", "Europe/Oslo") == "2025-10-26T00:30:00.000Z")
    // The day of the zone, not of UTC: it is 1 March there.
    #expect(try start(.oneYear, "2024-02-29T23:30:00Z", "Asia/Tokyo") == "2023-02-28T23:30:00.000Z")
  }

  @Test func `all else begins with the switch`() throws {
    #expect(try start(.fromThenOn, "2024-02-29T12:00:00.250Z") == "2024-02-29T12:00:00.250Z")
  }

  @Test(arguments: SyncKind.allCases) func `each kind has the time frame of A4`(kind: SyncKind) {
    let expected: TimeFrame =
      kind.name.hasPrefix("marketing_email") ? .thirtyDays : kind == .formSubmissions ? .oneYear : .fromThenOn
    #expect(kind.timeFrame == expected)
  }
}
