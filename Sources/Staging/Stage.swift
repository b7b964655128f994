/// The five stages of a run, in their order (requirement P1).
public enum Stage: String, CaseIterable, Codable, Sendable, Comparable {
  case extract, normalize, map
  case conflictResolve = "conflict-resolve"
  case load

  /// Its place in the order of the stages.
  public var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  /// Whether a stage comes before another.
  public static func < (a: Stage, b: Stage) -> Bool { a.order < b.order }
  /// The stages that come after this one.
  public var later: [Stage] { Self.allCases.filter { $0 > self } }
}
