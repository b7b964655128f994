import CRM
import Testing

@Suite struct DateValueTests {
  /// Raw cell, and its day in a field of type date; no form here depends on a zone.
  static let accepted: [(String, String)] = [
    ("2025-05-05", "2025-05-05"), (" 2025-05-05\u{2003}", "2025-05-05"), ("1\u{0}952-12-19", "1952-12-19"),
    ("1974-\u{0}08-05", "1974-08-05"), ("", ""), ("#N/A", ""), ("\u{A0}", ""), ("2024-02-29", "2024-02-29"),
    ("2000-02-29", "2000-02-29"), ("1700-01-01", "1700-01-01"), ("4000-12-31", "4000-12-31"),
    ("4000-02-29", "4000-02-29"), ("2025-01-31", "2025-01-31"), ("2025-04-30", "2025-04-30"),
    ("2025-05-05T00:00:00Z", "2025-05-05"), ("2025-05-05T23:59:59.999Z", "2025-05-05"),
    ("\u{3000}1962-01-11T00:00:00.000Z", "1962-01-11"), ("1994-04-17T12:00:00-05:00", "1994-04-17"),
    ("2025-05-05T23:30:00-05:00", "2025-05-05"), ("2025-05-05T00:30:00+14:00", "2025-05-05"),
    ("2025-05-05T12:00", "2025-05-05"), ("2025-05-05 12:00", "2025-05-05"),
    ("2018-08-08 01:00:00+00", "2018-08-08"),
    ("2025-05-05T12:00Z", "2025-05-05"), ("2025-05-05T12:00+0530", "2025-05-05"),
    ("2025-05-05T12:00:00", "2025-05-05"),
    ("2025-05-05T12:00:00.1", "2025-05-05"), ("2025-05-05T12:00:00,123456789Z", "2025-05-05"),
    ("1700-01-01T00:00:00+14:00", "1700-01-01"), ("4000-12-31T23:59:59-12:00", "4000-12-31"),
    ("1558180800000", "2019-05-18"), ("  332208000000\u{2003}", "1980-07-12"),
    ("-504316800000", "1954-01-08"),
    ("+1558180800000", "2019-05-18"), ("000000000", "1970-01-01"), ("-000000000", "1970-01-01"),
    ("100000000", "1970-01-02"), ("-100000000", "1969-12-30"), ("-000000001", "1969-12-31"),
    ("086399999", "1970-01-01"),
    ("086400000", "1970-01-02"), ("0000001558180800000", "2019-05-18"), ("-8520336000000", "1700-01-01"),
    ("64092211199999", "4000-12-31"),
  ]

  static let refused = [
    "2025-02-29", "1900-02-29", "2100-02-29", "2025-02-30", "2025-04-31", "2025-13-01", "2025-00-01",
    "2025-01-00",
    "2025-01-32", "2025-1-1", "2025-01-1", "25-01-01", "12025-01-01", "-2025-01-01", "+2025-01-01",
    "2025/01/01",
    "2025.01.01", "20250101", "2025-0101", "202501-01", "2025-01", "2025", "2025-W01-1", "2025-001",
    "01-02-2025",
    "1/2/2025", "01/02/2025", "1.2.2025", "31.12.2025", "12345678", "-12345678", "+", "-", "abc", "today",
    "٢٠٢٥-٠١-٠١",
    "２０２５-01-01", "2025–01–01", "2025-01-01T", "2025-01-01 ", "2025-01-01x", "2025-01-01Z",
    "2025-01-01+02:00",
    "2025-01-01T24:00:00Z", "2023-01-05T24:00:00Z", "2025-01-01T23:60:00Z", "2025-01-01T23:59:60Z",
    "2025-01-01T1:00:00Z",
    "2025-01-01T10", "2025-01-01T10Z", "2025-01-01T1000", "2025-01-01T10:0", "2025-01-01T10:00:0Z",
    "2025-01-01T10:00:",
    "2025-01-01T10:00:00.", "2025-01-01T10:00:00.Z", "2025-01-01T10:00.5Z", "2023-01-05T10:00:00 Z",
    "2025-01-01T10:00:00 +02", "2025-01-01T10:00:00+2", "2025-01-01T10:00:00+2:00",
    "2025-01-01T10:00:00+02:0",
    "2025-01-01T10:00:00+24", "2025-01-01T10:00:00+02:60", "2025-01-01T10:00:00+02:00:00",
    "2025-01-01T10:00:00+02-00",
    "2025-01-01T10:00:00ZZ", "2025-01-01T10:00:00z", "2025-01-01t10:00:00Z", "2025-01-01T10:00:00UTC",
    "2025-01-01T10:00:00 PM", "2025-01-01  10:00", "2025-01-01T-1:00", "2025-01-01T10:00:00.5.5Z",
    "2025-01-01T10-00-00Z",
    "1558180800000.0", "1.5e12", "1,558,180,800,000", "155818080000O", "--1558180800000", "1558180800000-",
    "2025-01-01;",
  ]

  @Test(arguments: accepted) func `a day in a field of type date is the day as written`(
    _ raw: String, _ day: String
  ) {
    let format = ValueFormat(
      kind: .date, side: .hubspot, sourceZone: zone("America/New_York"), pipelineZone: zone("Asia/Kolkata"))
    #expect(own(raw, format) == Own(day))
    #expect(own(raw, ValueFormat(kind: .date, side: .salesforce)) == Own(day))
  }

  @Test(arguments: refused) func `what is no date is refused`(_ raw: String) {
    guard raw.last != " " else { return }
    #expect(own(raw, ValueFormat(kind: .date, side: .hubspot)) == Own("!invalid_date"))
    #expect(
      own(raw, ValueFormat(kind: .date, side: .salesforce, fieldHoldsInstant: true)) == Own("!invalid_date"))
    #expect(own(raw, ValueFormat(kind: .datetime, side: .salesforce)) == Own("!invalid_datetime"))
  }

  @Test(arguments: [
    "1699-12-31", "4001-01-01", "0000-01-01", "0001-01-01", "9999-12-31", "1699-12-31T23:59:59Z",
    "4001-01-01T00:00:00Z",
    "-9999999999999999", "99999999999999999999", "-99999999999999999999", "999999999999999",
    "1000000000000000",
    "-8520336000001", "64092211200000", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
    String(repeating: "9", count: 5000),
  ]) func `a day before 1700 or after 4000 is out of range`(_ raw: String) {
    for kind in [Kind.date, .datetime] {
      for holdsInstant in [false, true] {
        let format = ValueFormat(kind: kind, side: .hubspot, fieldHoldsInstant: holdsInstant)
        #expect(own(raw, format) == Own("!date_out_of_range"))
      }
    }
  }

  /// Raw cell, the source's zone, the pipeline's zone, and the day.
  static let instants: [(String, String, String, String)] = [
    ("1957-01-28", "America/New_York", "Asia/Kolkata", "1957-01-28"),
    ("2024-06-01T18:29:59Z", "UTC", "Asia/Kolkata", "2024-06-01"),
    ("2024-06-01T18:30:00Z", "UTC", "Asia/Kolkata", "2024-06-02"),
    ("2024-06-01T18:30:00Z", "America/New_York", "Asia/Kolkata", "2024-06-02"),
    ("2024-06-01T18:30:00", "America/New_York", "Asia/Kolkata", "2024-06-02"),
    ("2024-06-01T14:29:59", "America/New_York", "Asia/Kolkata", "2024-06-01"),
    ("2024-06-01 14:30", "America/New_York", "Asia/Kolkata", "2024-06-02"),
    ("2024-06-01T18:30:00.999+0530", "UTC", "Asia/Kolkata", "2024-06-01"),
    ("1717266600000", "America/New_York", "Asia/Kolkata", "2024-06-02"),
    ("1717266599999", "UTC", "Asia/Kolkata", "2024-06-01"),
    ("2024-01-01T04:59:59Z", "UTC", "America/New_York", "2023-12-31"),
    ("2024-01-01T05:00:00Z", "UTC", "America/New_York", "2024-01-01"),
    ("2024-07-01T03:59:59Z", "UTC", "America/New_York", "2024-06-30"),
    ("2024-07-01T04:00:00Z", "UTC", "America/New_York", "2024-07-01"),
    ("1700-01-01T00:30:00Z", "UTC", "America/New_York", "!date_out_of_range"),
    ("4000-12-31T20:00:00Z", "UTC", "Asia/Kolkata", "!date_out_of_range"),
    ("1699-12-31T20:00:00Z", "UTC", "Asia/Kolkata", "1700-01-01"),
    ("4001-01-01T01:00:00Z", "UTC", "America/New_York", "4000-12-31"),
    ("2024-06-01T24:00:00Z", "UTC", "Asia/Kolkata", "!invalid_date"),
  ]

  @Test(arguments: instants)
  func `an instant's day in a field of type datetime is taken in the pipeline's zone`(
    _ raw: String, _ source: String, _ pipeline: String, _ day: String
  ) {
    let format = ValueFormat(
      kind: .date, side: .salesforce, fieldHoldsInstant: true, sourceZone: zone(source),
      pipelineZone: zone(pipeline))
    #expect(own(raw, format) == Own(day))
  }

  static let ordered: [(String, DateOrder, String)] = [
    ("3/4/2025", .mdy, "2025-03-04"), ("03/04/2025", .mdy, "2025-03-04"), ("3/04/2025", .mdy, "2025-03-04"),
    ("12/31/2025", .mdy, "2025-12-31"), ("31/12/2025", .mdy, "!invalid_date"),
    ("2/29/2024", .mdy, "2024-02-29"),
    ("2/29/2025", .mdy, "!invalid_date"), ("3.4.2025", .mdy, "!invalid_date"),
    ("3/4/2025", .dmy, "2025-04-03"),
    ("03/04/2025", .dmy, "2025-04-03"), ("31/12/2025", .dmy, "2025-12-31"),
    ("12/31/2025", .dmy, "!invalid_date"),
    ("3.4.2025", .dmy, "2025-04-03"), ("31.12.2025", .dmy, "2025-12-31"), ("03.04.2025", .dmy, "2025-04-03"),
    ("3.4/2025", .dmy, "!invalid_date"), ("3/4.2025", .dmy, "!invalid_date"),
    ("3-4-2025", .dmy, "!invalid_date"),
    ("3/4/25", .mdy, "!invalid_date"), ("3/4/12025", .mdy, "!invalid_date"),
    ("003/4/2025", .mdy, "!invalid_date"),
    ("0/4/2025", .mdy, "!invalid_date"), ("4/0/2025", .mdy, "!invalid_date"),
    ("/4/2025", .mdy, "!invalid_date"),
    ("3//2025", .mdy, "!invalid_date"), ("3/4/", .mdy, "!invalid_date"), ("3/4", .mdy, "!invalid_date"),
    ("3", .mdy, "!invalid_date"), ("3/", .mdy, "!invalid_date"), ("3/4/2025 10:00", .mdy, "!invalid_date"),
    ("3/4/202x", .mdy, "!invalid_date"), ("1/1/1699", .mdy, "!date_out_of_range"),
    ("1/1/4001", .dmy, "!date_out_of_range"),
    ("2025-03-04", .mdy, "2025-03-04"), ("2025-03-04", .dmy, "2025-03-04"),
    ("1558180800000", .dmy, "2019-05-18"),
    ("12345678", .dmy, "!invalid_date"), ("3 / 4 / 2025", .mdy, "!invalid_date"),
  ]

  @Test(arguments: ordered) func `days with slashes and dots follow the declared order`(
    _ raw: String, _ order: DateOrder, _ expected: String
  ) {
    #expect(own(raw, ValueFormat(kind: .date, side: .hubspot, dateOrder: order)) == Own(expected))
    let inZone = ValueFormat(
      kind: .date, side: .hubspot, fieldHoldsInstant: true, dateOrder: order,
      pipelineZone: zone("America/New_York"))
    if !raw.hasPrefix("15") { #expect(own(raw, inZone) == Own(expected)) }
  }
}
