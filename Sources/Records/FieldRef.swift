/// Where a cell's bytes are in the arena of its batch, and what is known of the cell: 8 bytes.
///
/// Offset 32 bits · length 26 bits · absent 1 bit · issue 5 bits.
public struct FieldRef: Sendable {
  /// The first byte, counted from the start of the arena.
  public var offset: UInt32
  @usableFromInline var packed: UInt32

  /// The longest cell that a batch can hold, in bytes.
  public static let maxLength = (1 << 26) - 1

  /// A cell of `count` bytes at `offset`. An absent one is an unquoted empty cell: not blank, but not there.
  @inlinable public init(offset: Int, count: Int, absent: Bool = false, issue: IssueCode = .none) {
    precondition(count >= 0 && count <= Self.maxLength && offset >= 0 && offset <= Int(UInt32.max))
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.packed =
      UInt32(truncatingIfNeeded: count) | (absent ? 1 << 26 : 0) | UInt32(issue.rawValue) << 27
  }

  /// A cell that is not there.
  public static let absent = FieldRef(offset: 0, count: 0, absent: true)

  /// How many bytes the cell has.
  @inlinable public var count: Int { Int(packed & ((1 << 26) - 1)) }
  /// Whether the cell was empty and unquoted.
  @inlinable public var isAbsent: Bool { packed & (1 << 26) != 0 }
  /// Why the cell cannot be used, or `.none`.
  @inlinable public var issue: IssueCode {
    // Most cells have none, and need no look at the list of codes.
    hasIssue ? IssueCode(rawValue: UInt8(packed >> 27)) ?? .none : .none
  }
  /// Whether the cell cannot be used.
  @inlinable public var hasIssue: Bool { packed >> 27 != 0 }
  /// Whether the cell holds no bytes.
  @inlinable public var isEmpty: Bool { count == 0 }
}
