import CRM
import CSV
import Records

/// A decision that the baseline remembers: a write that no export has shown yet, or one that an issue stopped (semantics 5).
struct PendingWrite {
  /// The side that was to be written.
  var side: Side
  /// False where an issue stopped the decision: nothing was written.
  var wasWritten: Bool
  var rule: SyncRule
  var reason: Reason
  var isConflict: Bool
  /// The value written, in the vocabulary of the side, and the own values of both sides at that time.
  var written: Bytes
  var hubspotSeen: Bytes
  var salesforceSeen: Bytes

  /// The decision, to be made again.
  var decision: Decision { Decision(side, reason, conflict: isConflict) }

  // `SIDE STATE RULE REASON CONFLICT LENGTH LENGTH LENGTH:` and the three values, one behind the other: lengths, because a
  // value may hold any character.

  /// Appends the text that the baseline keeps, as one quoted CSV cell.
  func append(to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    out.append(Self.starts[start])
    out.append(decimal: written.count)
    out.append(UInt8(ascii: " "))
    out.append(decimal: hubspotSeen.count)
    out.append(UInt8(ascii: " "))
    out.append(decimal: salesforceSeen.count)
    out.append(UInt8(ascii: ":"))
    out.appendQuotesDoubled(written)
    out.appendQuotesDoubled(hubspotSeen)
    out.appendQuotesDoubled(salesforceSeen)
    out.append(UInt8(ascii: "\""))
  }

  /// The number of the words before the lengths, in the order of `starts`.
  private var start: Int {
    let rules = Self.ruleNumber(rule)
    let words = (side == .hubspot ? 0 : 2) + (wasWritten ? 0 : 1)
    return ((words * Self.rules.count + rules) * Self.reasonCount + Int(reason.rawValue)) * 2 + (isConflict ? 1 : 0)
  }

  /// The words before the lengths, for all sides, states, rules, reasons: every changed cell has one of them.
  private static let starts = TextTable(
    ["h w", "h x", "s w", "s x"].flatMap { words in
      rules.flatMap { rule in
        Reason.allCases.flatMap { reason in ["0", "1"].map { "\(words) \(rule.rawValue) \(reason.name) \($0) " } }
      }
    })
  private static let rules: [SyncRule] = [.twoWay, .preferSalesforce, .alwaysSalesforce, .dontSync]
  private static let reasonCount = Reason.allCases.count

  private static func ruleNumber(_ rule: SyncRule) -> Int {
    switch rule {
    case .twoWay: 0
    case .preferSalesforce: 1
    case .alwaysSalesforce: 2
    case .dontSync: 3
    }
  }

  /// Reads it back; nil if it is not what `append` writes.
  init?(_ text: Bytes) {
    var words = Words(text)
    let side = words.next()
    let state = words.next()
    guard let rule = Self.rule(words.next()), let reason = Reason(word: words.next()) else { return nil }
    let conflict = words.next()
    guard side.same(as: "h") || side.same(as: "s"), state.same(as: "w") || state.same(as: "x"),
      conflict.same(as: "1") || conflict.same(as: "0")
    else { return nil }
    guard let first = Int(decimal: words.next()), let second = Int(decimal: words.next()),
      let third = Int(decimal: words.next()), first >= 0, second >= 0, third >= 0, first <= text.count,
      second <= text.count, third <= text.count, words.place + first + second + third == text.count
    else { return nil }
    self.side = side.same(as: "h") ? .hubspot : .salesforce
    wasWritten = state.same(as: "w")
    self.rule = rule
    self.reason = reason
    isConflict = conflict.same(as: "1")
    written = text.part(words.place, first)
    hubspotSeen = text.part(words.place + first, second)
    salesforceSeen = text.part(words.place + first + second, third)
  }

  /// The words of the text up to the colon, one by one, without making anything: there is one for every changed cell.
  private struct Words {
    private let text: Bytes
    private(set) var place = 0

    init(_ text: Bytes) { self.text = text }

    mutating func next() -> Bytes {
      let start = place
      while place < text.count && text[place] != UInt8(ascii: " ") && text[place] != UInt8(ascii: ":") { place += 1 }
      let word = text.part(start, place - start)
      if place < text.count { place += 1 }
      return word
    }
  }

  private static func rule(_ word: Bytes) -> SyncRule? {
    if word.same(as: "two_way") { return .twoWay }
    if word.same(as: "prefer_salesforce") { return .preferSalesforce }
    if word.same(as: "always_salesforce") { return .alwaysSalesforce }
    return nil
  }

  /// A decision that was made in this run.
  init(
    _ decision: Decision, wasWritten: Bool, rule: SyncRule, written: Bytes, hubspotSeen: Bytes, salesforceSeen: Bytes
  ) {
    side = decision.target
    self.wasWritten = wasWritten
    self.rule = rule
    reason = decision.reason
    isConflict = decision.isConflict
    self.written = written
    self.hubspotSeen = hubspotSeen
    self.salesforceSeen = salesforceSeen
  }
}
