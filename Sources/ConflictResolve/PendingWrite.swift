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
  func append(to out: inout ByteBuffer, _ scratch: inout ByteBuffer) {
    scratch.clear()
    scratch.append(side == .hubspot ? "h" : "s")
    scratch.append(wasWritten ? " w " : " x ")
    scratch.append(rule.rawValue)
    scratch.append(UInt8(ascii: " "))
    scratch.append(reason.name)
    scratch.append(isConflict ? " 1 " : " 0 ")
    scratch.append(decimal: written.count)
    scratch.append(UInt8(ascii: " "))
    scratch.append(decimal: hubspotSeen.count)
    scratch.append(UInt8(ascii: " "))
    scratch.append(decimal: salesforceSeen.count)
    scratch.append(UInt8(ascii: ":"))
    scratch.append(written)
    scratch.append(hubspotSeen)
    scratch.append(salesforceSeen)
    out.appendCSVQuoted(scratch.bytes)
  }

  /// Reads it back; nil if it is not what `append` writes.
  init?(_ text: Bytes) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let words = text.part(0, colon).split(separator: UInt8(ascii: " "))
    guard words.count == 8, let rule = SyncRule(rawValue: String(decoding: words[2], as: UTF8.self)),
      let reason = Reason(name: String(decoding: words[3], as: UTF8.self))
    else { return nil }
    let lengths = words[5...].compactMap { Int(decimal: Bytes(rebasing: $0)) }
    guard lengths.count == 3, lengths.allSatisfy({ $0 >= 0 && $0 <= text.count }),
      colon + 1 + lengths.reduce(0, +) == text.count
    else { return nil }
    side = words[0].first == UInt8(ascii: "h") ? .hubspot : .salesforce
    wasWritten = words[1].first == UInt8(ascii: "w")
    self.rule = rule
    self.reason = reason
    isConflict = words[4].first == UInt8(ascii: "1")
    written = text.part(colon + 1, lengths[0])
    hubspotSeen = text.part(colon + 1 + lengths[0], lengths[1])
    salesforceSeen = text.part(colon + 1 + lengths[0] + lengths[1], lengths[2])
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
