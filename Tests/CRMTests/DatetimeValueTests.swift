import CRM
import Testing

@Suite struct DatetimeValueTests {
  /// Raw cell, the source's zone, and the own value.
  static let accepted: [(String, String, String)] = [
    ("2017-12-07T05:16:53.000Z", "Asia/Kolkata", "2017-12-07T05:16:53.000Z"),
    ("2017-12-07T05:16:53.999Z", "UTC", "2017-12-07T05:16:53.000Z"),
    ("2017-12-07T05:16:53Z", "UTC", "2017-12-07T05:16:53.000Z"),
    ("2017-12-07T05:16Z", "UTC", "2017-12-07T05:16:00.000Z"),
    ("2017-12-07 05:16:53Z", "UTC", "2017-12-07T05:16:53.000Z"),
    ("2017-12-07 05:16:53.000Z", "UTC", "2017-12-07T05:16:53.000Z"),
    ("2017-12-07T06:16:53.999+0100", "UTC", "2017-12-07T05:16:53.000Z"),
    ("2009-08-11T16:01:16.0004999999Z", "UTC", "2009-08-11T16:01:16.000Z"),
    ("2017-12-07T05:16:53.9999999999999999999Z", "UTC", "2017-12-07T05:16:53.000Z"),
    ("2017-12-07T05:16:53,5Z", "UTC", "2017-12-07T05:16:53.000Z"),
    ("2001-01-22T00:29:15.999-05", "UTC", "2001-01-22T05:29:15.000Z"),
    ("2010-01-18T09:19:23.001+01:00", "UTC", "2010-01-18T08:19:23.000Z"),
    ("2013-05-20T18:28:25.000+0000", "Asia/Kolkata", "2013-05-20T18:28:25.000Z"),
    ("2013-05-20T18:28:25-00:00", "UTC", "2013-05-20T18:28:25.000Z"),
    ("2013-05-20T18:28:25+23:59", "UTC", "2013-05-19T18:29:25.000Z"),
    ("2013-05-20T18:28:25-23:59", "UTC", "2013-05-21T18:27:25.000Z"),
    ("2024-12-31T23:30:00-05:00", "UTC", "2025-01-01T04:30:00.000Z"),
    ("2018-10-21 15:31:41", "America/New_York", "2018-10-21T19:31:41.000Z"),
    ("2020-11-22 16:06:30.999", "America/New_York", "2020-11-22T21:06:30.000Z"),
    ("2018-01-14T05:40:50.999", "UTC", "2018-01-14T05:40:50.000Z"),
    ("2018-01-14T05:40", "Asia/Kolkata", "2018-01-14T00:10:00.000Z"),
    ("2018-01-14 05:40", "Asia/Kolkata", "2018-01-14T00:10:00.000Z"),
    ("2021-10-28", "UTC", "2021-10-28T00:00:00.000Z"),
    ("2021-10-28", "America/New_York", "2021-10-28T04:00:00.000Z"),
    ("2021-01-28", "America/New_York", "2021-01-28T05:00:00.000Z"),
    ("2021-10-28", "Asia/Kolkata", "2021-10-27T18:30:00.000Z"),
    ("2017-10-15", "America/Sao_Paulo", "2017-10-15T03:00:00.000Z"),
    ("1752329082123", "Asia/Kolkata", "2025-07-12T14:04:42.000Z"), ("-1", "UTC", "!invalid_datetime"),
    ("-000000001", "UTC", "1969-12-31T23:59:59.000Z"), ("000000999", "UTC", "1970-01-01T00:00:00.000Z"),
    ("-99597600000", "UTC", "1966-11-05T06:00:00.000Z"),
    ("+1237113405123", "UTC", "2009-03-15T10:36:45.000Z"),
    ("1700-01-01T00:00:00Z", "UTC", "1700-01-01T00:00:00.000Z"),
    ("4000-12-31T23:59:59.999Z", "UTC", "4000-12-31T23:59:59.000Z"),
    ("4000-12-31T23:30:00-05:00", "UTC", "!date_out_of_range"),
    ("1700-01-01T00:30:00+01:00", "UTC", "!date_out_of_range"),
    ("1699-12-31T23:30:00-01:00", "UTC", "1700-01-01T00:30:00.000Z"),
    ("4001-01-01T00:30:00+01:00", "UTC", "4000-12-31T23:30:00.000Z"),
    ("1700-01-01", "Asia/Kolkata", "!date_out_of_range"),
    ("2023-01-05T10:61:00Z", "UTC", "!invalid_datetime"),
    ("2023-01-05T24:00:00.000Z", "UTC", "!invalid_datetime"),
    ("2023-01-05T10:00:60.000Z", "UTC", "!invalid_datetime"),
    ("2023-02-29T10:00:00.000Z", "UTC", "!invalid_datetime"),
    ("1963-04-03T18:07:49", "UTC", "1963-04-03T18:07:49.000Z"),
    ("\u{3000}2013-05-20T18:28:25.000Z ", "UTC", "2013-05-20T18:28:25.000Z"),
    ("1971-12-1\u{0}6T03:40:05.000Z", "UTC", "1971-12-16T03:40:05.000Z"),
    ("", "UTC", ""), ("#N/A", "UTC", ""), ("2024-02-29T00:00:00.000Z", "UTC", "2024-02-29T00:00:00.000Z"),
  ]

  @Test(arguments: accepted) func `a time becomes an instant in whole seconds`(
    _ raw: String, _ source: String, _ expected: String
  ) {
    #expect(own(raw, ValueFormat(kind: .datetime, side: .hubspot, sourceZone: zone(source))) == Own(expected))
    let pipeline = ValueFormat(
      kind: .datetime, side: .salesforce, sourceZone: zone(source), pipelineZone: zone("Pacific/Apia"))
    #expect(own(raw, pipeline) == Own(expected))
    let seconds = Array(raw.utf8).withUnsafeBufferPointer {
      parseInstant($0, sourceZone: zone(source), dateOrder: nil)
    }
    if expected.isEmpty || expected.hasPrefix("!") {
      #expect(seconds == nil)
    } else {
      #expect(seconds.map { seconds in appended { $0.append(isoSeconds: seconds) } } == expected)
    }
  }

  @Test func `a day in the declared order is its midnight in the source's zone`() {
    let mdy = ValueFormat(
      kind: .datetime, side: .hubspot, dateOrder: .mdy, sourceZone: zone("America/New_York"))
    let dmy = ValueFormat(kind: .datetime, side: .hubspot, dateOrder: .dmy, sourceZone: zone("Asia/Kolkata"))
    #expect(own("3/4/2025", mdy) == Own("2025-03-04T05:00:00.000Z"))
    #expect(own("3.4.2025", dmy) == Own("2025-04-02T18:30:00.000Z"))
    #expect(own("3.4.2025", mdy) == Own("!invalid_datetime"))
    #expect(own("3/4/2025", ValueFormat(kind: .datetime, side: .hubspot)) == Own("!invalid_datetime"))
  }

  @Test func `a record's time that cannot be read is missing`() {
    for raw in [
      [0xFF], [0x20], [0xC2, 0xA0], [UInt8]("99999999999999999999".utf8), [UInt8]("4001-01-01".utf8), [],
    ] {
      #expect(raw.withUnsafeBufferPointer { parseInstant($0, sourceZone: .utc, dateOrder: nil) } == nil)
    }
    let time = Array("\u{A0}3/4/20\u{0}25 ".utf8)
    #expect(
      time.withUnsafeBufferPointer { parseInstant($0, sourceZone: .utc, dateOrder: .dmy) } == 1_743_638_400)
  }
}
