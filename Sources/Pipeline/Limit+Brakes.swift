import PipelineFile

extension Limit {
  /// How many of `total` the limit allows.
  func allowed(of total: Int) -> Int {
    switch self {
    // A share may be any number; more than all is all.
    case .share(let share): share >= 1 ? Int.max : Int((share * Double(total)).rounded(.down))
    case .count(let count): count
    }
  }

  /// Whether `count` of `total` is more than the limit allows. `moreThan` goes with shares only: a few are never many.
  func isExceeded(by count: Int, of total: Int, moreThan few: Int = 0) -> Bool {
    guard count > allowed(of: total) else { return false }
    if case .share = self { return count > few }
    return true
  }
}
