import CRM
import Foundation
import Testing

@Suite struct CivilDateValueTests {
  @Test(arguments: [
    (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 3, 1, 11_017), (2000, 2, 29, 11_016), (1700, 1, 1, -98_615),
    (4000, 12, 31, 741_807), (1, 1, 1, -719_162), (0, 3, 1, -719_468), (9999, 12, 31, 2_932_896),
  ]) func `a day has its number`(_ year: Int, _ month: Int, _ day: Int, _ number: Int) {
    #expect(CivilDate.days(year: year, month: month, day: day) == number)
    #expect(CivilDate.civil(days: number) == (year, month, day))
  }

  @Test func `the first and the last day are those of Salesforce`() {
    #expect(appended { $0.appendDay(CivilDate.firstDay) } == "1700-01-01")
    #expect(appended { $0.appendDay(CivilDate.lastDay) } == "4000-12-31")
  }

  @Test func `every day from 1700 to 4000 follows the one before it`() {
    var (year, month, day) = (1700, 1, 1)
    for number in CivilDate.firstDay...CivilDate.lastDay {
      let found = CivilDate.civil(days: number)
      if found != (year, month, day) || CivilDate.days(year: year, month: month, day: day) != number {
        Issue.record("day \(number)")
        return
      }
      day += 1
      if !CivilDate.exists(year: year, month: month, day: day) { (month, day) = (month + 1, 1) }
      if month == 13 { (year, month) = (year + 1, 1) }
    }
    #expect((year, month, day) == (4001, 1, 1))
  }

  @Test func `instants are written as Foundation writes them`() throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    for _ in 0..<3000 {
      let seconds = random.pick(-8_520_336_000...64_092_211_199)
      let date = Date(timeIntervalSince1970: Double(seconds))
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
      let numbers = [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second].map {
        $0 ?? -1
      }
      let text = numbers.map { ($0 < 10 ? "0" : "") + String($0) }
      let expected = "\(text[0])-\(text[1])-\(text[2])T\(text[3]):\(text[4]):\(text[5]).000Z"
      #expect(appended { $0.append(isoSeconds: Int64(seconds)) } == expected, "seed \(seed)")
      #expect(own(expected, ValueFormat(kind: .datetime, side: .hubspot)) == Own(expected), "seed \(seed)")
      let milliseconds = String(seconds * 1000 + random.pick(0...999))
      if milliseconds.count > 9 {
        #expect(
          own(milliseconds, ValueFormat(kind: .datetime, side: .hubspot)) == Own(expected), "seed \(seed)")
      }
    }
  }

  @Test func `numbers of days that no calendar reaches do not trap`() {
    for number in [Int.min, Int.max, -1 << 50, 1 << 50] {
      _ = CivilDate.civil(days: number)
      _ = appended { $0.appendDay(number) }
      _ = appended { $0.append(isoSeconds: Int64(number)) }
    }
    #expect(!CivilDate.exists(year: Int.min, month: 13, day: Int.max))
  }
}
