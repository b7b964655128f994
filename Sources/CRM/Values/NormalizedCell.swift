import Records

/// Where the own value of a cell is, and whether the cell can be used (spec, semantics 1).
///
/// With an issue it is the raw cell, NULs gone and trimmed, for `rejects.csv`; empty if the cell is no UTF-8
/// (`appendRepaired` then gives the text to show).
public struct NormalizedCell: Sendable {
  /// Which bytes hold the value.
  public enum Place: Sendable {
    /// A part of the raw cell.
    case raw
    /// A part of the canonicalizer's scratch buffer, until its next call.
    case scratch
  }

  /// Which bytes hold the value.
  public var place: Place
  /// The first byte of the value, counted from the start of those bytes.
  public var start: Int
  /// How many bytes the value has; 0 is blank.
  public var count: Int
  /// Why the cell cannot be used, or `.none`.
  public var issue: IssueCode

  /// A value at a place.
  public init(place: Place, start: Int, count: Int, issue: IssueCode = .none) {
    self.place = place
    self.start = start
    self.count = count
    self.issue = issue
  }
}

/// What the rule of one kind makes of a trimmed cell.
enum OwnValue {
  /// A part of the trimmed cell.
  case part(start: Int, count: Int)
  /// All that the rule wrote to the scratch buffer.
  case scratch
  /// The cell cannot be used.
  case issue(IssueCode)
}
