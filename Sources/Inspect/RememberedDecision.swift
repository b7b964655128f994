import CRM
import Staging

/// A decision of an earlier run that no export has shown yet, as the baseline remembers it (semantics 4, "After the decision";
/// 5): `SIDE STATE RULE REASON CONFLICT LENGTH LENGTH LENGTH:` and three values, one behind the other.
struct RememberedDecision {
  /// The side that was to be written.
  let side: Side
  /// False where an issue stopped it.
  let wasWritten: Bool
  let rule: String
  let reason: String
  /// The value that was to be written, and what both sides held then.
  let written, hubspotSeen, salesforceSeen: String

  /// Reads it; nil if it is none.
  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let words = text[..<colon].split(separator: " ").map(String.init)
    guard words.count == 8, ["h", "s"].contains(words[0]) else { return nil }
    let lengths = words[5...].compactMap { Int($0) }
    // Lengths count bytes.
    let values = Array(text[text.index(after: colon)...].utf8)
    guard lengths.count == 3, lengths.allSatisfy({ (0...values.count).contains($0) }),
      lengths.reduce(0, +) == values.count
    else { return nil }
    side = words[0] == "h" ? .hubspot : .salesforce
    wasWritten = words[1] == "w"
    (rule, reason) = (words[2], words[3])
    func value(_ start: Int, _ count: Int) -> String { String(decoding: values[start..<start + count], as: UTF8.self) }
    written = value(0, lengths[0])
    hubspotSeen = value(lengths[0], lengths[1])
    salesforceSeen = value(lengths[0] + lengths[1], lengths[2])
  }

  /// The decision in a line for a person; `shown` is how values are shown.
  func line(_ shown: (String) -> String) -> String {
    let name = side == .hubspot ? "HubSpot" : "Salesforce"
    let end = wasWritten ? "not seen to arrive yet" : "stopped by an issue"
    return "\(name) := \(shown(written)) (\(reason)), when HubSpot held \(shown(hubspotSeen)) and Salesforce "
      + "\(shown(salesforceSeen)); \(end)"
  }

  /// Whether a change is this decision made again: both sides hold what they held, under the same rule.
  func isMadeAgain(_ change: CellExplanation.Change, _ cell: CellExplanation) -> Bool {
    change.side == side.name && change.reason == reason && rule == cell.rule
      && cell.hubspot.normalized == hubspotSeen && cell.salesforce.normalized == salesforceSeen
  }
}
