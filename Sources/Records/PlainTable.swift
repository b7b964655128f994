/// Plain values by their numbers, which stay where they are for as long as the table lives.
///
/// For what the loops over rows and cells look up: an array counts a reference where a call stands between its look-up and
/// the next. Measured, with `Tallies`: 15% of a night's processor time.
public struct PlainTable<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let elements: UnsafeMutableBufferPointer<Element>

  /// A table of these values, numbered from 0.
  @inlinable public init(_ values: some Collection<Element>) {
    elements = .allocate(capacity: values.count)
    _ = elements.initialize(fromContentsOf: values)
  }

  @inlinable deinit { elements.deallocate() }

  /// How many values it holds.
  @inlinable public var count: Int { elements.count }
  /// The numbers of its values.
  @inlinable public var indices: Range<Int> { 0..<elements.count }

  /// A value. There must be one of this number.
  @inlinable public subscript(number: Int) -> Element { place(of: number).pointee }

  /// Where a value lies, for values that are not worth a copy. There must be one of this number.
  @inlinable public func place(of number: Int) -> UnsafePointer<Element> {
    precondition(number >= 0 && number < elements.count, "no such value")
    return UnsafePointer(elements.baseAddress.unsafelyUnwrapped + number)
  }
}

// Nothing can change its values.
extension PlainTable: @unchecked Sendable where Element: Sendable {}
