import PipelineFile

extension Limit {
  /// How many of `total` the limit allows.
  func allowed(of total: Int) -> Int {
    switch self {
    case .share(let billionths):
      // A share may be any number; more than all is all.
      guard billionths < Self.whole, total > 0 else { return billionths < Self.whole ? 0 : Int.max }
      return Self.whole.dividingFullWidth(total.multipliedFullWidth(by: billionths)).quotient
    case .count(let count): return count
    }
  }

  private static let whole = 1_000_000_000

  /// Whether `count` of `total` is more than the limit allows. `moreThan` goes with shares only: a few are never many.
  func isExceeded(by count: Int, of total: Int, moreThan few: Int = 0) -> Bool {
    guard count > allowed(of: total) else { return false }
    if case .share = self { return count > few }
    return true
  }
}
