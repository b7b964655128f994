import Foundation

/// How much of something a brake lets pass (spec, semantics 7).
public enum Limit: Equatable, Sendable, CustomStringConvertible {
  /// A share of the rows or cells: 0.05 is 5%.
  case share(Double)
  /// So many of them.
  case count(Int)

  /// Reads `5%`, `0.5 %` or `500`; nil if the text is neither a percentage nor a whole number, or negative.
  public init?(text: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    if text.hasSuffix("%") {
      let digits = text.dropLast().trimmingCharacters(in: .whitespaces)
      guard !digits.isEmpty, digits.allSatisfy({ $0 == "." || ($0.isASCII && $0.isNumber) }),
        let percent = Double(digits), percent.isFinite
      else { return nil }
      self = .share(percent / 100)
    } else {
      guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(text) else {
        return nil
      }
      self = .count(count)
    }
  }

  /// As a pipeline file writes it.
  public var description: String {
    switch self {
    case .share(let share):
      let percent = (share * 100_000_000).rounded() / 1_000_000
      let text = String(percent)
      return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "%"
    case .count(let count): return String(count)
    }
  }
}
