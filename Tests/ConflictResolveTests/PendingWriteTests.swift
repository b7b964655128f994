import CRM
import Records
import TestSupport
import Testing

@testable import ConflictResolve

/// How the baseline writes down a decision that no export has shown yet (semantics 5).
@Suite struct `Pending writes` {
  /// A pending write whose values a test can compare.
  struct Written: Equatable {
    var decision: Decision
    var wasWritten: Bool
    var rule: SyncRule
    var values: [String]

    init(_ decision: Decision, wasWritten: Bool, rule: SyncRule, values: [String]) {
      self.decision = decision
      self.wasWritten = wasWritten
      self.rule = rule
      self.values = values
    }

    init(_ pending: PendingWrite) {
      decision = pending.decision
      wasWritten = pending.wasWritten
      rule = pending.rule
      values = [pending.written.text, pending.hubspotSeen.text, pending.salesforceSeen.text]
    }

    /// The cell of the baseline that it becomes.
    var cell: String {
      withBytes(values[0]) { written in
        withBytes(values[1]) { hubspot in
          withBytes(values[2]) { salesforce in
            let pending = PendingWrite(
              decision, wasWritten: wasWritten, rule: rule, written: written, hubspotSeen: hubspot,
              salesforceSeen: salesforce)
            var out = ByteBuffer()
            pending.append(to: &out)
            return out.bytes.text
          }
        }
      }
    }
  }

  /// What a CSV reader makes of a cell that is one quoted cell and nothing else; nil if it is not.
  static func unquoted(_ cell: String) -> String? {
    guard cell.utf8.count >= 2, cell.utf8.first == 34, cell.utf8.last == 34 else { return nil }
    let inside = String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\u{1}")
    return inside.contains("\"") ? nil : inside.replacing("\u{1}", with: "\"")
  }

  static func read(_ text: String) -> Written? { withBytes(text) { PendingWrite($0).map { Written($0) } } }

  static func back(_ written: Written) -> Written? { unquoted(written.cell).flatMap { read($0) } }

  static let values = [
    "", "a", "two words", ":", "1:2", "\"", "say \"hello\"", "a,b", "line\nbreak", "\r\n", "12 34 56:", "é", "👩‍👩‍👧",
    "h w two_way",
    String(repeating: "long ", count: 5_000),
  ]

  @Test(arguments: values) func `values come back, whatever is in them`(_ value: String) {
    for values in [[value, "", ""], ["", value, ""], ["", "", value], [value, value, value], [value, "b", "c:d"]] {
      let written = Written(
        Decision(.hubspot, .salesforceValue), wasWritten: true, rule: .preferSalesforce, values: values)
      #expect(Self.back(written) == written)
    }
  }

  @Test(arguments: Side.allCases, Reason.allCases)
  func `the decision, its rule and its state come back`(_ side: Side, _ reason: Reason) {
    // Don't sync decides nothing, so it is never remembered.
    for rule in SyncRule.allCases where rule != .dontSync {
      for flags in 0..<4 {
        let written = Written(
          Decision(side, reason, conflict: flags & 1 == 1), wasWritten: flags & 2 == 2, rule: rule,
          values: ["new", "old", "older"])
        #expect(Self.back(written) == written)
      }
    }
  }

  static let damaged = [
    "", ":", "h", "h w two_way both_changed 1 1 1 1", "h w two_way both_changed 1 1 1 1:ab",
    "h w two_way both_changed 1 1 1 1:abcd", "h w two_way both_changed 1 1 1:ab",
    "h w two_way both_changed 1 1 1 1 1:abcd", "h w two_way both_changed 1 -1 2 2:abc",
    "h w two_way both_changed 1 9223372036854775807 1 1:abc", "h w two_way both_changed 1 a b c:abc",
    "h w three_way both_changed 1 1 1 1:abc", "h w two_way no_reason 1 1 1 1:abc",
    "q w two_way both_changed 1 1 1 1:abc", "h q two_way both_changed 1 1 1 1:abc",
    "h w two_way both_changed 2 1 1 1:abc", "hubspot w two_way both_changed 1 1 1 1:abc",
  ]

  @Test(arguments: damaged) func `what it does not write, it does not read`(_ text: String) {
    #expect(Self.read(text) == nil)
  }

  @Test func `the same text without damage is read`() {
    let written = Self.read("h w two_way both_changed 1 1 1 1:abc")
    #expect(
      written
        == Written(
          Decision(.hubspot, .bothChanged, conflict: true), wasWritten: true, rule: .twoWay, values: ["a", "b", "c"]))
  }
}
