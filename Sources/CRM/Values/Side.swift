/// One of the two systems that are kept in step (spec, semantics, Terms).
public enum Side: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case hubspot, salesforce

  /// The side as files and messages write it.
  public var name: String {
    switch self {
    case .hubspot: "hubspot"
    case .salesforce: "salesforce"
    }
  }

  /// The side that a value travels to.
  public var other: Side { self == .hubspot ? .salesforce : .hubspot }
}
