/// What a mapping does with values that differ (spec, semantics 4).
public enum SyncRule: String, CaseIterable, Sendable, BitwiseCopyable {
  case preferSalesforce = "prefer_salesforce"
  case alwaysSalesforce = "always_salesforce"
  case twoWay = "two_way"
  case dontSync = "dont_sync"

  /// The rule that a mapping file names: our name, or the one that HubSpot shows, in any case
  /// (spec, interface, "A mapping file"). Nil if it is none of them.
  public init?(text: String) {
    let plain = text.lowercased().map { character -> Character in
      switch character {
      case "\u{2019}", "\u{2018}", "\u{02BC}": "'"
      case "-", "_", "\u{2010}", "\u{2011}", "\u{00A0}": " "
      default: character
      }
    }
    switch String(plain).split(separator: " ").joined(separator: " ") {
    case "prefer salesforce", "prefer salesforce unless blank": self = .preferSalesforce
    case "always salesforce", "always use salesforce": self = .alwaysSalesforce
    case "two way": self = .twoWay
    case "dont sync", "don't sync": self = .dontSync
    default: return nil
    }
  }
}
