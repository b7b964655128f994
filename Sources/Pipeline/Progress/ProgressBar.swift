import Foundation

/// How far a stage is, as one line of a terminal. Pure: what it looks like depends on its numbers and the width only.
struct ProgressBar {
  /// What is counted.
  enum Unit { case rows, bytes }

  /// The stage and its object.
  var title: String
  var unit: Unit
  /// How much there is to do; 0: not known.
  var total: Int
  var done = 0
  var chunks: Int
  var chunksDone = 0

  /// The share that is done, 0…1. Where the amount is not known, that of the chunks.
  var share: Double {
    if total > 0 { return min(1, Double(done) / Double(total)) }
    return chunks > 0 ? Double(chunksDone) / Double(chunks) : 0
  }

  /// The line after so many seconds: what matters least goes first where the terminal is narrow.
  func line(after seconds: Double, on terminal: Terminal) -> String {
    var parts = [amount]
    if let rate = rate(seconds) { parts.append(rate) }
    if let left = timeLeft(seconds) { parts.append(left) }
    if chunks > 1 { parts.append("chunk \(min(chunksDone + 1, chunks)) of \(chunks)") }
    // The cursor stands in the last column, so it stays free.
    let room = terminal.width - 1
    var length = 24
    func used() -> Int { title.count + 2 + length + parts.reduce(0) { $0 + $1.count + 2 } }
    while used() > room && length > 8 { length -= 1 }
    while used() > room && !parts.isEmpty { parts.removeLast() }
    guard used() <= room else { return String(title.prefix(max(0, room))) }
    return ([title, bar(length, terminal.hasColor)] + parts).joined(separator: "  ")
  }

  /// The line that stays when the stage is done.
  func ending(after seconds: Double, on terminal: Terminal) -> String {
    var finished = self
    finished.chunksDone = chunks
    var parts = [unit == .rows ? "\(done.grouped) rows" : done.asBytes, Self.duration(seconds)]
    if let rate = rate(seconds) { parts.append(rate) }
    if chunks > 1 { parts.append("\(chunks) chunks") }
    let room = terminal.width - 1
    while title.count + 2 + parts.joined(separator: ", ").count > room && parts.count > 1 { parts.removeLast() }
    return String("\(title)  \(parts.joined(separator: ", "))".prefix(max(0, room)))
  }

  private func bar(_ length: Int, _ hasColor: Bool) -> String {
    let full = Int((share * Double(length)).rounded(.down))
    let (done, rest) = (String(repeating: "█", count: full), String(repeating: "░", count: length - full))
    return hasColor ? "\u{1B}[32m\(done)\u{1B}[2m\(rest)\u{1B}[0m" : done + rest
  }

  private var amount: String {
    switch unit {
    case .rows: total > 0 ? "\(done.grouped) of \(total.grouped) rows" : "\(done.grouped) rows"
    case .bytes: total > 0 ? "\(min(done, total).asBytes) of \(total.asBytes)" : done.asBytes
    }
  }

  private func rate(_ seconds: Double) -> String? {
    guard seconds > 0.2, done > 0 else { return nil }
    let rate = Int(Double(done) / seconds)
    return unit == .rows ? "\(rate.grouped)/s" : "\(rate.asBytes)/s"
  }

  private func timeLeft(_ seconds: Double) -> String? {
    guard share > 0.01, share < 1, seconds > 0.5 else { return nil }
    return "\(Self.duration(seconds / share - seconds)) left"
  }

  /// A time as a person says it: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
  static func duration(_ seconds: Double) -> String {
    // Beyond a year it is no forecast, and a number that large may not fit.
    guard seconds.isFinite, seconds < 31_536_000 else { return "long" }
    if seconds < 10 { return "\(String(format: "%.1f", max(0, seconds))) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}

extension Int {
  /// With commas between the thousands: `1,200,000`.
  public var grouped: String {
    let digits = String(magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return self < 0 ? "-" + text : text
  }

  /// With the noun that it counts: `1 row`, `1,200 rows`; `plural` is that of a noun that takes more than an `s`.
  public func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }

  /// `640 kB`, `264 MB`, `1.2 GB`.
  var asBytes: String {
    if self < 1000 { return "\(self) bytes" }
    if self < 1_000_000 { return "\(self / 1000) kB" }
    if self < 1_000_000_000 { return "\(self / 1_000_000) MB" }
    return String(format: "%.1f GB", Double(self) / 1e9)
  }
}
