import Foundation

/// How much of something a brake lets pass (spec, semantics 7).
public enum Limit: Equatable, Sendable, CustomStringConvertible {
  /// A share of the rows or cells, in billionths, so that shares of numbers are exact: 50,000,000 is 5%.
  case share(billionths: Int)
  /// So many of them.
  case count(Int)

  /// Reads `5%`, `0.5 %` or `500`; nil if the text is neither a percentage of up to seven decimals nor a whole number.
  public init?(text: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    if text.hasSuffix("%") {
      guard let billionths = Self.billionths(percent: text.dropLast().trimmingCharacters(in: .whitespaces)) else {
        return nil
      }
      self = .share(billionths: billionths)
    } else {
      guard Self.areDigits(text), let count = Int(text) else { return nil }
      self = .count(count)
    }
  }

  private static func areDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// The decimals that a percentage may have: 0.0000001% is one billionth.
  private static let decimals = 7

  private static func billionths(percent: String) -> Int? {
    let parts = percent.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard areDigits(parts[0] + fraction), fraction.isEmpty || areDigits(fraction),
      parts[0].isEmpty || areDigits(parts[0]),
      fraction.count <= decimals
    else { return nil }
    // A number that is too long for the machine is a share of more than everything: that is everything.
    let digits = String(parts[0]) + fraction + String(repeating: "0", count: decimals - fraction.count)
    return Int(digits) ?? 1_000_000_000
  }

  /// As a pipeline file writes it.
  public var description: String {
    switch self {
    case .share(let billionths):
      let digits = String(billionths)
      let padded = String(repeating: "0", count: max(0, Self.decimals + 1 - digits.count)) + digits
      var text = "\(padded.dropLast(Self.decimals)).\(padded.suffix(Self.decimals))"
      while text.hasSuffix("0") { text.removeLast() }
      return (text.hasSuffix(".") ? String(text.dropLast()) : text) + "%"
    case .count(let count): return String(count)
    }
  }
}
